using ApChaos.Abstractions;

namespace ApChaos.Running;

/// <summary>Which faults wait for what happens at a place: the others need not be shown it.</summary>
internal sealed partial class FaultEngine
{
    private const int CodesOfKind = byte.MaxValue + 1;
    private const int BitsOfWord = 64;

    // For each kind of place, and each instruction, call, operation or event there, a bit for each fault that waits for it: 64 faults apart share one.
    private readonly ulong[]?[] _waiting = new ulong[]?[(int)TriggerKind.QueueChange + 1];
    private readonly ulong _bendInstructions;

    private bool IsAwaited(TriggerKind kind) => _waiting[(int)kind] is not null;

    private void AwaitAll()
    {
        foreach (var codes in _waiting)
        {
            Array.Clear(codes ?? []);
        }

        for (var i = 0; i < _faults.Length; i++)
        {
            var trigger = _faults[i].Trigger;
            Await(i, trigger);
            Await(i, trigger.After);
            Await(i, trigger.Until);
            Await(i, trigger.Unless);
        }
    }

    private void Await(int index, FaultTrigger? trigger)
    {
        if (trigger is { Kind: not (TriggerKind.Always or TriggerKind.Time) })
        {
            var codes = _waiting[(int)trigger.Kind] ??= new ulong[CodesOfKind];
            codes[CodeOf(trigger.Kind, trigger.Op, trigger.Operation, trigger.Change)] |= BitOf(index);
        }
    }

    private ulong WaitingFor(in Place place) => _waiting[(int)place.Kind]?[CodeOf(place.Kind, place.Op, place.Operation, place.Change)] ?? 0;

    private static int CodeOf(TriggerKind kind, Op op, DriverOperation operation, EventKind change) => kind switch
    {
        TriggerKind.OperationEntry or TriggerKind.OperationExit => (int)operation,
        TriggerKind.QueueChange => (int)change,
        _ => (int)op,
    };

    private static ulong BitOf(int index) => 1UL << (index % BitsOfWord);
}
