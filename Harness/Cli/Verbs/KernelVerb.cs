using System.CommandLine;
using ApChaos.Hosting;
using ApChaos.Native;

namespace ApChaos.Cli.Verbs;

/// <summary>The vfio_ap of a Linux tree: says what it found, runs the campaign on it, compares two trees.</summary>
internal sealed class KernelVerb : Verb
{
    private const int BisectSkip = 125;
    private const string Actions = "doctor, run, diff";

    private readonly Argument<string> _action = new("doctor|run|diff") { Description = "What to do with the trees.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string[]> _tree = new("--kernel-tree")
    {
        HelpName = "PATH", Description = "Root of a Linux source tree with the vfio_ap driver. Repeatable.", Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = false,
    };

    private readonly Option<string[]> _rev = new("--rev")
    {
        HelpName = "REV", Description = "Revisions of the one tree, which is a git repository, in place of its files. Repeatable.", Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = false,
    };

    private readonly Option<string[]> _oracle = new("--oracle")
    {
        HelpName = "ID", Description = "Only what these oracles find counts. Repeatable.", Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = false,
    };

    private readonly Option<bool> _bisect = new("--bisect") { Description = "For 'git bisect run': 125 (skip) when the tree cannot be built or judged." };
    private readonly Option<bool> _inProcess = new("--in-process") { Description = "Run in this process, not in a worker process that a wild write may destroy." };
    private readonly Option<bool> _pipe = new("--pipe") { Description = "The driver in a program of its own, over a pipe; slower, and nothing that it does can touch this one." };
    private readonly Option<bool> _asan = new("--asan") { Description = "With AddressSanitizer, in a program of its own." };
    private readonly Option<bool> _coverage = new("--coverage") { Description = "Say which share of the driver's lines ran, and which functions never did." };
    private readonly Option<bool> _memPreempt = new("--mem-preempt") { Description = "Every load and store of shared memory is a scheduling point, and is watched for data races." };
    private readonly Option<bool> _s390x = new("--s390x") { Description = "Compiled for s390x, under qemu-user, in a program of its own." };
    private readonly Option<bool> _speed = new("--speed") { Description = "Of 'doctor': runs per second, beside those of the variant in C# that is its model." };

    public override string Name => "kernel";

    public override string Summary => "Run the unmodified vfio_ap of a Linux tree: doctor, run, diff.";

    public override IReadOnlyList<(string Command, string Meaning)> Examples =>
    [
        ("apchaos kernel doctor --kernel-tree ~/linux", "era, probes and files of a tree; whether it compiles"),
        ("apchaos kernel run --kernel-tree ~/linux", "the campaign on the driver of the tree; any finding that is not expected is exit 1"),
        ("apchaos kernel run --kernel-tree ~/linux --mem-preempt --plan calm --runs 200", "races: every load and store is a scheduling point; also --asan, --coverage, --s390x"),
        ("apchaos kernel diff --kernel-tree ~/linux --rev v6.8 --rev v6.9", "which cells change their verdict between two revisions"),
        ("git bisect run apchaos kernel run --kernel-tree . --bisect --plan slow-reset --oracle nib-store-after-unpin", "the commit that brought a bug"),
    ];

    public override void Declare(Command command)
    {
        command.Arguments.Add(_action);
        foreach (var option in (Option[])[_tree, _rev, _oracle, _bisect, _inProcess, _pipe, _asan, _coverage, _memPreempt, _s390x, _speed])
        {
            command.Options.Add(option);
        }
    }

    public override int Run(VerbCall call)
    {
        var bisect = call.Parsed.GetValue(_bisect);
        try
        {
            var code = Act(call);
            return bisect && code is ExitCode.Undecided or ExitCode.OwnFault ? BisectSkip : code;
        }
        catch (InputException e) when (bisect)
        {
            call.Context.Errors.WriteLine($"{CommandLine.Program}: {e.Message}");
            return BisectSkip;
        }
    }

    private int Act(VerbCall call)
    {
        var action = call.Parsed.GetValue(_action);
        if (action is not ("doctor" or "run" or "diff"))
        {
            throw new InputException($"'kernel' needs to know what to do{(action is null ? "" : $", not '{action}'")}; expected one of: {Actions}");
        }

        var trees = Trees(call);
        var options = Options(call);
        if (action == "doctor")
        {
            return KernelDoctor.Show(trees, options, call.Parsed.GetValue(_speed), call.Context);
        }

        if (action == "diff" && trees.Count != 2)
        {
            throw new InputException($"'kernel diff' compares two trees, not {trees.Count}; expected --kernel-tree twice, or --kernel-tree once and --rev twice");
        }

        if (call.Parsed.GetValue(_inProcess))
        {
            return action == "run" ? KernelCampaign.Run(call, trees, options, Oracles(call)) : KernelCampaign.Diff(call, trees, options, Oracles(call));
        }

        // What can be wrong with a tree is said here; the worker finds the compiled driver in the cache.
        var programs = trees.ConvertAll(tree => KernelDoctor.Build(tree, options));
        programs.ForEach(program => program.ForgetCoverage());
        var code = KernelWorker.Run(call.Context);
        foreach (var line in programs.SelectMany(program => program.Coverage()))
        {
            call.Context.Output.WriteLine(line);
        }

        return code;
    }

    private NativeOptions Options(VerbCall call)
    {
        var options = new NativeOptions(
            call.Parsed.GetValue(_pipe), call.Parsed.GetValue(_asan), call.Parsed.GetValue(_coverage), call.Parsed.GetValue(_memPreempt), call.Parsed.GetValue(_s390x));
        try
        {
            return options == NativeOptions.None ? options : NativeOptions.Parse(options.ToString()[1..]);
        }
        catch (KernelTreeException e)
        {
            throw new InputException(e.Message);
        }
    }

    private List<KernelTree> Trees(VerbCall call)
    {
        var paths = call.Parsed.GetValue(_tree) ?? [];
        var revisions = call.Parsed.GetValue(_rev) ?? [];
        if (paths.Length == 0)
        {
            throw new InputException("no kernel tree is named; expected --kernel-tree PATH, the root of a Linux source tree");
        }

        if (revisions.Length > 0 && paths.Length > 1)
        {
            throw new InputException("--rev names revisions of one tree; expected --kernel-tree once");
        }

        try
        {
            return revisions.Length > 0
                ? [.. revisions.Select(revision => KernelRevision.Open(paths[0], revision, call.Context.Folder))]
                : [.. paths.Select(path => KernelTree.Open(path, call.Context.Folder))];
        }
        catch (KernelTreeException e)
        {
            throw new InputException(e.Message);
        }
    }

    private IReadOnlyList<string> Oracles(VerbCall call)
    {
        var oracles = call.Parsed.GetValue(_oracle) ?? [];
        foreach (var oracle in oracles.Where(id => Catalogue.Shipped.Oracles.All(known => known.Id != id)))
        {
            throw new InputException($"unknown oracle '{oracle}'; expected one of: {string.Join(", ", Catalogue.Shipped.Oracles.Select(known => known.Id))}");
        }

        return oracles;
    }
}
