using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ApChaos.Abstractions;

/// <summary>
/// What can influence the rest of a run, as bytes: saved, compared and restored by exhaustive exploration. One method of whoever keeps
/// state says what it is, and serves both directions.
/// </summary>
/// <remarks>
/// The rule to know: two states with the same bytes must have the same future. Step numbers and absolute times have no place in it;
/// an instant goes in as its distance from now (<see cref="Instant"/>). What only words of a report need stays out: a history that
/// exploration finds is run again by the ordinary engine before anybody sees it.
/// </remarks>
public sealed class StateImage
{
    private byte[] _bytes = new byte[1024];
    private int[] _cuts = new int[16];
    private int[] _ends = new int[64];
    private bool[]? _wanted;
    private int _length;
    private int _cutCount;
    private int _endCount;
    private long _nowNs;

    /// <summary>Whether values go in; otherwise they come out.</summary>
    public bool IsSaving { get; private set; }

    /// <summary>Whether values that nobody will read again may be forgotten, because they go in.</summary>
    public bool Forgets => IsSaving && !KeepsDead;

    /// <summary>Whether nothing is forgotten, so that it can be seen what forgetting saves.</summary>
    internal bool KeepsDead { get; set; }

    /// <summary>The bytes.</summary>
    internal Span<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>Where components end, ascending; the last one is the length.</summary>
    internal ReadOnlySpan<int> Cuts => _cuts.AsSpan(0, _cutCount);

    /// <summary>Keeps a value.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="value">The value.</param>
    public void Value<T>(ref T value)
        where T : unmanaged => Values(new Span<T>(ref value));

