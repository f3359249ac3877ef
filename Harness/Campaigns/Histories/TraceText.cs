using System.Globalization;
using ApChaos.Abstractions;
using ApChaos.Machine;
using ApChaos.Running;

namespace ApChaos.Campaigns;

/// <summary>
/// Says what events mean, in exact terms: <c>ZAPQ 05.0004 -> RC 02 RESET_IN_PROGRESS</c>. Follows pins and owners of pages, so it must be
/// asked in the order of the trace.
/// </summary>
internal sealed class TraceText
{
    private const int NamedMax = 4;

    private readonly Trace _trace;
    private readonly IReadOnlyList<MachineEvent> _events;
    private readonly RunEngine _engine;
    private readonly RunNames _names;
    private readonly Topology _topology;
    private readonly SortedDictionary<long, (long Pins, int Owner)> _pages = [];

    internal TraceText(Trace trace, RunEngine engine)
    {
        _trace = trace;
        _events = trace.Events;
        _engine = engine;
        _names = engine.Names;
        _topology = engine.Setup.Scenario.Topology;
    }

    /// <summary>Waiting for a lock.</summary>
    internal string OfWait(in MachineEvent e) =>
        $"mutex_lock({_names.Lock((int)e.A)}) waits, held {(e.B < 0 ? "for reading" : $"by {_names.Actor((int)e.B)}")}";

    /// <summary>What a fault did.</summary>
    /// <param name="fault">Its position in the plan.</param>
    /// <param name="events">Its events.</param>
    /// <param name="end">End of the step's events: what it bent follows its bite.</param>
    internal string OfFault(int fault, List<int> events, int end)
    {
        var phrases = new List<string>();
        var reset = 0;
        foreach (var index in events)
        {
            var e = _events[index];
            reset = e.Kind == EventKind.ResetStarted ? phrases.Count : reset;
            var phrase = e.Kind switch
            {
                EventKind.FaultFired => events.Count > 1 ? null : e.Queue < 0 ? "is armed" : $"is armed for {_names.Queue(e.Queue)}",
                EventKind.FaultLifted => "is lifted",
                EventKind.FaultPassed => Passed(e),
                EventKind.FaultBit => Bite(index, fault, events, end),
                EventKind.Instruction => $"{_names.Guest(e.Guest)} issues {Instruction(e)}{LongReset(e, events)}",
                EventKind.ResetStarted => null,
                EventKind.ResetCompleted => $"{_names.Queue(e.Queue)} is reset",
                _ => Effect(index),
            };
            if (phrase is not null)
            {
                // What a reset brings with it is told after it.
                phrases.Insert(e.Kind == EventKind.Instruction ? Math.Min(reset, phrases.Count) : phrases.Count, phrase);
            }
        }

        return $"{_names.Fault(fault)}: {string.Join("; ", phrases)}";
    }

    /// <summary>What an actor or the hardware did.</summary>
    /// <param name="events">Its events.</param>
    /// <param name="step">Position of the event of kind Step, or -1 for the hardware and the run.</param>
    internal string OfDeed(List<int> events, int step)
    {
        // Pages first: the line of an unpin names the pins that are left.
        var phrases = new List<string>();
        if (step >= 0 && events.Contains(step))
        {
            phrases.Add(Asked(_events[step], events) + (_trace.Texts[step] is { } place ? $" [{place}]" : ""));
        }

        var covered = step >= 0 ? Covered(_events[step].Op) : null;
        foreach (var index in events)
        {
            if (_events[index].Kind != covered && Effect(index) is { } phrase)
            {
                phrases.Add(phrase);
            }
        }

        AddGroups(events, phrases);
        return phrases.Count == 0 ? "nothing that can be seen" : string.Join("; ", phrases);
    }

    // --- operations ----------------------------------------------------------------------------------------------------------------

