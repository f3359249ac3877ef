using ApChaos.Suites.Engine.Hosting;

namespace ApChaos.Suites.Engine.Cli;

/// <summary>Whatever is wrong with the input: exit code 2, one line that says where and what would be right, and nothing written.</summary>
[TestFixture]
[Parallelizable(ParallelScope.Children)]
public sealed class BadInputTests
{
    private const string Good = """{ "runs": 2, "drivers": ["golden"], "plans": ["calm"] }""";

    private static readonly string Here = typeof(BadInputTests).Assembly.Location;

    private static readonly object[][] Configurations =
    [
        ["{ \"runs\": 2,\n  \"drivers\": [\"goldn\"] }", "chaos.json:2:15: unknown driver 'goldn' (did you mean golden?); expected one of: golden, "],
        ["{\n  \"plans\": [\"calm\", \"quiet\"] }", "chaos.json:2:21: unknown plan 'quiet'; expected one of: calm, "],
        ["{ \"plans\": [ { \"name\": \"x\", \"faults\": [\n { \"fault\": \"earthquake\" } ] } ] }", "chaos.json:2:13: unknown fault 'earthquake'; expected one of: "],
        ["{ \"plans\": [ { \"name\": \"x\", \"faults\": [\n { \"fault\": \"slow-reset\", \"speed\": 1 } ] } ] }", "chaos.json:2:27: slow-reset: unknown option 'speed'; expected one of: on, duration, "],
        ["{ \"plans\": [ { \"name\": \"x\", \"faults\": [\n { \"fault\": \"slow-reset\", \"duration\": \"5 parsecs\" } ] } ] }", "chaos.json:2:39: duration is '5 parsecs'; expected a duration such as 20ms"],
        ["{ \"plans\": [ { \"name\": \"x\", \"faults\": [\n { \"fault\": \"slow-reset\", \"duration\": \"-5ms\" } ] } ] }", "chaos.json:2:39: duration is '-5ms'; expected a duration that is not negative"],
        ["{ \"plans\": [ { \"name\": \"x\", \"faults\": [\n { \"fault\": \"slow-reset\", \"apqn\": \"09.0004\" } ] } ] }", "chaos.json:2:35: APQN 09.0004 is outside the topology; expected any, or one of: 05.0004, "],
        ["{ \"budgets\": {\n  \"lockHeld\": \"1 parsec\" } }", "chaos.json:2:15: 'budgets/lockHeld' is '1 parsec'; expected a duration such as 20ms or 1.5s (units: ns, us, ms, s, min)"],
        ["{ \"budgets\": {\n  \"operation\": \"-1s\" } }", "chaos.json:2:16: 'budgets/operation' is '-1s'; expected a duration that is not negative"],
        ["{ \"budgets\": {\n  \"operation\": \"never\" } }", "chaos.json:2:16: 'budgets/operation' is 'never'; expected a duration that ends"],
        ["{ \"runs\": 2,\n  \"seed\": }", "chaos.json:2:11: malformed JSON: '}' is an invalid start of a value; expected JSON"],
        ["", "chaos.json:1:1: malformed JSON: "],
        ["[]", "chaos.json:1:1: the file is a list; expected an object with $schema, seed, "],
        ["{ \"runs\": 2,\n  \"sead\": \"x\" }", "chaos.json:2:3: unknown property 'sead' (did you mean seed?); expected one of: "],
        ["{ \"runs\": 2,\n  \"runs\": 3 }", "chaos.json:2:3: property 'runs' is there twice; expected it once"],
        ["{ \"runs\": 0 }", "chaos.json:1:11: 'runs' is 0; expected a whole number from 1 to 10000000"],
        ["{ \"runs\": 10000001 }", "chaos.json:1:11: 'runs' is 10000001; expected a whole number from 1 to 10000000"],
        ["{ \"runs\": \"many\" }", "chaos.json:1:11: 'runs' is 'many'; expected a whole number from 1 to 10000000"],
        ["{ \"runs\": 2,\n  \"strategy\": \"dfs:0\" }", "chaos.json:2:15: choices of the strategy dfs is '0'; expected a whole number from 1 to 1000000"],
        ["{ \"topology\": { \"adapters\": [5, 5] } }", "chaos.json:1:29: 'topology/adapters' has 5 twice; expected each entry once"],
        ["{ \"topology\": { \"domains\": [256] } }", "chaos.json:1:29: 'topology/domains/0' is 256; expected a whole number from 0 to 255"],
        ["{ \"topology\": { \"guests\": 9 } }", "chaos.json:1:27: 'topology/guests' is 9; expected a whole number from 1 to 8"],
        ["{ \"topology\": { \"adapters\": [0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16], \"domains\": [0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15] } }", "chaos.json:1:15: 17 adapters × 16 domains are 272 queues; expected at most 256"],
        ["{ \"firmware\": [\"documented\",\n  \"undocumented\"] }", "chaos.json:2:3: unknown firmware 'undocumented' (did you mean documented?); expected one of: "],
        ["{ \"drivers\": [\"golden\"], \"expect\": {\n  \"golden\": [\"nib-store\"] } }", "chaos.json:2:14: unknown oracle 'nib-store'; expected one of: "],
        ["{ \"drivers\": [\"golden\"], \"expect\": {\n  \"silver\": [] } }", "chaos.json:2:13: unknown driver 'silver'; expected one of: "],
        ["{ \"drivers\": [\"golden\"], \"expect\": {\n  \"golden@x\": [] } }", "chaos.json:2:15: unknown firmware 'x'; expected one of: "],
        ["{ \"plans\": [\"script:Faults/Plans/x.csx\"] }", "chaos.json:1:13: plan file 'Faults/Plans/x.csx' does not exist"],
        ["{ \"plans\": [\"file:nowhere.json\"] }", "chaos.json:1:13: plan file 'nowhere.json' does not exist"],
        ["{ \"plans\": [7] }", "chaos.json:1:13: 'plans/0' is 7; expected a text that is not empty, or an object with "],
        ["{ \"reports\": { \"formats\": [\"text\",\n  \"telex\"] } }", "chaos.json:2:3: unknown report format 'telex'; expected one of: "],
        ["{ \"drivers\": [\"plugin:missing.dll#Some.Driver\"] }", "chaos.json:1:15: plugin "],
    ];

