namespace ApChaos.Abstractions;

/// <summary>A structure of the driver, as plain data.</summary>
internal interface IDriverRecord
{
    /// <summary>Whether the structure exists: 0 for no.</summary>
    byte Alive { get; }
}

/// <summary>The driver's structure of a queue (struct vfio_ap_queue), as plain data.</summary>
internal struct QueueRecord : IDriverRecord
{
    /// <summary>Saved address of the NIB in guest memory; 0 stands for "nothing saved".</summary>
    internal long SavedIova;

    /// <summary>Status word of the last reset, or 0.</summary>
    internal uint ResetStatus;

    /// <summary>Word that a driver may use as it likes.</summary>
    internal int Scratch;

    /// <summary>Saved guest interruption subclass; 0xff stands for "nothing saved".</summary>
    internal byte SavedIsc;

    /// <summary>Owner: index of the mdev plus one; 0 for none.</summary>
    internal byte Mdev;

    /// <summary>Whether the structure exists: 0, <see cref="InProbe"/>, or <see cref="Known"/>.</summary>
    internal byte Alive;

    /// <summary>Whether the driver keeps the queue from every guest until a reset was verified.</summary>
    internal byte Quarantined;

    /// <summary>Guest that the saved NIB and subclass belong to: index plus one; 0 when the driver does not remember it.</summary>
    internal byte SavedKvm;

    /// <summary>Handle of the allocated structure; 0 for one that is there from the start of the run.</summary>
    internal byte Structure;

    /// <summary>The queue is bound, and the driver finds it in its lists.</summary>
    internal const byte Known = 1;

    /// <summary>The queue is being bound: only its probe function has it, until its structure was allocated or the probe was a success.</summary>
    internal const byte InProbe = 2;

    readonly byte IDriverRecord.Alive => Alive;
}

/// <summary>The driver's structure of an mdev (struct ap_matrix_mdev), as plain data.</summary>
internal struct MdevRecord : IDriverRecord
{
    /// <summary>Assigned adapters.</summary>
    internal ulong Adapters;

    /// <summary>Assigned domains.</summary>
    internal ulong Domains;

    /// <summary>Adapters that the guest has (shadow APCB).</summary>
    internal ulong ShadowAdapters;

    /// <summary>Domains that the guest has (shadow APCB).</summary>
    internal ulong ShadowDomains;

    /// <summary>Attached guest: index plus one; 0 for none.</summary>
    internal byte Kvm;

    /// <summary>Whether the structure exists.</summary>
    internal byte Alive;

    readonly byte IDriverRecord.Alive => Alive;
}

/// <summary>
/// Records that somebody looked at, one bit for each. Records whose positions are equal modulo <see cref="PositionsMax"/> share a bit: then more is said
/// to have been looked at than was, never less.
/// </summary>
internal struct RecordMarks
{
    /// <summary>Positions of queues, and of mdevs, that have bits of their own.</summary>
    internal const int PositionsMax = 32;

    /// <summary>Records of which was asked whether they exist.</summary>
    internal ulong Alive;

    /// <summary>Records that may have been read or written.</summary>
    internal ulong Whole;

    /// <summary>Bit of a queue.</summary>
    internal static ulong Queue(int index) => 1UL << (index % PositionsMax);

    /// <summary>Bit of an mdev.</summary>
    internal static ulong Mdev(int index) => 1UL << (PositionsMax + (index % PositionsMax));
}

/// <summary>
/// What drivers remember between their operations: plain records that belong to the machine's state, so that they are saved, restored
/// and compared with it.
/// </summary>
/// <remarks>
/// Exploration repeats what code did where the records that it looked at are the same. So all that code may come through marks what it reaches; only
/// who saves, restores or begins anew takes the records as a whole.
/// </remarks>
internal sealed class DriverData
{
    internal ushort[] Apqns = [];
    internal int AdapterCount;
    internal int DomainCount;

    /// <summary>What was looked at since somebody last forgot it.</summary>
    internal RecordMarks Marks;

    private QueueRecord[] _queues = [];
    private MdevRecord[] _mdevs = [];

