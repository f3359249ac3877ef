using ApChaos.Abstractions;

namespace ApChaos.Exploring;

/// <summary>What the priority-based strategies share: the ready slot with the highest priority goes on; all else is random.</summary>
public abstract class PriorityWalk : Strategy
{
    private ulong[] _priorities = [];

    /// <summary>The random numbers of the run.</summary>
    protected RandomNumbers Random;

    /// <summary>Priority of each slot; the highest goes on.</summary>
    protected Span<ulong> Priorities => _priorities;

    /// <summary>Who is ready.</summary>
    protected IReadySlots Ready { get; private set; } = null!;

    /// <inheritdoc/>
    public override void Attach(IReadySlots ready) => Ready = ready;

    /// <inheritdoc/>
    public override void Begin(ulong seed, RunShape shape)
    {
        Random = new RandomNumbers(seed);
        if (_priorities.Length < shape.Slots)
        {
            _priorities = new ulong[shape.Slots];
        }
    }

    /// <inheritdoc/>
    public override int Next(ChoiceLabel label, int count) => label == ChoiceLabel.Schedule ? NextSlot(count) : Random.Next(count);

    /// <inheritdoc/>
    public override int NextChance(ChoiceLabel label, int permille) => Random.Next(1000) < permille ? 1 : 0;

    /// <summary>Answers a schedule choice.</summary>
    /// <param name="count">How many slots are ready.</param>
    /// <returns>The answer.</returns>
    protected abstract int NextSlot(int count);

    /// <summary>The answer with the highest priority; of equals the first.</summary>
    /// <param name="count">How many slots are ready.</param>
    /// <returns>The answer.</returns>
    protected int Highest(int count)
    {
        var best = 0;
        for (var answer = 1; answer < count; answer++)
        {
            if (_priorities[Ready.SlotAt(answer)] > _priorities[Ready.SlotAt(best)])
            {
                best = answer;
            }
        }

        return best;
    }
}
