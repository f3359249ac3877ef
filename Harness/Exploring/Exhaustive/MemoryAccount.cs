namespace ApChaos.Exploring;

/// <summary>What an exploration may use of memory: it is stopped when that is used up, and what was seen is kept.</summary>
/// <param name="bytesMax">The bound.</param>
/// <param name="ofTables">What the tables use now.</param>
/// <param name="stop">Somebody else may stop the exploration as well.</param>
internal sealed class MemoryAccount(long bytesMax, Func<long> ofTables, CancellationToken stop) : IDisposable
{
    private readonly CancellationTokenSource _limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
    private long _ofSearch;

    /// <summary>Stops the exploration.</summary>
    internal CancellationToken Stop => _limit.Token;

    /// <summary>Whether it was stopped because of memory.</summary>
    internal bool IsExceeded { get; private set; }

    /// <summary>What the search itself uses, as far as it is known.</summary>
    internal long OfSearch
    {
        set => Interlocked.Exchange(ref _ofSearch, value);
    }

    /// <summary>Bytes in use.</summary>
    internal long Total => Interlocked.Read(ref _ofSearch) + ofTables();

    /// <inheritdoc/>
    public void Dispose() => _limit.Dispose();

    /// <summary>Stops the exploration if it uses too much; called by any worker.</summary>
    internal void Check()
    {
        if (!IsExceeded && Total > bytesMax)
        {
            Exceed();
        }
    }

    /// <summary>Stops the exploration, because the system gives no more.</summary>
    internal void Exceed()
    {
        IsExceeded = true;
        _limit.Cancel();
    }
}
