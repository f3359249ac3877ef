using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace ApChaos.Cli;

/// <summary>The usual help, followed by examples.</summary>
internal sealed class TeachingHelp(HelpAction usual, IReadOnlyList<Verb> verbs) : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        usual.MaxWidth = Math.Min(usual.MaxWidth, 128);
        usual.Invoke(parseResult);
        var command = parseResult.CommandResult.Command;
        var output = parseResult.InvocationConfiguration.Output;
        var isRoot = command is RootCommand;
        var examples = verbs.Where(verb => isRoot || verb.Name == command.Name).SelectMany(verb => isRoot ? verb.Examples.Take(1) : verb.Examples).ToList();
        var width = examples.Max(example => example.Command.Length);
        output.WriteLine("Examples:");
        foreach (var (line, meaning) in examples)
        {
            output.WriteLine($"  {line.PadRight(width)}  {meaning}");
        }

        output.WriteLine();
        output.WriteLine("Exit codes: 0 every cell as expected; 1 a cell differs from its expectation or the report from the approved one;");
        output.WriteLine("  2 the input is wrong; 3 undecided or stale; 4 a fault of ApChaos itself; 130 interrupted, what was done is kept.");
        return ExitCode.AsExpected;
    }
}