    /// <summary>Keeps values.</summary>
    /// <typeparam name="T">Their type.</typeparam>
    /// <param name="values">The values; always as many.</param>
    public void Values<T>(Span<T> values)
        where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(values);
        var place = Next(bytes.Length);
        if (IsSaving)
        {
            bytes.CopyTo(place);
        }
        else
        {
            place.CopyTo(bytes);
        }
    }

    /// <summary>Keeps a virtual instant as its distance from now; <see cref="VirtualTime.Never"/> stays what it is.</summary>
    /// <param name="ns">The instant, in virtual nanoseconds since the start of the run.</param>
    public void Instant(ref long ns)
    {
        var distance = DistanceOf(ns);
        Value(ref distance);
        ns = InstantAt(distance);
    }

    /// <summary>How far away an instant is, for records that are kept as a whole.</summary>
    internal long DistanceOf(long ns) => ns == VirtualTime.Never ? ns : ns - _nowNs;

    /// <summary>The instant at a distance.</summary>
    internal long InstantAt(long distance) => distance == VirtualTime.Never ? distance : _nowNs + distance;

    /// <summary>Keeps whether something has ever happened, and how long ago as far as that matters.</summary>
    /// <param name="moment">The moment.</param>
    /// <param name="mattersNs">Whatever is longer ago than this is all the same; 0: when is forgotten.</param>
    public void HasHappened(ref Moment moment, long mattersNs = 0)
    {
        var ageNs = moment.Step == 0 ? -1 : Math.Min(_nowNs - moment.TimeNs, mattersNs);
        Value(ref ageNs);
        if (!IsSaving)
        {
            moment = ageNs < 0 ? default : new Moment(1, _nowNs - ageNs);
        }
    }

    /// <summary>Keeps of each of many moments whether it has ever happened: a bit each. When is forgotten.</summary>
    /// <param name="moments">The moments; always as many.</param>
    public void HaveHappened(Span<Moment> moments)
    {
        const int bitsOfWord = 64;
        for (; !moments.IsEmpty; moments = moments[Math.Min(bitsOfWord, moments.Length)..])
        {
            var some = moments[..Math.Min(bitsOfWord, moments.Length)];
            var happened = 0UL;
            for (var i = 0; IsSaving && i < some.Length; i++)
            {
                happened |= (some[i].Step == 0 ? 0UL : 1UL) << i;
            }

            Value(ref happened);
            for (var i = 0; !IsSaving && i < some.Length; i++)
            {
                some[i] = ((happened >> i) & 1) == 0 ? default : new Moment(1, _nowNs);
            }
        }
    }

    /// <summary>Leaves room for values that are not there now: nobody reads what they are when it is restored.</summary>
    /// <param name="count">Bytes.</param>
    public void Leave(int count)
    {
        var place = Next(count);
        if (IsSaving)
        {
            place.Clear();
        }
    }

    /// <summary>Begins to save.</summary>
    internal void BeginSave(long nowNs) => Begin(nowNs, saving: true, wanted: null);

    /// <summary>Begins to save some pieces; the others are as they were.</summary>
    /// <param name="nowNs">Virtual instant.</param>
    /// <param name="former">An image of the same shape, with what the others are.</param>
    /// <param name="wanted">For each piece whether it is saved.</param>
    internal void BeginSave(long nowNs, StateImage former, bool[] wanted)
    {
        ShapeAs(former);
        former.Bytes.CopyTo(_bytes);
        Begin(nowNs, saving: true, wanted);
    }

    /// <summary>Begins to restore what <see cref="Bytes"/> hold.</summary>
    internal void BeginRestore(long nowNs) => Begin(nowNs, saving: false, wanted: null);

    /// <summary>Begins to restore what differs from what is there, and says which pieces those are.</summary>
    /// <param name="nowNs">Virtual instant.</param>
    /// <param name="live">An image of the same shape, with what is there.</param>
    /// <param name="wanted">For each piece whether it differs; written here.</param>
    internal void BeginRestore(long nowNs, StateImage live, bool[] wanted)
    {
        for (var piece = 0; piece < _endCount; piece++)
        {
            wanted[piece] = Differs(live, piece);
        }

        Begin(nowNs, saving: false, wanted);
    }

    /// <summary>The first piece that is another in an image of the same shape, or -1.</summary>
    internal int FirstDifference(StateImage other)
    {
        for (var piece = 0; piece < _endCount; piece++)
        {
            if (Differs(other, piece))
            {
                return piece;
            }
        }

        return -1;
    }

    /// <summary>Passes over the next piece if it is not to be saved or restored; else it is to be kept, and <see cref="End"/> called.</summary>
    /// <returns>Whether it was passed over.</returns>
    internal bool Passes()
    {
        if (_wanted is null || _wanted[_endCount])
        {
            return false;
        }

        _length = _ends[_endCount++];
        return true;
    }

    /// <summary>A record of plain data without padding, in place: to be written when saving, to be read when restoring.</summary>
    internal ref T Place<T>()
        where T : unmanaged => ref Unsafe.As<byte, T>(ref MemoryMarshal.GetReference(Next(Unsafe.SizeOf<T>())));

    /// <summary>Ends a piece.</summary>
    internal void End()
    {
        if (_endCount == _ends.Length)
        {
            Array.Resize(ref _ends, _endCount * 2);
        }

        _ends[_endCount++] = _length;
    }

    /// <summary>Ends a component: it is interned by itself.</summary>
    internal void Cut()
    {
        if (_cutCount == _cuts.Length)
        {
            Array.Resize(ref _cuts, _cutCount * 2);
        }

        _cuts[_cutCount++] = _length;
    }

    /// <summary>Makes room for bytes to be put in.</summary>
    internal void Resize(int length)
    {
        _length = length;
        if (length > _bytes.Length)
        {
            Array.Resize(ref _bytes, length);
        }
    }

    /// <summary>Makes the image of the same length as another one, and of the same pieces, for bytes to be put in.</summary>
    internal void ShapeAs(StateImage other)
    {
        Resize(other._length);
        _endCount = other._endCount;
        if (_endCount > _ends.Length)
        {
            Array.Resize(ref _ends, _endCount);
        }

        other._ends.AsSpan(0, _endCount).CopyTo(_ends);
    }

    private bool Differs(StateImage other, int piece)
    {
        var place = (piece == 0 ? 0 : _ends[piece - 1]).._ends[piece];
        return !_bytes.AsSpan(place).SequenceEqual(other._bytes.AsSpan(place));
    }

    private void Begin(long nowNs, bool saving, bool[]? wanted)
    {
        IsSaving = saving;
        _nowNs = nowNs;
        _wanted = wanted;
        _length = 0;
        _cutCount = 0;
        _endCount = 0;
    }

    private Span<byte> Next(int count)
    {
        var from = _length;
        _length += count;
        if (_length > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_length, _bytes.Length * 2));
        }

        return _bytes.AsSpan(from, count);
    }
}