    /// <summary>All records of queues; not for code, because it marks nothing.</summary>
    internal Span<QueueRecord> AllQueues => _queues;

    /// <summary>All records of mdevs; not for code, because it marks nothing.</summary>
    internal Span<MdevRecord> AllMdevs => _mdevs;

    internal int QueueCount => _queues.Length;

    internal int MdevCount => _mdevs.Length;

    /// <summary>The record of a queue.</summary>
    internal ref QueueRecord Queue(int index)
    {
        Marks.Whole |= RecordMarks.Queue(index);
        return ref _queues[index];
    }

    /// <summary>The record of an mdev.</summary>
    internal ref MdevRecord Mdev(int index)
    {
        Marks.Whole |= RecordMarks.Mdev(index);
        return ref _mdevs[index];
    }

    /// <summary>Whether the structure of a queue exists; see <see cref="QueueRecord.Alive"/>.</summary>
    internal byte QueueAlive(int index)
    {
        Marks.Alive |= RecordMarks.Queue(index);
        return _queues[index].Alive;
    }

    /// <summary>Whether the structure of an mdev exists.</summary>
    internal bool IsMdevAlive(int index)
    {
        Marks.Alive |= RecordMarks.Mdev(index);
        return _mdevs[index].Alive != 0;
    }

    /// <summary>Makes the records of a topology.</summary>
    internal void Resize(int queues, int mdevs) => (_queues, _mdevs) = (new QueueRecord[queues], new MdevRecord[mdevs]);

    /// <summary>Whether a queue, bound or not, is in the assigned matrix of an mdev.</summary>
    internal bool IsAssigned(int mdev, int queue)
    {
        ref readonly var record = ref Mdev(mdev);
        return ((record.Adapters >> (queue / DomainCount)) & 1) != 0 && ((record.Domains >> (queue % DomainCount)) & 1) != 0;
    }
}

/// <summary>A driver touched something that is not there: a null or a freed structure.</summary>
public sealed class KernelOopsException : Exception
{
    /// <summary>Makes the exception.</summary>
    public KernelOopsException()
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">What was touched.</param>
    public KernelOopsException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">What was touched.</param>
    /// <param name="innerException">The cause.</param>
    public KernelOopsException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    internal KernelOopsException(bool useAfterFree, string message)
        : base(message) => UseAfterFree = useAfterFree;

    /// <summary>True for freed memory, false for a null pointer.</summary>
    public bool UseAfterFree { get; }
}