    /// <summary>What was asked and what was answered.</summary>
    private string Asked(in MachineEvent step, List<int> events)
    {
        var name = OpText.Name(step.Op);
        var number = (int)step.A;
        switch (step.Op)
        {
            case Op.Qci:
                return name;
            case >= Op.Tapq and <= Op.Dqap:
                return AskedInstruction(step, events);
            case Op.Msleep:
                return $"{name} {VirtualTime.Format(step.B)} is over{(step.C == -4 ? ": told to stop" : "")}";
            case Op.Lock or Op.LockShared:
                return $"{name}({_names.Lock(number)})";
            case Op.Unlock or Op.UnlockShared:
                var held = Find(events, EventKind.LockReleased)?.B ?? 0;
                return $"{name}({_names.Lock(number)}){(held > 0 ? $", held for {VirtualTime.Format(held)}" : "")}";
            case Op.QueueWork or Op.FreeQueue:
                return step.Op == Op.FreeQueue ? $"kfree(queue {_names.Queue(number)})" : $"{name} {_names.Queue(number)}";
            case Op.FlushWork:
                return $"{name} {_names.Queue(number)} -> idle";
            case Op.PinPages:
                return $"{name} mdev{number} iova 0x{step.B:x} -> {PageAnswer(Find(events, EventKind.Pinned), step.C)}";
            case Op.UnpinPages:
                return $"{name} mdev{number} iova 0x{step.B:x} -> {PageAnswer(Find(events, EventKind.Unpinned), 0)}";
            case Op.GiscRegister or Op.GiscUnregister:
                return AskedGisc(step, events);
            case Op.Warn or Op.Log:
                return $"{name} {new Apqn((ushort)number)}: {TextOf(events)}";
            case Op.EnterOperation or Op.ExitOperation:
                return AskedOperation(step, events);
            case Op.KvmGet or Op.KvmPut or Op.CloseKvm:
                var references = Find(events, EventKind.KvmReference)?.A;
                return $"{name} {_names.Guest(number)}{(references is null ? "" : $" -> {Count((long)references, "reference")}")}";
            case Op.MemoryAccess:
                return step.B != 0 ? $"stores {number} bytes" : $"loads {number} bytes";
            case Op.Preempted:
                return "goes on after a pause";
            case Op.UnmapMemory:
                return $"{name} of {_names.Guest(number)} from 0x{step.B:x}";
            case Op.Alloc:
                return $"{name} -> {(step.C == 0 ? "no memory" : $"object {step.C}")}";
            case Op.Free:
                return $"{name}(object {step.B}){(Find(events, EventKind.Freed)?.B == 1 ? ", which is not allocated" : "")}";
            default:
                return $"{name} of {_names.Guest(number)}";
        }
    }

    private string AskedInstruction(in MachineEvent step, List<int> events)
    {
        var apqn = new Apqn((ushort)step.A);
        var answer = Find(events, EventKind.Instruction);
        var what = step.Op switch
        {
            Op.Aqic when (step.B & 1) == 0 => $"AQIC(disable) {apqn}",
            Op.Aqic => $"AQIC(enable) {apqn}{(answer is null ? "" : $" nib 0x{answer.Value.C:x8}")} isc {(step.B >> 4) & 7}",
            Op.Nqap => $"NQAP {apqn} message {answer?.C ?? 0}",
            _ => $"{OpText.Name(step.Op)} {apqn}",
        };
        if (answer is null && step.C == 0)
        {
            return $"{what} is not executed: the vCPU stops";
        }

        var read = Find(events, EventKind.Dequeued);
        var reply = read is null ? "" : $", reply to message {read.Value.A}{(read.Value.B == read.Value.Guest ? "" : $" of {_names.Guest((int)read.Value.B)}")}";
        return $"{what} -> {new ApqSw((uint)step.C).ToString(step.Op == Op.Dqap)}{reply}{(answer is null ? "" : LongReset(answer.Value, events))}";
    }

    private string AskedGisc(in MachineEvent step, List<int> events)
    {
        var done = Find(events, EventKind.GiscRegistered) ?? Find(events, EventKind.GiscUnregistered) ?? Find(events, EventKind.GiscFailed);
        var isc = done is null ? "" : $" isc {done.Value.A}";
        var answer = step.C < 0 ? Errno(step.C) : $"{(step.Op == Op.GiscRegister ? $"host isc {step.C}, " : "")}{done?.B ?? 0} registered";
        return $"{OpText.Name(step.Op)} {_names.Guest((int)step.A)}{isc} -> {answer}";
    }

