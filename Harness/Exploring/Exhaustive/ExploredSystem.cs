using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ApChaos.Exploring;

/// <summary>The explored machine as the search wants it: its states are rows of one size.</summary>
/// <typeparam name="TRow">A row that is long enough.</typeparam>
/// <param name="machine">The machine; of one worker.</param>
/// <param name="account">Asked now and then whether there is memory left.</param>
internal sealed class ExploredSystem<TRow>(ExploredMachine machine, MemoryAccount account) : ITransitionSystem<TRow>, IStepSink
    where TRow : unmanaged
{
    // The first number of a row tells what it is; those of components are one higher than they are.
    private const int BeforeStart = 0;
    private const int Over = -1;
    private const int AskEvery = 1024;

    private readonly int[] _state = new int[machine.Width];
    private SuccessorList<TRow>? _into;
    private int _untilAsked = AskEvery;

    /// <summary>Nothing has happened: what comes next is the start itself.</summary>
    public TRow Initial => default;

    /// <summary>The machine.</summary>
    internal ExploredMachine Machine => machine;

    /// <summary>How many states a run may start in; 0 for a worker that did not make them.</summary>
    internal int Starts { get; private set; }

    /// <summary>Whether any run ends: its last step leads to a state of its own.</summary>
    internal bool Ends { get; private set; }

    /// <inheritdoc/>
    public void Expand(in TRow state, SuccessorList<TRow> into)
    {
        if (--_untilAsked == 0)
        {
            _untilAsked = AskEvery;
            account.Check();
        }

        ref var row = ref Unsafe.AsRef(in state);
        _into = into;
        if (Numbers(ref row)[0] == BeforeStart)
        {
            var before = into.Count;
            machine.Begin(this);
            Starts = into.Count - before;
        }
        else if (Numbers(ref row)[0] != Over)
        {
            Read(ref row);
            Expand();
        }
    }

    private void Expand()
    {
        try
        {
            machine.Expand(_state, this);
        }
        catch (OutOfMemoryException)
        {
            // Less than the bound, but all there is: what was seen is kept.
            account.Exceed();
        }
    }

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<int> state, int findings)
    {
        TRow row = default;
        var numbers = Numbers(ref row);
        if (state.IsEmpty)
        {
            Ends = true;
            numbers[0] = Over;
        }
        else
        {
            for (var i = 0; i < state.Length; i++)
            {
                numbers[i] = state[i] + 1;
            }
        }

        _into!.Add(in row, 0, findings);
    }

    private void Read(ref TRow row)
    {
        var numbers = Numbers(ref row);
        for (var i = 0; i < _state.Length; i++)
        {
            _state[i] = numbers[i] - 1;
        }
    }

    private static Span<int> Numbers(ref TRow row) => MemoryMarshal.CreateSpan(ref Unsafe.As<TRow, int>(ref row), Unsafe.SizeOf<TRow>() / sizeof(int));
}

/// <summary>A row of 4 numbers, for states that are kept whole.</summary>
[InlineArray(4)]
internal struct Row4
{
    private int _first;
}

/// <summary>A row of 16 numbers.</summary>
[InlineArray(16)]
internal struct Row16
{
    private int _first;
}

/// <summary>A row of 24 numbers.</summary>
[InlineArray(24)]
internal struct Row24
{
    private int _first;
}

/// <summary>A row of 40 numbers.</summary>
[InlineArray(40)]
internal struct Row40
{
    private int _first;
}

/// <summary>A row of 96 numbers.</summary>
[InlineArray(96)]
internal struct Row96
{
    private int _first;
}

/// <summary>A row of 384 numbers.</summary>
[InlineArray(384)]
internal struct Row384
{
    private int _first;
}
