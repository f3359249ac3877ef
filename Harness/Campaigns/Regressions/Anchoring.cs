using ApChaos.Abstractions;
using ApChaos.Hosting;
using ApChaos.Machine;
using ApChaos.Running;

namespace ApChaos.Campaigns;

/// <summary>
/// Makes the plan of a saved failure: each time that a fault fired is a fault of its own, anchored to the event at which it fired (the nth
/// instruction of a kind on a queue by a class of actors, the nth operation, the nth change of a queue, a virtual time). What fired by chance then
/// fires always; what did not fire is left out.
/// </summary>
internal static class Anchoring
{
    /// <summary>The faults that fired in a trace, anchored.</summary>
    internal static List<PlannedFault> Of(Plan plan, IReadOnlyList<MachineEvent> events, Topology topology)
    {
        var faults = new List<PlannedFault>();
        for (var i = 0; i < events.Count; i++)
        {
            if (events[i].Kind == EventKind.FaultFired)
            {
                var fault = plan.Faults[(int)events[i].A];
                faults.Add(fault with { Trigger = Anchor(fault.Trigger, events, i, topology) });
            }
        }

        return faults;
    }

    private static PlannedTrigger Anchor(PlannedTrigger planned, IReadOnlyList<MachineEvent> events, int at, Topology topology)
    {
        var trigger = planned.Trigger;
        var fired = events[at];
        var until = planned.Until;
        switch (trigger.Kind)
        {
            case TriggerKind.BeforeInstruction or TriggerKind.AfterInstruction when fired.Queue >= 0:
                var found = trigger.Kind == TriggerKind.BeforeInstruction
                    ? events.Skip(at).FirstOrDefault(e => IsInstruction(e, trigger.Op, fired.Queue))
                    : events.Take(at).LastOrDefault(e => IsInstruction(e, trigger.Op, fired.Queue));
                if (found.Kind != EventKind.Instruction || found.Step != fired.Step)
                {
                    return planned;
                }

                var earlier = events.Take(at).Count(e => IsInstruction(e, trigger.Op, fired.Queue) && e.B == found.B);
                return new PlannedTrigger(
                    new FaultTrigger(trigger.Kind, trigger.Op, Actor: (ActorClass)found.B, Nth: trigger.Kind == TriggerKind.BeforeInstruction ? earlier + 1 : earlier),
                    Apqn(fired, topology),
                    Until: until);

            case TriggerKind.OperationEntry or TriggerKind.OperationExit:
                var kind = trigger.Kind == TriggerKind.OperationEntry ? EventKind.OperationEntered : EventKind.OperationExited;
                var operations = events.Take(at).Count(e => e.Kind == kind && e.A == (long)trigger.Operation);
                return operations == 0 || planned.Apqn is not null
                    ? planned
                    : new PlannedTrigger(new FaultTrigger(trigger.Kind, Operation: trigger.Operation, Nth: operations), Until: until);

            case TriggerKind.QueueChange when fired.Queue >= 0:
                var changes = events.Take(at).Count(e => e.Kind == trigger.Change && e.Queue == fired.Queue);
                return new PlannedTrigger(new FaultTrigger(trigger.Kind, Change: trigger.Change, Nth: Math.Max(1, changes)), Apqn(fired, topology), Until: until);

            case TriggerKind.Time:
                return new PlannedTrigger(new FaultTrigger(TriggerKind.Time, AtNs: fired.TimeNs), planned.Apqn, Until: until);

            default:
                return planned with { Trigger = trigger with { ChancePermille = 1000 } };
        }
    }

    private static bool IsInstruction(in MachineEvent e, Op op, int queue) => e.Kind == EventKind.Instruction && e.Op == op && e.Queue == queue;

    private static PlannedApqn Apqn(in MachineEvent fired, Topology topology) => new(topology.ApqnOf(fired.Queue), null, 0, 0);
}
