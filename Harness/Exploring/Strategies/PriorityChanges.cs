using ApChaos.Abstractions;

namespace ApChaos.Exploring;

/// <summary>
/// PCT, probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi, Nagarakatte, ASPLOS 2010): random priorities, and at depth - 1
/// random schedule choices the slot that would go on falls below all others.
/// </summary>
/// <remarks>
/// A bug that needs depth ordering constraints, with n slots and k schedule choices, is found by a run with a chance of at least
/// 1 / (n k^(depth-1)), given the other choices that it needs.
/// </remarks>
public sealed class PriorityChanges : PriorityWalk
{
    private int[] _changes = [];
    private int _position;

    /// <inheritdoc/>
    public override string Id => "pct";

    /// <inheritdoc/>
    public override string Summary => "random priorities with depth - 1 changes: finds a bug of that depth with a known chance";

    /// <inheritdoc/>
    public override IReadOnlyList<StrategyOption> Options { get; } =
        [new("depth", 3, 1, 64, "ordering constraints that the bug needs: 1 finds a missing order, 2 an atomicity violation, 3 more")];

    /// <inheritdoc/>
    public override bool WantsLength => true;

    /// <inheritdoc/>
    public override int PctDepth => _changes.Length + 1;

    /// <inheritdoc/>
    public override void Configure(IReadOnlyList<int> values) => _changes = new int[values[0] - 1];

    /// <summary>The chance that a run finds a bug, at least.</summary>
    /// <param name="shape">The shape of the runs.</param>
    /// <param name="depth">Depth of the bug.</param>
    /// <returns>0..1.</returns>
    public static double ChanceAtLeast(RunShape shape, int depth) => 1.0 / (shape.Slots * Math.Pow(shape.Choices, depth - 1));

    /// <inheritdoc/>
    public override void Begin(ulong seed, RunShape shape)
    {
        base.Begin(seed, shape);
        _position = 0;
        for (var i = 0; i < _changes.Length; i++)
        {
            _changes[i] = Random.Next(shape.Choices);
        }

        // A random order above the priorities that the changes give: high bits of chance, the slot makes them different.
        var priorities = Priorities;
        for (var slot = 0; slot < priorities.Length; slot++)
        {
            priorities[slot] = (1UL << 63) | ((Random.Next() >> 1) & ~0xFFFFUL) | (uint)slot;
        }
    }

    /// <inheritdoc/>
    protected override int NextSlot(int count)
    {
        var best = Highest(count);
        for (var i = 0; i < _changes.Length; i++)
        {
            if (_changes[i] == _position)
            {
                Priorities[Ready.SlotAt(best)] = (ulong)i;
                best = Highest(count);
            }
        }

        _position++;
        return best;
    }
}
