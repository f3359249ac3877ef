using ApChaos.Abstractions;
using ApChaos.Running;

namespace ApChaos.Exploring.Shrinking;

/// <summary>Notes what a source answers, with the slots behind schedule choices and the steps before each answer.</summary>
internal sealed class NotingChoices : ChoiceSource
{
    private readonly List<int> _slots = [];
    private readonly List<int> _at = [];
    private ChoiceSource _source = null!;
    private Func<int, int> _name = null!;
    private IReadySlots _ready = null!;

    internal IReadOnlyList<int> Slots => _slots;

    internal IReadOnlyList<int> At => _at;

    internal NotingChoices Restart(ChoiceSource source, Func<int, int> name)
    {
        (_source, _name) = (source, name);
        _slots.Clear();
        _at.Clear();
        return this;
    }

    public override void Attach(IReadySlots ready)
    {
        _ready = ready;
        _source.Attach(ready);
    }

    public override int Next(ChoiceLabel label, int count) => Note(label, _source.Next(label, count));

    public override int NextChance(ChoiceLabel label, int permille) => Note(label, _source.NextChance(label, permille));

    private int Note(ChoiceLabel label, int answer)
    {
        _at.Add(_ready.Steps);
        _slots.Add(label == ChoiceLabel.Schedule ? _name(_ready.SlotAt(answer)) : -1);
        return answer;
    }
}

/// <summary>Answers from a list as far as they fit, then, and where they do not, plainly or by chance.</summary>
internal sealed class ListedChoices : ChoiceSource
{
    private readonly RandomWalk _walk = new();
    private IReadOnlyList<int> _answers = [];
    private int _count;
    private int _next;
    private bool _walks;

    /// <summary>The first answers of a list; plain answers behind them.</summary>
    internal ListedChoices Plainly(IReadOnlyList<int> answers, int count)
    {
        (_answers, _count, _next, _walks) = (answers, count, 0, false);
        return this;
    }

    /// <summary>The first answers of a list; chance behind them.</summary>
    internal ListedChoices ThenWalk(IReadOnlyList<int> answers, int count, ulong seed)
    {
        (_answers, _count, _next, _walks) = (answers, count, 0, true);
        _walk.Restart(seed);
        return this;
    }

    public override int Next(ChoiceLabel label, int count)
    {
        var index = _next++;
        return index < _count ? (_answers[index] < count ? _answers[index] : 0) : _walks ? _walk.Next(label, count) : 0;
    }

    public override int NextChance(ChoiceLabel label, int permille) => _next >= _count && _walks ? _walk.NextChance(label, permille) : Next(label, 2);
}

/// <summary>
/// Answers the way a history did that had more parts: at a schedule choice the next slot of that history that is ready goes on, every other
/// question gets the next answer of its kind.
/// </summary>
internal sealed class GuidedChoices : ChoiceSource
{
    private static readonly int Kinds = Enum.GetValues<ChoiceLabel>().Length;

    private readonly int[] _next = new int[Kinds];
    private FailingHistory _guide = null!;
    private IReadOnlyList<int> _slots = null!;
    private Func<int, int> _name = null!;
    private IReadySlots _ready = null!;

    /// <summary>Follows a history.</summary>
    /// <param name="guide">The history.</param>
    /// <param name="slots">Its slots, perhaps in another order.</param>
    /// <param name="name">Names the slots of the engine that runs.</param>
    internal GuidedChoices Restart(FailingHistory guide, IReadOnlyList<int> slots, Func<int, int> name)
    {
        (_guide, _slots, _name) = (guide, slots, name);
        Array.Clear(_next);
        return this;
    }

    public override void Attach(IReadySlots ready) => _ready = ready;

    public override int Next(ChoiceLabel label, int count)
    {
        ref var next = ref _next[(int)label];
        for (var i = next; i < _guide.Labels.Count; i++)
        {
            if (_guide.Labels[i] != label)
            {
                continue;
            }

            var answer = label == ChoiceLabel.Schedule ? AnswerOf(_slots[i], count) : Math.Min(_guide.Draft.Choices[i], count - 1);
            if (answer >= 0)
            {
                next = i + 1;
                return answer;
            }
        }

        return 0;
    }

    private int AnswerOf(int slot, int count)
    {
        for (var answer = 0; answer < count; answer++)
        {
            if (_name(_ready.SlotAt(answer)) == slot)
            {
                return answer;
            }
        }

        return -1;
    }
}
