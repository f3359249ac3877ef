using System.Diagnostics;
using ApChaos.Hosting;
using ApChaos.Native;

namespace ApChaos.Cli;

/// <summary>Says what is known of a tree, and builds it.</summary>
internal static class KernelDoctor
{
    /// <summary>Prints one block for each tree.</summary>
    public static int Show(IReadOnlyList<KernelTree> trees, NativeOptions options, bool speed, CliContext context)
    {
        foreach (var tree in trees)
        {
            var line = context.Output;
            line.WriteLine($"kernel:{tree.Name}");
            line.WriteLine($"  tree      {tree.Root}");
            line.WriteLine($"  era       {tree.Era}: {tree.EraAbout}");
            line.WriteLine($"  read      {tree.Files.Count} files, {tree.SourceLines} lines of driver source");
            foreach (var (name, about, found) in tree.Probes)
            {
                line.WriteLine($"  probe     {name,-18} {(found ? "yes" : "no "),-4} {about}");
            }

            var clock = Stopwatch.StartNew();
            var program = Build(tree, options);
            line.WriteLine($"  compiled  {(program.Cached ? "before, taken from the cache" : $"now, {clock.Elapsed.TotalSeconds:0.0} s")}; nothing is missing");
            if (speed)
            {
                line.WriteLine("  speed     " + KernelSpeed.Compare(tree, options));
            }
        }

        context.Output.WriteLine("assumptions about the surroundings");
        foreach (var (id, text) in KernelAssumptions.All)
        {
            context.Output.WriteLine($"  {id,-26} {text}");
        }

        return ExitCode.AsExpected;
    }

    /// <summary>Builds a tree; what is wrong with it is wrong input.</summary>
    public static NativeProgram Build(KernelTree tree, NativeOptions options)
    {
        try
        {
            return ShimBuilder.Build(tree, options);
        }
        catch (KernelTreeException e)
        {
            throw new InputException(e.Message);
        }
    }
}
