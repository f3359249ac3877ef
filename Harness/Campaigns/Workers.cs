using ApChaos.Hosting;

namespace ApChaos.Campaigns;

/// <summary>Threads that share the pieces of one piece of work.</summary>
public static class Workers
{
    /// <summary>Has every piece made, each by one thread, in any order; returns when all threads are done.</summary>
    /// <param name="work">What a piece is, as the words go on "... failed in ApChaos itself".</param>
    /// <param name="workers">Threads, at least 1; what the pieces make must not depend on it.</param>
    /// <param name="pieces">How many there are.</param>
    /// <param name="piece">Makes the piece of a number, from 0. It looks at the token, too: pieces are begun even when it says that all are to stop.</param>
    /// <param name="stop">Stops the pieces.</param>
    /// <exception cref="InputException">The input is at fault, as a piece found; the other pieces were stopped.</exception>
    /// <exception cref="CampaignException">A piece failed in another way; the other pieces were stopped.</exception>
    public static void Share(string work, int workers, int pieces, Action<int, CancellationToken> piece, CancellationToken stop) =>
        Share(work, workers, pieces, () => piece, stop);

    /// <summary>The same for threads that keep something from piece to piece.</summary>
    /// <param name="work">What a piece is.</param>
    /// <param name="workers">Threads, at least 1.</param>
    /// <param name="pieces">How many there are.</param>
    /// <param name="begin">Called once by each thread: what makes its pieces.</param>
    /// <param name="stop">Stops the pieces.</param>
    /// <exception cref="InputException">The input is at fault, as a piece found; the other pieces were stopped.</exception>
    /// <exception cref="CampaignException">A piece failed in another way; the other pieces were stopped.</exception>
    public static void Share(string work, int workers, int pieces, Func<Action<int, CancellationToken>> begin, CancellationToken stop)
    {
        using var all = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var next = 0;
        Exception? failure = null;
        var threads = Enumerable.Range(0, Math.Clamp(workers, 1, Math.Max(1, pieces))).Select(number => new Thread(() =>
        {
            try
            {
                var make = begin();
                while (Volatile.Read(ref failure) is null && Interlocked.Increment(ref next) - 1 is var piece && piece < pieces)
                {
                    make(piece, all.Token);
                }
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref failure, e, null);
                all.Cancel();
            }
        })
        {
            Name = $"{work} {number}",
            IsBackground = true,
        }).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        if (failure is not null)
        {
            throw failure switch
            {
                InputException => failure,
                Native.KernelTreeException tree => new InputException(tree.Message),
                _ => new CampaignException($"{work} failed in ApChaos itself", failure),
            };
        }
    }
}
