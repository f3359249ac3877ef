using ApChaos.Abstractions;
using ApChaos.Machine;

namespace ApChaos.Running;

/// <summary>The things whose state a <see cref="StateLog"/> follows. Things are numbered through: all of the first group, then all of the next.</summary>
public enum StateGroup
{
    /// <summary>Actors: VMMs, vCPUs, work items, the AP bus scan.</summary>
    Actor,

    /// <summary>AP queues.</summary>
    Queue,

    /// <summary>Host pages that back guest memory.</summary>
    Page,

    /// <summary>Guests.</summary>
    Guest,

    /// <summary>Locks.</summary>
    Lock,

    /// <summary>Adapters.</summary>
    Adapter,

    /// <summary>Faults of the plan.</summary>
    Fault,
}

/// <summary>How a value of a state field is to be read.</summary>
public enum StateKind
{
    /// <summary>A number.</summary>
    Number,

    /// <summary>0 for no, 1 for yes.</summary>
    Flag,

    /// <summary>Position in <see cref="StateField.Words"/>.</summary>
    Word,

    /// <summary>An address or a mask, in hexadecimal; 0 for none.</summary>
    Hex,

    /// <summary>A virtual instant in nanoseconds; -1 for none, -2 for one that never comes.</summary>
    Instant,

    /// <summary>A guest; -1 for none.</summary>
    Guest,

    /// <summary>Owner of a page: a guest, -1 for the host kernel, -2 for a page that is not in use yet.</summary>
    Owner,

    /// <summary>An actor; -1 for none.</summary>
    Actor,

    /// <summary>A lock; -1 for none.</summary>
    Lock,

    /// <summary>A guest interruption subclass; -1 for none.</summary>
    Subclass,

    /// <summary>Eight counts, one for each interruption subclass, four bits each, subclass 0 lowest.</summary>
    Subclasses,
}

/// <summary>One property of each thing of a group.</summary>
/// <param name="Group">What it is a property of.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Kind">How its values are read.</param>
/// <param name="Words">What values mean, for <see cref="StateKind.Word"/>.</param>
public sealed record StateField(StateGroup Group, string Name, StateKind Kind, params IReadOnlyList<string> Words)
{
    internal Func<StateLog, int, long> Read { get; init; } = (_, _) => 0;