    private static readonly object[][] CommandLines =
    [
        ["--driver nope", "unknown driver 'nope'; expected one of: golden, "],
        ["run --plan nope", "unknown plan 'nope'; expected one of: "],
        ["run --firmware nope", "unknown firmware 'nope'; expected one of: "],
        ["--driver plugin:missing.dll#Some.Driver", "plugin 'missing.dll' does not exist"],
        ["--driver plugin:chaos.json#Some.Driver", "plugin 'chaos.json' is not a .NET assembly; expected "],
        ["--config nowhere.json", "there is no file 'nowhere.json'; expected "],
        ["--workers 0", "--workers is '0'; expected a whole number from 1 to 1024"],
        ["--runs many", "--runs is 'many'; expected a whole number from 1 to 10000000"],
        ["run --strategy depth-first", "unknown strategy 'depth-first'; expected one of: bfs, deepening, "],
        ["--strategy delay:0", "delays of the strategy delay is '0'; expected a whole number from 1 to 64"],
        ["--budget 30", "--budget is '30'; expected a duration of at least 1ms, such as 30s"],
        ["--budget -3s", "--budget is '-3s'; expected a duration that is not negative"],
        ["--json nowhere/result.json", "--json 'nowhere/result.json' is no file in a folder that is there; expected PATH"],
        ["--out chaos.json", "the out folder 'chaos.json' cannot be made: "],
        ["run --seed --quiet", "--seed has no value; expected --seed TEXT\n"],
        ["--driver golden --driver", "--driver has no value; expected --driver GLOB\n"],
        ["explore --states", "--states has no value; expected --states N\n"],
        ["--colour", "unknown option '--colour'; expected one of those that 'apchaos --help' shows"],
        ["explode", "unknown verb 'explode'; expected one of: run, approve, assume, diff, "],
        ["run now", "'now' is one argument too many; expected what 'apchaos run --help' shows"],
        ["list", "list what? expected one of: drivers, "],
        ["list bugs", "'bugs' cannot be listed; expected one of: drivers, "],
        ["replay", "replay what? expected "],
        ["replay nowhere.json", "the replay file 'nowhere.json' cannot be read: "],
        ["replay chaos.json", "chaos.json:1:1: "],
        ["shrink", "shrink what? expected "],
        ["shrink nowhere.json", "the replay file "],
        ["shrink chaos.json", "chaos.json:1:1: "],
        ["approve", "there is no last run in 'artifacts'; expected one by 'apchaos run'"],
    ];

