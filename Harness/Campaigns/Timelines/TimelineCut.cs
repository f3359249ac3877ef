namespace ApChaos.Campaigns;

/// <summary>Leaves entries of a timeline out: each gap becomes one entry that brings all changes of those that it stands for.</summary>
internal sealed class TimelineCut(Timeline whole, bool[] keep)
{
    private readonly List<TimelineEntry> _entries = [];
    private readonly SortedDictionary<int, long> _pending = [];
    private readonly int[] _positions = new int[keep.Length];
    private int _leftOut;

    internal Timeline Cut()
    {
        for (var i = 0; i < keep.Length; i++)
        {
            if (keep[i])
            {
                CloseGap(whole.Entries[i]);
                _positions[i] = _entries.Count;
                _entries.Add(whole.Entries[i]);
                continue;
            }

            _leftOut++;
            foreach (var (slot, value) in whole.Entries[i].Changes)
            {
                _pending[slot] = value;
            }
        }

        CloseGap(whole.Entries[^1]);
        return whole with
        {
            Entries = _entries,
            Violation = PositionOf(whole.Violation),
            Cause = PositionOf(whole.Cause),
            Short = [.. whole.Short.Select(line => (_positions[line.Entry], line.LeftOut))],
        };
    }

    private int PositionOf(int entry) => entry < 0 ? -1 : _positions[entry];

    private void CloseGap(TimelineEntry next)
    {
        if (_leftOut == 0)
        {
            return;
        }

        var text = $"{_leftOut} {(_leftOut == 1 ? "entry is" : "entries are")} left out";
        _entries.Add(new TimelineEntry(TimelineKind.Gap, next.Step, next.TimeNs, -1, "", text, [], [.. _pending.Select(change => (change.Key, change.Value))]));
        _pending.Clear();
        _leftOut = 0;
    }
}
