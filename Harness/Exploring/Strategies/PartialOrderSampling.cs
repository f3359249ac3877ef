using ApChaos.Abstractions;

namespace ApChaos.Exploring;

/// <summary>
/// POS, partial order sampling (Yuan, Yang, Gu, CAV 2018): each pending step has a random priority, the highest goes on, and the steps that
/// it races with draw anew. Orders of steps that do not touch each other cost no chance.
/// </summary>
public sealed class PartialOrderSampling : PriorityWalk
{
    private int[] _pending = [];
    private int _pendingCount;
    private int _steps;
    private int _chosen;
    private ulong _touched;

    /// <inheritdoc/>
    public override string Id => "pos";

    /// <inheritdoc/>
    public override string Summary => "partial order sampling: a random order of the steps that touch the same queue, lock or memory";

    /// <inheritdoc/>
    public override void Begin(ulong seed, RunShape shape)
    {
        base.Begin(seed, shape);
        _pendingCount = 0;
        if (_pending.Length < shape.Slots)
        {
            _pending = new int[shape.Slots];
        }
    }

    /// <inheritdoc/>
    protected override int NextSlot(int count)
    {
        // Only steps that were pending at the last choice, with nothing but its chosen step since, keep their priority.
        var goesOn = Ready.Steps == _steps + 1;
        for (var answer = 0; answer < count; answer++)
        {
            var slot = Ready.SlotAt(answer);
            if (!goesOn || slot == _chosen || !WasPending(slot) || (Ready.ObjectsOf(slot) & _touched) != 0)
            {
                Priorities[slot] = Random.Next();
            }
        }

        for (var answer = 0; answer < count; answer++)
        {
            _pending[answer] = Ready.SlotAt(answer);
        }

        var best = Highest(count);
        _pendingCount = count;
        _steps = Ready.Steps;
        _chosen = _pending[best];
        _touched = Ready.ObjectsOf(_chosen);
        return best;
    }

    private bool WasPending(int slot) => _pending.AsSpan(0, _pendingCount).Contains(slot);
}