    /// <summary>All fields: those of a group stand together, in the order of <see cref="StateGroup"/>.</summary>
    public static IReadOnlyList<StateField> All { get; } =
    [
        Of(StateGroup.Actor, "does", (s, i) => s.DeedOf(i), "nothing", "runs", "sleeps", "waits for a lock", "waits for work", "waits for vCPUs", "stays open"),
        Of(StateGroup.Actor, "in", (s, i) => s.OperationOf(i), [.. Enum.GetValues<DriverOperation>().Select(o => o == DriverOperation.None ? "-" : OpText.Id(o))]),
        Of(StateGroup.Actor, "wants", StateKind.Lock, (s, i) => s.WantedLockOf(i)),

        Of(StateGroup.Queue, "owner", StateKind.Guest, (s, i) => s.Machine.Queues[i].Owner),
        Of(StateGroup.Queue, "reset", (s, i) => (int)s.Machine.Queues[i].Reset, "-", "RAPQ", "ZAPQ"),
        Of(StateGroup.Queue, "reset ends", StateKind.Instant, (s, i) => s.InstantOf(i, ApMachine.ResetEndTimer, s.Machine.Queues[i].Reset != ResetKind.None)),
        Of(StateGroup.Queue, "irq", (s, i) => (int)s.Machine.Queues[i].Irq, "off", "enabling", "on", "disabling"),
        Of(StateGroup.Queue, "irq guest", StateKind.Guest, (s, i) => IsOff(s, i) ? -1 : s.Machine.Queues[i].IrqGuest),
        Of(StateGroup.Queue, "gisc", StateKind.Subclass, (s, i) => IsOff(s, i) ? -1 : s.Machine.Queues[i].Gisc),
        Of(StateGroup.Queue, "nib", StateKind.Hex, (s, i) => IsOff(s, i) ? 0 : s.Machine.Queues[i].Nib),
        Of(StateGroup.Queue, "store under way", (s, i) => s.Machine.Queues[i].Flight & 3, "-", "NIB", "IPM", "NIB and IPM"),
        Of(StateGroup.Queue, "requests", StateKind.Number, (s, i) => s.Machine.Queues[i].RequestCount),
        Of(StateGroup.Queue, "replies", StateKind.Number, (s, i) => s.Machine.Queues[i].ReplyCount),
        Of(StateGroup.Queue, "holds data of", StateKind.Guest, (s, i) => s.Machine.Queues[i].Taint),
        Of(StateGroup.Queue, "zeroized since use", StateKind.Flag, (s, i) => s.Machine.Queues[i].ZeroizedSinceUse),
        Of(StateGroup.Queue, "error", StateKind.Hex, (s, i) => s.Machine.Queues[i].AsyncError),
        Of(StateGroup.Queue, "state change", StateKind.Flag, (s, i) => s.Machine.Queues[i].StateChange),
        Of(StateGroup.Queue, "not bound", StateKind.Flag, (s, i) => s.Machine.Queues[i].Bound == 0 ? 1 : 0),
        Of(StateGroup.Queue, "driver: saved iova", StateKind.Hex, (s, i) => s.Machine.Driver.Queue(i).SavedIova),
        Of(StateGroup.Queue, "driver: saved isc", StateKind.Subclass, (s, i) => SavedIsc(s.Machine.Driver.Queue(i).SavedIsc)),
        Of(StateGroup.Queue, "driver: quarantined", StateKind.Flag, (s, i) => s.Machine.Driver.Queue(i).Quarantined),

        Of(StateGroup.Page, "pins", StateKind.Number, (s, i) => s.Machine.Pages[i].Pins),
        Of(StateGroup.Page, "owner", StateKind.Owner, (s, i) => s.Machine.Pages[i].Owner),

        Of(StateGroup.Guest, "VM", (s, i) => LifeOf(in s.Machine.Guests[i]), "not created", "runs", "stopping", "KVM fd closed", "freed"),
        Of(StateGroup.Guest, "kvm references", StateKind.Number, (s, i) => s.Machine.Guests[i].References),
        Of(StateGroup.Guest, "device open", StateKind.Flag, (s, i) => s.Machine.Guests[i].DeviceOpen),
        Of(StateGroup.Guest, "memory released", StateKind.Flag, (s, i) => s.Machine.Guests[i].MemoryReleased),
        Of(StateGroup.Guest, "GISA IPM", StateKind.Hex, (s, i) => s.Machine.Guests[i].Ipm),
        Of(StateGroup.Guest, "GISA IAM", StateKind.Hex, (s, i) => s.Machine.Guests[i].Iam),
        Of(StateGroup.Guest, "GISCs", StateKind.Subclasses, (s, i) => GiscsOf(in s.Machine.Guests[i])),

        Of(StateGroup.Lock, "held by", StateKind.Actor, (s, i) => s.HolderOf(i)),
        Of(StateGroup.Lock, "readers", StateKind.Number, (s, i) => s.Machine.Locks[i].Readers),

        Of(StateGroup.Adapter, "state", (s, i) => AdapterOf(in s.Machine.Adapters[i]), "usable", "draining", "deconfigured", "checkstop", "removed"),

        Of(StateGroup.Fault, "active", StateKind.Flag, (s, i) => s.Faults[i].Active ? 1 : 0),
        Of(StateGroup.Fault, "fired", StateKind.Number, (s, i) => s.Faults[i].Fired),
    ];

    private static StateField Of(StateGroup group, string name, StateKind kind, Func<StateLog, int, long> read) => new(group, name, kind) { Read = read };

    private static StateField Of(StateGroup group, string name, Func<StateLog, int, long> read, params string[] words) =>
        new(group, name, StateKind.Word, words) { Read = read };

    private static bool IsOff(StateLog state, int queue) => state.Machine.Queues[queue].Irq == IrqState.Off;

    private static int SavedIsc(byte isc) => isc == ApQueue.IscInvalid ? -1 : isc;

    private static int LifeOf(in GuestState guest) =>
        guest.Created == 0 ? 0 : guest.References <= 0 ? 4 : guest.Closed != 0 ? 3 : guest.Stopping != 0 ? 2 : 1;

    private static long GiscsOf(in GuestState guest)
    {
        var packed = 0L;
        for (var isc = 7; isc >= 0; isc--)
        {
            packed = (packed << 4) | (long)Math.Min(guest.Giscs[isc], (byte)15);
        }

        return packed;
    }

    private static int AdapterOf(in AdapterState adapter) =>
        adapter.Removed != 0 ? 4 : adapter.Checkstopped != 0 ? 3 : adapter.Deconfigured != 0 ? 2 : adapter.Draining != 0 ? 1 : 0;
}
