using System.Runtime;

namespace ApChaos.Suites.Benchmarks;

/// <summary>Brings code into its last tier.</summary>
internal static class Warm
{
    private const int BatchesMax = 60;

    /// <summary>Until no method was compiled during two batches.</summary>
    internal static void Up(Action batch)
    {
        var quiet = 0;
        for (var i = 0; i < BatchesMax && quiet < 2; i++)
        {
            var compiled = JitInfo.GetCompiledMethodCount();
            batch();

            // The tiering delay: methods are compiled anew when none was called for the first time for 100 ms.
            Thread.Sleep(150);
            quiet = JitInfo.GetCompiledMethodCount() == compiled ? quiet + 1 : 0;
        }
    }
}
