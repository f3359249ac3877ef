namespace ApChaos.Hosting;

/// <summary>A driver that does not return to the engine.</summary>
/// <param name="Driver">Id of the driver, or how the user named it.</param>
/// <param name="LastOperation">The last operation that it asked for.</param>
/// <param name="Silence">For how long nothing moved; real time.</param>
public sealed record WatchdogAlarm(string Driver, string LastOperation, TimeSpan Silence)
{
    /// <summary>The alarm as one line.</summary>
    public string Message =>
        $"driver '{Driver}' has not returned for {Silence.TotalSeconds:0.#} s of real time; its last operation was {LastOperation}; "
        + "expected driver code to end or to ask the kernel for something";
}

/// <summary>
/// Notices code of a driver that never returns: in virtual time everything has an end, an endless loop in C# has none. Real time: it
/// watches runs from outside and no result depends on it.
/// </summary>
/// <remarks>
/// Time is counted in rounds of its own thread, so that a computer that slept or a debugger that halted the process is no alarm.
/// Code that hangs cannot be stopped: its thread is left behind, and the process should end soon.
/// </remarks>
public sealed class Watchdog : IDisposable
{
    private const int RoundsPerPatience = 20;

    private readonly Lock _gate = new();
    private readonly List<Watched> _watched = [];
    private readonly ManualResetEventSlim _over = new();
    private readonly Action<WatchdogAlarm> _alarm;
    private readonly TimeSpan _round;
    private readonly Thread _thread;

    /// <summary>Starts watching.</summary>
    /// <param name="alarm">Told once of each piece of work that stands still; called on the watchdog's thread.</param>
    /// <param name="patience">How long work may stand still; null for <see cref="DefaultPatience"/>.</param>
    public Watchdog(Action<WatchdogAlarm> alarm, TimeSpan? patience = null)
    {
        _alarm = alarm;
        Patience = patience ?? DefaultPatience;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Patience, TimeSpan.Zero);
        _round = TimeSpan.FromMilliseconds(Math.Max(1, Patience.TotalMilliseconds / RoundsPerPatience));
        _thread = new Thread(Watch) { IsBackground = true, Name = "watchdog" };
        _thread.Start();
    }

    /// <summary>How long work may stand still when nobody says otherwise: 10 s.</summary>
    public static TimeSpan DefaultPatience { get; } = TimeSpan.FromSeconds(10);

    /// <summary>How long work may stand still.</summary>
    public TimeSpan Patience { get; }

    /// <summary>Watches a piece of work until the result is disposed.</summary>
    /// <param name="driver">Id of the driver.</param>
    /// <param name="lastOperation">Asked when it stands still, on the watchdog's thread.</param>
    /// <param name="progress">A number that moves while the work does, read on the watchdog's thread.</param>
    /// <returns>Ends the watch.</returns>
    public IDisposable Watch(string driver, Func<string> lastOperation, Func<long> progress)
    {
        var watched = new Watched(this, driver, lastOperation, progress);
        lock (_gate)
        {
            _watched.Add(watched);
        }

        return watched;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _over.Set();
        if (_thread != Thread.CurrentThread)
        {
            _thread.Join(Patience);
        }
    }

    /// <summary>Runs code that may never return, on a thread that is left behind when it does not.</summary>
    /// <typeparam name="T">Its result.</typeparam>
    /// <param name="driver">How the user named the driver.</param>
    /// <param name="operation">What the code is, for instance <c>the constructor of My.Driver</c>; asked when it does not return.</param>
    /// <param name="code">The code; what it throws is thrown here.</param>
    /// <param name="patience">How long it may take; null for <see cref="DefaultPatience"/>.</param>
    /// <returns>What it returns.</returns>
    /// <exception cref="InputException">It did not return in time.</exception>
    public static T Bound<T>(string driver, Func<string> operation, Func<T> code, TimeSpan? patience = null)
    {
        var limit = patience ?? DefaultPatience;
        var result = default(T);
        System.Runtime.ExceptionServices.ExceptionDispatchInfo? thrown = null;
        var thread = new Thread(() =>
        {
            try
            {
                result = code();
            }
            catch (Exception e)
            {
                thrown = System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(e);
            }
        })
        {
            IsBackground = true,
            Name = "code of a plugin",
        };
        thread.Start();
        if (!thread.Join(limit))
        {
            throw new InputException(new WatchdogAlarm(driver, operation(), limit).Message);
        }

        thrown?.Throw();
        return result!;
    }

    private void Watch()
    {
        while (!_over.Wait(_round))
        {
            Watched[] all;
            lock (_gate)
            {
                all = [.. _watched];
            }

            foreach (var watched in all)
            {
                watched.Look();
            }
        }
    }

    private void Forget(Watched watched)
    {
        lock (_gate)
        {
            _watched.Remove(watched);
        }
    }

    /// <summary>One piece of work.</summary>
    private sealed class Watched(Watchdog dog, string driver, Func<string> lastOperation, Func<long> progress) : IDisposable
    {
        private long _seen = long.MinValue;
        private int _rounds;
        private bool _ended;

        public void Dispose()
        {
            Volatile.Write(ref _ended, true);
            dog.Forget(this);
        }

        internal void Look()
        {
            var now = progress();
            if (now != _seen)
            {
                (_seen, _rounds) = (now, 0);
                return;
            }

            if (++_rounds == RoundsPerPatience && !Volatile.Read(ref _ended))
            {
                dog._alarm(new WatchdogAlarm(driver, lastOperation(), dog.Patience));
            }
        }
    }
}
