using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using ApChaos.Hosting;

namespace ApChaos.Cli;

/// <summary>
/// From words to a verb and from its end to an exit code. What is wrong with the input is one line and exit code 2, what is wrong with
/// ApChaos one line and exit code 4: System.CommandLine's own words and codes are never used.
/// </summary>
internal static class CommandLine
{
    /// <summary>Name of the program.</summary>
    public const string Program = "apchaos";

    private const string DefaultVerb = "run";

    /// <summary>Runs a command line.</summary>
    public static int Run(string[] args, CliContext context)
    {
        var shared = new SharedOptions();
        var verbs = FindVerbs();
        var root = Build(verbs, shared, context);
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (shared.IsColorless(parsed))
        {
            context.WithoutColor();
        }

        try
        {
            CheckValues(parsed);
            if (parsed.Errors.Count > 0 && parsed.Action is not (HelpAction or TeachingHelp))
            {
                throw Explain(parsed, verbs);
            }

            return parsed.Invoke(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
                Output = context.Output,
                Error = context.Errors,
            });
        }
        catch (InputException e)
        {
            // With a place in front, the way compilers say it: editors jump there.
            context.Errors.WriteLine(e.File is null ? $"{Program}: {e.Message}" : e.Message);
            return ExitCode.WrongInput;
        }
        catch (Exception e)
        {
            var cause = e.InnerException is { } inner ? $" ({inner.GetType().Name}: {inner.Message})" : "";
            context.Errors.WriteLine(
                $"{Program}: a fault of ApChaos itself: {e.GetType().Name}: {e.Message}{cause}".ReplaceLineEndings(" ")
                + (shared.IsVerbose(parsed) ? "\n" + e : "; --verbose shows the trace"));
            return ExitCode.OwnFault;
        }
    }

    private static List<Verb> FindVerbs() =>
    [
        .. typeof(Verb).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(Verb)) && !type.IsAbstract)
            .Select(type => (Verb)Activator.CreateInstance(type)!)
            .OrderBy(verb => verb.Name != DefaultVerb).ThenBy(verb => verb.Name, StringComparer.Ordinal),
    ];

    private static RootCommand Build(List<Verb> verbs, SharedOptions shared, CliContext context)
    {
        var root = new RootCommand(
            "Chaos testing for drivers of AP queues: an emulated machine, faults that bend it, oracles that watch. Without a verb: run.");
        shared.Declare(root);
        foreach (var verb in verbs)
        {
            var command = new Command(verb.Name, verb.Summary);
            verb.Declare(command);
            command.SetAction(parsed => verb.Run(new VerbCall(parsed, shared.Read(parsed), context)));
            root.Subcommands.Add(command);
        }

        var run = verbs.Find(verb => verb.Name == DefaultVerb)!;
        run.Declare(root);
        root.SetAction(parsed => run.Run(new VerbCall(parsed, shared.Read(parsed), context)));
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new TeachingHelp((HelpAction)help.Action!, verbs);
        return root;
    }

    /// <summary>Refuses an option without a value: the parser would take the next option for it, or the value of an earlier one for both.</summary>
    private static void CheckValues(ParseResult parsed)
    {
        for (SymbolResult? at = parsed.CommandResult; at is CommandResult command; at = at.Parent)
        {
            foreach (var result in command.Children.OfType<OptionResult>())
            {
                var option = result.Option;
                if (option.Arity.MinimumNumberOfValues > 0
                    && (result.Tokens.Count < result.IdentifierTokenCount || result.Tokens.Any(token => IsOption(parsed.CommandResult, token.Value))))
                {
                    throw new InputException($"{option.Name} has no value; expected {option.Name} {option.HelpName}");
                }
            }
        }
    }

    private static bool IsOption(SymbolResult? at, string word)
    {
        for (; at is CommandResult command; at = at.Parent)
        {
            if (command.Command.Options.Any(option => option.Name == word || option.Aliases.Contains(word)))
            {
                return true;
            }
        }

        return false;
    }

    private static InputException Explain(ParseResult parsed, List<Verb> verbs)
    {
        var command = parsed.CommandResult.Command;
        var help = command is RootCommand ? $"{Program} --help" : $"{Program} {command.Name} --help";
        if (parsed.UnmatchedTokens is not [var unknown, ..])
        {
            return new InputException($"{parsed.Errors[0].Message.TrimEnd('.')}; expected what '{help}' shows");
        }

        if (unknown.StartsWith('-'))
        {
            return new InputException($"unknown option '{unknown}'; expected one of those that '{help}' shows");
        }

        return command is RootCommand
            ? new InputException($"unknown verb '{unknown}'; expected one of: {string.Join(", ", verbs.Select(verb => verb.Name))}")
            : new InputException($"'{unknown}' is one argument too many; expected what '{help}' shows");
    }
}
