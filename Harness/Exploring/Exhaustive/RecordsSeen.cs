using System.Runtime.InteropServices;
using ApChaos.Abstractions;

namespace ApChaos.Exploring;

/// <summary>
/// The driver's records that a piece of code looked at, as they were before it and as it left them. Where they are the same again the code does the same,
/// whatever the other records are: it did not look at them.
/// </summary>
internal sealed class RecordsSeen
{
    private readonly Seen<QueueRecord>[] _queues;
    private readonly Seen<MdevRecord>[] _mdevs;

    /// <summary>Notes what is marked.</summary>
    /// <param name="queues">All records of queues before the code.</param>
    /// <param name="mdevs">All records of mdevs before the code.</param>
    /// <param name="after">All records after it, with the marks of what it looked at.</param>
    internal RecordsSeen(ReadOnlySpan<QueueRecord> queues, ReadOnlySpan<MdevRecord> mdevs, DriverData after)
    {
        _queues = Note(queues, after.AllQueues, after.Marks, RecordMarks.Queue);
        _mdevs = Note(mdevs, after.AllMdevs, after.Marks, RecordMarks.Mdev);
    }

    /// <summary>Bytes of memory, about.</summary>
    internal int Memory => (_queues.Length + _mdevs.Length) * 96;

    /// <summary>Whether the code would find the same.</summary>
    internal bool AreIn(DriverData data) => AreIn<QueueRecord>(_queues, data.AllQueues) && AreIn<MdevRecord>(_mdevs, data.AllMdevs);

    /// <summary>Makes of records in which the code finds the same what it would make of them.</summary>
    internal void LeaveIn(DriverData data)
    {
        LeaveIn<QueueRecord>(_queues, data.AllQueues);
        LeaveIn<MdevRecord>(_mdevs, data.AllMdevs);
    }

    private static Seen<T>[] Note<T>(ReadOnlySpan<T> before, ReadOnlySpan<T> after, RecordMarks marks, Func<int, ulong> bit)
        where T : unmanaged, IDriverRecord
    {
        var seen = new List<Seen<T>>();
        for (var i = 0; i < before.Length; i++)
        {
            if (((marks.Alive | marks.Whole) & bit(i)) != 0)
            {
                seen.Add(new(i, (marks.Whole & bit(i)) != 0, before[i], after[i]));
            }
        }

        return [.. seen];
    }

    private static bool AreIn<T>(Seen<T>[] seen, ReadOnlySpan<T> records)
        where T : unmanaged, IDriverRecord
    {
        foreach (ref readonly var one in seen.AsSpan())
        {
            ref readonly var record = ref records[one.Index];
            if (one.Whole ? !BytesOf(in record).SequenceEqual(BytesOf(in one.Before)) : record.Alive != one.Before.Alive)
            {
                return false;
            }
        }

        return true;
    }

    private static void LeaveIn<T>(Seen<T>[] seen, Span<T> records)
        where T : unmanaged, IDriverRecord
    {
        foreach (ref readonly var one in seen.AsSpan())
        {
            if (one.Whole)
            {
                records[one.Index] = one.After;
            }
        }
    }

    private static ReadOnlySpan<byte> BytesOf<T>(ref readonly T record)
        where T : unmanaged => MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in record));

    /// <summary>One of them.</summary>
    private readonly struct Seen<T>(int index, bool whole, T before, T after)
    {
        internal readonly int Index = index;

        /// <summary>Whether the code may have read or written it; else it asked whether it exists.</summary>
        internal readonly bool Whole = whole;
        internal readonly T Before = before;
        internal readonly T After = after;
    }
}