    private string AskedOperation(in MachineEvent step, List<int> events)
    {
        var operation = (DriverOperation)step.A;
        var e = Find(events, EventKind.OperationEntered) ?? Find(events, EventKind.OperationExited) ?? step;
        var hasMdev = operation == DriverOperation.AqicIntercept || OpText.IsOnMdev(operation);
        var target = (hasMdev ? $" mdev{e.B}" : "") + (e.Queue >= 0 ? $" {_names.Queue(e.Queue)}" : "");
        if (step.Op == Op.EnterOperation)
        {
            return $"enter {_names.Operation(operation)}{target}";
        }

        var result = operation == DriverOperation.AqicIntercept
            ? new ApqSw((ResponseCode)e.C).ToString()
            : operation is DriverOperation.OpenDevice or DriverOperation.ResetDevice or DriverOperation.ProbeQueue ? Errno(e.C) : "";
        return $"return from {_names.Operation(operation)}{target}{(result.Length == 0 ? "" : $" -> {result}")}";
    }

    /// <summary>The kind of event that an operation's own words tell of already.</summary>
    private static EventKind? Covered(Op op) => op switch
    {
        Op.KvmGet or Op.KvmPut or Op.CloseKvm => EventKind.KvmReference,
        Op.UnpinPages => EventKind.UnpinFailed,
        Op.CreateGuest => EventKind.GuestCreated,
        _ => null,
    };

    // --- events --------------------------------------------------------------------------------------------------------------------

    /// <summary>What an event says besides the operation that it belongs to, or null.</summary>
    private string? Effect(int index)
    {
        var e = _events[index];
        var queue = _names.Queue(e.Queue);
        switch (e.Kind)
        {
            case EventKind.ResetStarted:
                return e.C == (long)ActorClass.Hardware ? $"a second reset of {queue} starts, {Takes(e.A)}" : null;
            case EventKind.ResetCompleted:
                return $"reset of {queue} is complete{(e.B == 1 ? "" : ", keys stay")}";
            case EventKind.IrqOn:
                return $"interruption of {queue} is on: nib 0x{e.A:x8}, gisc {e.B} of {_names.Guest(e.Guest)}";
            case EventKind.IrqOff:
                return $"interruption of {queue} is off";
            case EventKind.ReplyReady:
                return $"{queue} has the reply to message {e.A} of {_names.Guest(e.Guest)}";
            case EventKind.NibStore:
                var (pins, owner) = Page(e.A >> 12, e.Guest);
                return $"store NIB {queue} at 0x{e.A:x8}: 0x{e.B:x2} -> 0x{e.C:x2} "
                    + $"(page 0x{e.A >> 12:x}, owner {_names.Guest(owner)}, {Count(pins, "pin")})";
            case EventKind.IpmStore:
                return $"store IPM {queue} in the GISA of {_names.Guest(e.Guest)}, gisc {e.A}{(e.B == 0 ? " (the GISA is freed)" : "")}";
            case EventKind.GibAlert:
                return $"GIB alert for {_names.Guest(e.Guest)}";
            case EventKind.InterruptDelivered:
                return $"{_names.Guest(e.Guest)} is interrupted, IPM 0x{e.A:x2}";
            case EventKind.Pinned or EventKind.Unpinned:
                _pages[e.A] = (e.B, Page(e.A, e.Guest).Owner);
                return null;
            case EventKind.UnpinFailed:
                return $"nothing is pinned at 0x{e.A:x}";
            case EventKind.PageGiven:
                _pages[e.A] = (Page(e.A, e.Guest).Pins, (int)e.C);
                return null;
            case EventKind.GuestDestroyed:
                return $"struct kvm and GISA of {_names.Guest(e.Guest)} are freed";
            case EventKind.QueueUnbound:
                return $"{queue} goes to the host's own driver";
            case EventKind.QueueBound:
                return $"{queue} comes to vfio_ap";
            case EventKind.LockMisused:
                return $"{_names.Lock((int)e.A)} is not held by it";
            case EventKind.SpecificationException:
                return $"specification exception in the host ({OpText.Name(e.Op)})";
            case EventKind.NullDereference:
                return $"null pointer dereference{Because(index)}";
            case EventKind.UseAfterFree:
                return $"use after free{Because(index)}";
            case EventKind.DataRace:
                return $"data race{Because(index)}";
            case EventKind.DriverCrash:
                return $"the driver crashed{Because(index)}";
            case EventKind.AdapterDeconfigured or EventKind.AdapterConfigured or EventKind.AdapterCheckstopped:
            case EventKind.AdapterRemoved or EventKind.AdapterAdded:
                return $"adapter {_topology.Adapters[(int)e.A]:x2} {OfAdapter(e)}";
            case EventKind.SubsystemReset:
                return $"subsystem reset of {_names.Guest(e.Guest)} reaches {Count(e.A, "queue")}";
            case EventKind.AsyncErrorRaised:
                return $"association of {queue} fails: {ResponseCodeText.Name((ResponseCode)e.A)}";
            case EventKind.StateChangeStarted:
                return $"a bind or associate of {queue} starts, {Takes(e.A)}";
            case EventKind.StateChangeEnded:
                return $"bind or associate of {queue} is over";
            case EventKind.Healed:
                return "all faults are lifted; the machine gets time to come to rest";
            case EventKind.AtRest:
                return "the machine is at rest";
            case EventKind.Deadlocked:
                return $"nobody can run and no time can pass: {Count(e.A, "actor")} {(e.A == 1 ? "waits" : "wait")}";
            case EventKind.Livelocked:
                return $"{e.A} steps without time passing";
            default:
                return null;
        }
    }