    [TestCaseSource(nameof(Configurations))]
    public void A_bad_configuration_is_one_line_with_its_place(string json, string message)
    {
        using var apchaos = new Apchaos();
        apchaos.Put("chaos.json", json);
        Refuses(apchaos, message);
    }

    [TestCaseSource(nameof(CommandLines))]
    public void A_bad_command_line_is_one_line(string arguments, string message)
    {
        using var apchaos = new Apchaos();
        apchaos.Put("chaos.json", Good);
        Refuses(apchaos, (message.StartsWith("chaos.json:", StringComparison.Ordinal) ? "" : "apchaos: ") + message, arguments.Split(' '));
    }

    [Test]
    public void Without_a_configuration_it_says_how_to_write_one()
    {
        using var apchaos = new Apchaos();
        Refuses(apchaos, "apchaos: no chaos.json in the current folder; expected --config PATH, or a file chaos.json with, ");
    }

    [Test]
    public void A_plugin_that_throws_in_its_constructor_is_named()
    {
        using var apchaos = new Apchaos();
        apchaos.Put("chaos.json", Good);
        string name = typeof(ThrowingDriver).FullName!;
        Refuses(apchaos, $"apchaos: the constructor of {name} threw InvalidOperationException: no luck; ", "--driver", $"plugin:{Here}#{name}");
    }

    [TestCase("run")]
    [TestCase("explore")]
    [TestCase("pairs")]
    [TestCase("patience")]
    [TestCase("assume")]
    [TestCase("sweep --x slow-reset.duration=0..400ms/4")]
    public void A_plugin_that_throws_while_threads_are_at_work_is_at_fault_and_not_ApChaos(string verb)
    {
        using var apchaos = new Apchaos();
        apchaos.Put("chaos.json", Good);
        string name = typeof(ThrowingLaterDriver).FullName!;
        Refuses(apchaos, $"apchaos: the constructor of {name} threw InvalidOperationException: no more of them; ", [.. verb.Split(' '), "--driver", $"plugin:{Here}#{name}"]);
    }

    [TestCase(typeof(EndlessDriver), "its last operation was the constructor of ")]
    [TestCase(typeof(SpinningDriver), "driver 'spinning' has not returned for 10 s of real time; its last operation was ")]
    public void A_plugin_that_never_returns_is_named_with_its_last_operation(Type type, string message)
    {
        using var apchaos = new Apchaos();
        apchaos.Put("chaos.json", Good);
        Ending ending = Refuses(apchaos, "apchaos: driver '", "--driver", $"plugin:{Here}#{type.FullName}");
        Assert.That(ending.Errors, Does.Contain(message));
    }

    private static Ending Refuses(Apchaos apchaos, string message, params string[] arguments)
    {
        SortedDictionary<string, string> before = apchaos.Files;
        Ending ending = apchaos.Run(arguments);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ending.Errors, Does.StartWith(message));
            Assert.That(ending.Errors.Count(c => c == '\n'), Is.EqualTo(1), ending.Errors);
            Assert.That(ending.Output, Is.Empty);
            Assert.That(ending.ExitCode, Is.EqualTo(2));
            Assert.That(apchaos.Files, Is.EqualTo(before));
        }

        return ending;
    }
}
