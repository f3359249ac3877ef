// The one file of this room that makes threads: the workers of one search. What they compute does not depend on how many there are.
#pragma warning disable RS0030

namespace ApChaos.Exploring;

/// <summary>Threads that do their share of one piece of work after the other; the caller does the first share himself.</summary>
internal sealed class WorkerThreads : IDisposable
{
    private readonly Barrier _barrier;
    private readonly Thread[] _threads;
    private Action<int>? _work;
    private Exception? _error;

    internal WorkerThreads(int workers)
    {
        _barrier = new(workers);
        _threads = [.. Enumerable.Range(1, workers - 1).Select(i => new Thread(() => Serve(i)) { IsBackground = true, Name = $"search {i}" })];
        Array.ForEach(_threads, thread => thread.Start());
    }

    /// <summary>Has every worker do its share, and waits for all.</summary>
    /// <param name="work">What is done, with the number of the worker.</param>
    internal void Run(Action<int> work)
    {
        _work = work;
        _barrier.SignalAndWait();
        Try(0);
        _barrier.SignalAndWait();
        if (_error is { } error)
        {
            _error = null;
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error);
        }
    }

    public void Dispose()
    {
        _work = null;
        _barrier.SignalAndWait();
        Array.ForEach(_threads, thread => thread.Join());
        _barrier.Dispose();
    }

    private void Serve(int worker)
    {
        while (true)
        {
            _barrier.SignalAndWait();
            if (_work is null)
            {
                return;
            }

            Try(worker);
            _barrier.SignalAndWait();
        }
    }

    private void Try(int worker)
    {
        try
        {
            _work!(worker);
        }
        catch (Exception error)
        {
            Interlocked.CompareExchange(ref _error, error, null);
        }
    }
}