    private static string OfAdapter(in MachineEvent e) => e.Kind switch
    {
        EventKind.AdapterConfigured => "is configured again",
        EventKind.AdapterDeconfigured => "is deconfigured",
        EventKind.AdapterCheckstopped => e.B == 1 ? "is in checkstop" : "is out of checkstop",
        EventKind.AdapterRemoved => "leaves the configuration",
        _ => "is back in the configuration",
    };

    /// <summary>Events that come in numbers: queues that change hands, pages that get a new owner.</summary>
    private void AddGroups(List<int> events, List<string> phrases)
    {
        foreach (var kind in (EventKind[])[EventKind.QueueRevoked, EventKind.QueueGranted, EventKind.PageGiven])
        {
            var all = events.Select(index => _events[index]).Where(e => e.Kind == kind).ToList();
            foreach (var group in all.GroupBy(e => e.Guest))
            {
                var things = Some(kind == EventKind.PageGiven ? Pages([.. group.Select(e => e.A)]) : [.. group.Select(e => _names.Queue(e.Queue))]);
                phrases.Add(kind switch
                {
                    EventKind.QueueRevoked => $"{_names.Guest(group.Key)} loses {things}",
                    EventKind.QueueGranted => $"{_names.Guest(group.Key)} gets {things}",
                    _ => $"{(group.Count() == 1 ? "page" : "pages")} {things} {(group.Count() == 1 ? "goes" : "go")} to {_names.Guest(group.Key)}",
                });
            }
        }
    }

    private static string Some(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(NamedMax)) + (names.Count > NamedMax ? $" and {names.Count - NamedMax} more" : "");

    /// <summary>Page numbers, ascending, with runs as first..last.</summary>
    private static List<string> Pages(IReadOnlyList<long> pages)
    {
        var names = new List<string>();
        for (var first = 0; first < pages.Count;)
        {
            var last = first;
            while (last + 1 < pages.Count && pages[last + 1] == pages[last] + 1)
            {
                last++;
            }

            names.Add(last == first ? $"0x{pages[first]:x}" : $"0x{pages[first]:x}..0x{pages[last]:x}");
            first = last + 1;
        }

        return names;
    }

