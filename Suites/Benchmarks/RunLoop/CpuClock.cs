using System.Runtime.InteropServices;

namespace ApChaos.Suites.Benchmarks;

/// <summary>CPU time: what neighbours take is not in it.</summary>
internal static unsafe partial class CpuClock
{
    private const int ProcessCpuTime = 2;
    private const int ThreadCpuTime = 3;

    /// <summary>Nanoseconds of the calling thread so far: the JIT's own thread is not in it.</summary>
    /// <returns>The count.</returns>
    internal static long ThreadNs() => Read(ThreadCpuTime);

    /// <summary>Nanoseconds of all threads of this process so far.</summary>
    /// <returns>The count.</returns>
    internal static long ProcessNs() => Read(ProcessCpuTime);

    /// <summary>Nanoseconds of all ended child processes together so far.</summary>
    /// <returns>The count.</returns>
    internal static long ChildrenNs()
    {
        const int children = -1;
        long* usage = stackalloc long[32];
        return getrusage(children, usage) == 0
            ? ((usage[0] + usage[2]) * 1_000_000_000) + ((usage[1] + usage[3]) * 1_000)
            : throw new BenchmarkException("getrusage(RUSAGE_CHILDREN) failed: the benchmark runs on 64-bit Linux only");
    }

    private static long Read(int clock)
    {
        long* time = stackalloc long[2];
        return clock_gettime(clock, time) == 0
            ? (time[0] * 1_000_000_000) + time[1]
            : throw new BenchmarkException("clock_gettime failed: the benchmark runs on 64-bit Linux only");
    }

    [LibraryImport("libc")]
    private static partial int getrusage(int who, long* usage);

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, long* time);
}