/// <summary>Two threads of a driver touched the same memory, one of them stored, and nothing put the two in an order.</summary>
public sealed class KernelRaceException : Exception
{
    /// <summary>Makes the exception.</summary>
    public KernelRaceException()
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">Who did what to what.</param>
    public KernelRaceException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">Who did what to what.</param>
    /// <param name="innerException">The cause.</param>
    public KernelRaceException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>A queue as the driver knows it (struct vfio_ap_queue).</summary>
public readonly struct ApQueue : IEquatable<ApQueue>
{
    /// <summary>Value of <see cref="SavedIsc"/> for "nothing saved".</summary>
    public const int IscInvalid = 0xff;

    private readonly Handle<Kernel> _kernel;

    internal ApQueue(Kernel kernel, int index)
        : this(kernel.Handle, index)
    {
    }

    internal ApQueue(Handle<Kernel> kernel, int index)
    {
        _kernel = kernel;
        Index = index;
    }

    /// <summary>Whether there is no queue: a lookup found none.</summary>
    public bool IsNull => _kernel.IsNull;

    /// <summary>Position in the topology's queues, ascending by APQN, from 0.</summary>
    public int Index { get; }

    /// <summary>The queue's APQN.</summary>
    public Apqn Apqn => new((_kernel.IsNull ? throw Null() : _kernel.Target).Data.Apqns[Index]);

    /// <summary>Address of the saved NIB in guest memory; 0 stands for "nothing saved".</summary>
    public long SavedIova
    {
        get => Record.SavedIova;
        set => Record.SavedIova = value;
    }

    /// <summary>Saved guest interruption subclass, 0..7, or <see cref="IscInvalid"/>.</summary>
    public int SavedIsc
    {
        get => Record.SavedIsc;
        set => Record.SavedIsc = (byte)value;
    }

    /// <summary>Guest that the saved NIB and subclass belong to, or a null one; only for variants that remember it.</summary>
    public Kvm SavedKvm
    {
        get
        {
            var kvm = Record.SavedKvm;
            return kvm == 0 ? default : new Kvm(_kernel, kvm - 1);
        }

        set => Record.SavedKvm = (byte)(value.IsNull ? 0 : value.Index + 1);
    }

    /// <summary>Status word of the last reset.</summary>
    public ApqSw ResetStatus
    {
        get => new(Record.ResetStatus);
        set => Record.ResetStatus = value.Word;
    }

    /// <summary>Handle of the structure that the driver allocated for the queue (<see cref="Kernel.Alloc"/>); it is freed with the queue. 0 for none.</summary>
    public int Structure
    {
        get => Record.Structure;
        set
        {
            Record.Structure = checked((byte)value);
            if (value != 0)
            {
                Record.Alive = QueueRecord.Known;
            }
        }
    }

    /// <summary>A number that a driver may keep with a queue as it likes.</summary>
    public int Scratch
    {
        get => Record.Scratch;
        set => Record.Scratch = value;
    }

    /// <summary>Whether the driver keeps the queue from every guest until a reset was verified.</summary>
    public bool Quarantined
    {
        get => Record.Quarantined != 0;
        set => Record.Quarantined = value ? (byte)1 : (byte)0;
    }

    /// <summary>The mdev that the queue is linked to, or a null one.</summary>
    public MatrixMdev Mdev
    {
        get
        {
            var mdev = Record.Mdev;
            return mdev == 0 ? default : new MatrixMdev(_kernel, mdev - 1);
        }

        set => Record.Mdev = (byte)(value.IsNull ? 0 : value.Index + 1);
    }

    private ref QueueRecord Record
    {
        get
        {
            if (_kernel.IsNull)
            {
                throw Null();
            }

            ref var record = ref _kernel.Target.Data.Queue(Index);
            if (record.Alive == 0)
            {
                throw new KernelOopsException(useAfterFree: true, $"struct vfio_ap_queue of {new Apqn(_kernel.Target.Data.Apqns[Index])} was used after it was freed");
            }

            return ref record;
        }
    }

    /// <summary>Whether two handles name the same queue.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether they do.</returns>
    public static bool operator ==(ApQueue left, ApQueue right) => left.Equals(right);

    /// <summary>Whether two handles name different queues.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether they do.</returns>
    public static bool operator !=(ApQueue left, ApQueue right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(ApQueue other) => IsNull == other.IsNull && Index == other.Index;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ApQueue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Index;

    private static KernelOopsException Null() => new(useAfterFree: false, "a null struct vfio_ap_queue was used");
}

/// <summary>A mediated device as the driver knows it (struct ap_matrix_mdev).</summary>
public readonly struct MatrixMdev : IEquatable<MatrixMdev>
{
    private readonly Handle<Kernel> _kernel;

    internal MatrixMdev(Kernel kernel, int index)
        : this(kernel.Handle, index)
    {
    }

    internal MatrixMdev(Handle<Kernel> kernel, int index)
    {
        _kernel = kernel;
        Index = index;
    }

    /// <summary>Whether there is no mdev.</summary>
    public bool IsNull => _kernel.IsNull;

    /// <summary>Whether there is one, and it was not removed.</summary>
    public bool Exists => !_kernel.IsNull && _kernel.Target.Data.IsMdevAlive(Index);

    /// <summary>Position among the topology's mdevs, from 0.</summary>
    public int Index { get; }

    /// <summary>The attached guest, or a null one.</summary>
    public Kvm Kvm
    {
        get
        {
            var kvm = Record.Kvm;
            return kvm == 0 ? default : new Kvm(_kernel, kvm - 1);
        }

        set => Record.Kvm = (byte)(value.IsNull ? 0 : value.Index + 1);
    }

    /// <summary>Assigned adapters, bit i for the i-th adapter of the topology.</summary>
    public ulong Adapters
    {
        get => Record.Adapters;
        set => Record.Adapters = value;
    }

    /// <summary>Assigned domains, bit i for the i-th domain of the topology.</summary>
    public ulong Domains
    {
        get => Record.Domains;
        set => Record.Domains = value;
    }

    /// <summary>Adapters of the shadow APCB: what the guest has.</summary>
    public ulong ShadowAdapters
    {
        get => Record.ShadowAdapters;
        set => Record.ShadowAdapters = value;
    }

    /// <summary>Domains of the shadow APCB: what the guest has.</summary>
    public ulong ShadowDomains
    {
        get => Record.ShadowDomains;
        set => Record.ShadowDomains = value;
    }

    /// <summary>The bound queues of the assigned matrix, ascending by APQN.</summary>
    public QueueList Queues => new(_kernel.IsNull ? throw Null() : _kernel, Index);

    private ref MdevRecord Record
    {
        get
        {
            if (_kernel.IsNull)
            {
                throw Null();
            }

            ref var record = ref _kernel.Target.Data.Mdev(Index);
            if (record.Alive == 0)
            {
                throw new KernelOopsException(useAfterFree: true, "struct ap_matrix_mdev was used after it was freed");
            }

            return ref record;
        }
    }

    /// <summary>Whether two handles name the same mdev.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether they do.</returns>
    public static bool operator ==(MatrixMdev left, MatrixMdev right) => left.Equals(right);

    /// <summary>Whether two handles name different mdevs.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether they do.</returns>
    public static bool operator !=(MatrixMdev left, MatrixMdev right) => !left.Equals(right);

    /// <summary>Looks a bound queue of the assigned matrix up.</summary>
    /// <param name="apqn">The APQN.</param>
    /// <returns>The queue, or a null one.</returns>
    public ApQueue FindQueue(Apqn apqn)
    {
        foreach (var queue in Queues)
        {
            if (queue.Apqn == apqn)
            {
                return queue;
            }
        }

        return default;
    }

    /// <inheritdoc/>
    public bool Equals(MatrixMdev other) => IsNull == other.IsNull && Index == other.Index;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is MatrixMdev other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Index;

    private static KernelOopsException Null() => new(useAfterFree: false, "a null struct ap_matrix_mdev was used");

    /// <summary>The bound queues of an mdev's assigned matrix, or all bound queues (<see cref="Kernel.AllQueues"/>).</summary>
    /// <remarks>Enumeration may span awaits: it holds a position, no snapshot.</remarks>
    public readonly struct QueueList
    {
        /// <summary>Stands in the place of an mdev's index for "whatever mdev".</summary>
        internal const int AnyMdev = -1;

        private readonly Handle<Kernel> _kernel;
        private readonly int _mdev;

        internal QueueList(Handle<Kernel> kernel, int mdev)
        {
            _kernel = kernel;
            _mdev = mdev;
        }

        /// <summary>Used by foreach.</summary>
        /// <returns>The position.</returns>
        public Enumerator GetEnumerator() => new(_kernel, _mdev);

        /// <summary>A position in the list.</summary>
        public struct Enumerator
        {
            private readonly Handle<Kernel> _kernel;
            private readonly int _mdev;
            private int _queue;

            internal Enumerator(Handle<Kernel> kernel, int mdev)
            {
                _kernel = kernel;
                _mdev = mdev;
                _queue = -1;
            }

            /// <summary>The queue at the position.</summary>
            public readonly ApQueue Current => new(_kernel, _queue);

            /// <summary>Goes to the next bound queue.</summary>
            /// <returns>Whether there is one.</returns>
            public bool MoveNext()
            {
                var data = _kernel.Target.Data;
                while (++_queue < data.QueueCount)
                {
                    if (data.QueueAlive(_queue) == QueueRecord.Known && (_mdev == AnyMdev || data.IsAssigned(_mdev, _queue)))
                    {
                        return true;
                    }
                }

                return false;
            }
        }
    }
}

/// <summary>All mdevs, in the order of the topology.</summary>
/// <remarks>Enumeration may span awaits: it holds a position, no snapshot.</remarks>
public readonly struct MdevList
{
    private readonly Handle<Kernel> _kernel;

    internal MdevList(Handle<Kernel> kernel) => _kernel = kernel;

    /// <summary>Used by foreach.</summary>
    /// <returns>The position.</returns>
    public Enumerator GetEnumerator() => new(_kernel);

    /// <summary>A position in the list.</summary>
    public struct Enumerator
    {
        private readonly Handle<Kernel> _kernel;
        private int _mdev;

        internal Enumerator(Handle<Kernel> kernel)
        {
            _kernel = kernel;
            _mdev = -1;
        }

        /// <summary>The mdev at the position.</summary>
        public readonly MatrixMdev Current => new(_kernel, _mdev);

        /// <summary>Goes to the next mdev that exists.</summary>
        /// <returns>Whether there is one.</returns>
        public bool MoveNext()
        {
            var data = _kernel.Target.Data;
            while (++_mdev < data.MdevCount)
            {
                if (data.IsMdevAlive(_mdev))
                {
                    return true;
                }
            }

            return false;
        }
    }
}

/// <summary>A guest as the driver knows it (struct kvm).</summary>
public readonly struct Kvm : IEquatable<Kvm>
{
    private readonly Handle<Kernel> _kernel;

    internal Kvm(Kernel kernel, int index)
        : this(kernel.Handle, index)
    {
    }

    internal Kvm(Handle<Kernel> kernel, int index)
    {
        _kernel = kernel;
        Index = index;
    }

    /// <summary>Whether there is no guest.</summary>
    public bool IsNull => _kernel.IsNull;

    /// <summary>Position among the topology's guests, from 0: guest G1 has index 0.</summary>
    public int Index { get; }

    /// <summary>Whether two handles name the same guest.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether they do.</returns>
    public static bool operator ==(Kvm left, Kvm right) => left.Equals(right);

    /// <summary>Whether two handles name different guests.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether they do.</returns>
    public static bool operator !=(Kvm left, Kvm right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(Kvm other) => IsNull == other.IsNull && Index == other.Index;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Kvm other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Index;

    internal int Checked() => IsNull ? throw new KernelOopsException(useAfterFree: false, "a null struct kvm was used") : Index;
}

/// <summary>A lock of the kernel.</summary>
public readonly struct KernelLock
{
    internal KernelLock(int index) => Index = index;

    /// <summary>matrix_dev->lock, the only lock of the driver up to 5.19.</summary>
    public static KernelLock MatrixDev => new(0);

    /// <summary>guests_lock (6.0 and later).</summary>
    public static KernelLock Guests => new(1);

    /// <summary>mdevs_lock (6.0 and later).</summary>
    public static KernelLock Mdevs => new(2);

    /// <summary>pqap_hook_rwsem (5.15 and later).</summary>
    public static KernelLock PqapHook => new(3);

    /// <summary>ap_perms_mutex of the AP bus.</summary>
    public static KernelLock ApPerms => new(4);

    internal int Index { get; }

    internal const int FixedCount = 5;

    /// <summary>kvm->lock of one guest.</summary>
    /// <param name="kvm">The guest.</param>
    /// <returns>The lock.</returns>
    public static KernelLock KvmLock(Kvm kvm) => new(FixedCount + kvm.Checked());

    /// <summary>The lock's name as the kernel spells it.</summary>
    /// <param name="index">Index of the lock.</param>
    /// <returns>The name.</returns>
    internal static string NameOf(int index) => index switch
    {
        0 => "matrix_dev->lock",
        1 => "guests_lock",
        2 => "mdevs_lock",
        3 => "pqap_hook_rwsem",
        4 => "ap_perms_mutex",
        _ => $"kvm->lock of G{index - FixedCount + 1}",
    };
}