    /// <summary>What a bite bent: the reset that starts next, or else the instruction that is answered next.</summary>
    private string? Bite(int bite, int fault, List<int> events, int end)
    {
        var (queue, what) = (_events[bite].Queue, _events[bite].B);
        var hooks = _engine.Setup.Faults[fault].Fault.Hooks;
        switch (hooks)
        {
            case FaultHooks.Store:
                return $"the stores for the reply of {_names.Queue(queue)} come {VirtualTime.Format(what)} late";
            case FaultHooks.AqicStart:
                return $"AQIC of {_names.Queue(queue)} {(what == VirtualTime.Never ? "never becomes real" : $"takes {VirtualTime.Format(what)}")}";
            case FaultHooks.RequestStart:
                return $"request on {_names.Queue(queue)} {Takes(what)}";
            case FaultHooks.Call:
                return $"the call fails: {Errno(-what)}";
            case FaultHooks.Surroundings or FaultHooks.Vcpu:
                return queue < 0 ? "strikes" : $"strikes at {_names.Queue(queue)}";
        }

        if (hooks == FaultHooks.None)
        {
            // It acts when it fires; a bite without a deed found nothing to do.
            return events.TrueForAll(index => IsOwn(_events[index].Kind)) ? $"changes nothing at {_names.Queue(queue)}" : null;
        }

        var bendsResets = (hooks & FaultHooks.ResetStart) != 0;
        for (var index = bite + 1; index < end; index++)
        {
            var e = _events[index];
            if (e.Queue == queue && e.Kind == EventKind.ResetStarted && bendsResets)
            {
                return $"reset of {_names.Queue(queue)} {Takes(e.A)}";
            }

            if (e.Queue == queue && e.Kind == EventKind.Instruction && !events.Contains(index))
            {
                return $"{OpText.Name(e.Op)} {_names.Queue(queue)} is answered {ResponseCodeText.Name(new ApqSw((uint)e.A).ResponseCode)}";
            }
        }

        return $"bends {_names.Queue(queue)}";
    }

    private string Passed(in MachineEvent e) => (PassReason)e.B switch
    {
        PassReason.Generation => "passes: this generation of the driver has no such thing",
        _ => $"passes: nobody to act on{(e.Queue < 0 ? "" : $" at {_names.Queue(e.Queue)}")}",
    };

    private static bool IsOwn(EventKind kind) => kind is EventKind.FaultFired or EventKind.FaultBit or EventKind.FaultLifted or EventKind.FaultPassed;

    private string Instruction(in MachineEvent e) =>
        $"{OpText.Name(e.Op)} {_names.Queue(e.Queue)} -> {new ApqSw((uint)e.A).ToString(e.Op == Op.Dqap)}";

    /// <summary>How long the reset takes that an accepted ZAPQ or RAPQ started.</summary>
    private string LongReset(in MachineEvent instruction, List<int> events)
    {
        if (instruction.Op is not (Op.Zapq or Op.Rapq) || new ApqSw((uint)instruction.A).ResponseCode != ResponseCode.Normal)
        {
            return "";
        }

        var started = Find(events, EventKind.ResetStarted);
        return started is null ? "" : started.Value.A == 0 ? ", complete at once" : $", {Takes(started.Value.A)}";
    }

    private static string Takes(long ns) => ns == VirtualTime.Never ? "never ends" : $"takes {VirtualTime.Format(ns)}";

    private string PageAnswer(MachineEvent? page, long error) => page is { } e
        ? $"page 0x{e.A:x}, {Count(e.B, "pin")}"
        : error < 0 ? Errno(error) : "nothing was pinned";

    private (long Pins, int Owner) Page(long page, int guest) => _pages.TryGetValue(page, out var state) ? state : (0, guest);

    private string TextOf(List<int> events)
    {
        var index = events.FindIndex(index => _events[index].Kind is EventKind.Warned or EventKind.Logged);
        return index < 0 ? "" : _trace.Texts[events[index]] ?? "";
    }

    private string Because(int index) => _trace.Texts[index] is { Length: > 0 } text ? $": {text}" : "";

    private MachineEvent? Find(List<int> events, EventKind kind)
    {
        // The last: after what a fault did in the same step comes the actor's own.
        var found = events.FindLastIndex(index => _events[index].Kind == kind);
        return found < 0 ? null : _events[events[found]];
    }

    private static string Count(long number, string thing) => $"{number} {thing}{(number == 1 ? "" : "s")}";

    private static string Errno(long value) => value switch
    {
        -4 => "-EINTR",
        -5 => "-EIO",
        -12 => "-ENOMEM",
        -14 => "-EFAULT",
        -16 => "-EBUSY",
        -19 => "-ENODEV",
        -22 => "-EINVAL",
        -34 => "-ERANGE",
        -95 => "-EOPNOTSUPP",
        _ => value.ToString(CultureInfo.InvariantCulture),
    };
}
