namespace ApChaos.Exploring;

/// <summary>Looks for a circle in a small graph.</summary>
internal sealed class Circle(IReadOnlyDictionary<int, List<int>> next)
{
    private readonly Dictionary<int, bool> _done = [];

    /// <summary>Whether there is one. A path is as long as the graph at most, and kept on a stack of its own.</summary>
    internal bool Exists => next.Keys.Any(IsOnOne);

    private bool IsOnOne(int start)
    {
        var path = new Stack<(int Node, int Next)>();
        if (_done.TryAdd(start, false))
        {
            path.Push((start, 0));
        }

        while (path.TryPop(out var at))
        {
            if (!next.TryGetValue(at.Node, out var followers) || at.Next == followers.Count)
            {
                _done[at.Node] = true;
                continue;
            }

            path.Push((at.Node, at.Next + 1));
            var follower = followers[at.Next];
            if (_done.TryAdd(follower, false))
            {
                path.Push((follower, 0));
            }
            else if (!_done[follower])
            {
                return true;
            }
        }

        return false;
    }
}
