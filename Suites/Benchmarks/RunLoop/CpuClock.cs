using System.Runtime.InteropServices;

namespace ApChaos.Suites.Benchmarks;

/// <summary>CPU time of the calling thread: what neighbours and the JIT's own thread take is not in it.</summary>
internal static unsafe partial class CpuClock
{
    private const int ThreadCpuTime = 3;

    /// <summary>Nanoseconds so far.</summary>
    /// <returns>The count.</returns>
    internal static long ThreadNs()
    {
        long* time = stackalloc long[2];
        return clock_gettime(ThreadCpuTime, time) == 0
            ? (time[0] * 1_000_000_000) + time[1]
            : throw new BenchmarkException("clock_gettime(CLOCK_THREAD_CPUTIME_ID) failed: the benchmark runs on 64-bit Linux only");
    }

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, long* time);
}
