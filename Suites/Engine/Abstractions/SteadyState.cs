namespace ApChaos.Suites.Engine.Abstractions;

/// <summary>Measures what a repeated action allocates once the just-in-time compiler has come to rest.</summary>
internal static class SteadyState
{
    private const int Rounds = 2000;
    private const int ActionsPerRound = 200;

    /// <summary>Skips the test in Debug builds.</summary>
    public static void InOptimisedCodeOnly()
    {
#if DEBUG
        Assert.Ignore("state machines are classes in Debug builds, so calls allocate");
#endif
    }

    /// <summary>
    /// Bytes that the action allocated in the best of many rounds: code that is not optimised yet boxes what optimised code does not.
    /// </summary>
    public static long Allocated(Action action)
    {
        long least = long.MaxValue;
        for (int round = 0; round < Rounds && least > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < ActionsPerRound; i++)
                action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);

            // The compiler works in the background, and not while other tests bring new code.
            Thread.Sleep(20);
        }

        return least;
    }
}
