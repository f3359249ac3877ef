using ApChaos.Abstractions;
using ApChaos.Exploring;
using ApChaos.Machine;
using ApChaos.Running;
using ApChaos.Suites.Engine.Abstractions;
using ApChaos.Suites.Engine.Running;

namespace ApChaos.Suites.Engine.Exploring;

/// <summary>Each strategy keeps what it promises: every sequence once, few deviations first, chances, bounds, no allocation.</summary>
[TestFixture]
public sealed class StrategyTests
{
    private static readonly Apqn First = new(5, 4);
    private static readonly Apqn Second = new(6, 4);

    private static IEnumerable<string> Ids => StrategyCatalogue.All.Select(strategy => strategy.Id);

    [TestCase("dfs")]
    [TestCase("bfs")]
    [TestCase("deepening")]
    public void A_systematic_strategy_runs_every_sequence_of_choices_of_a_small_scenario_and_says_so(string id)
    {
        Stage stage = Small();
        SortedSet<string> all = [];
        int count = stage.RunAll(s => all.Add(Record(s)));
        Strategy strategy = id == "deepening" ? Create(id, 64) : Create(id);
        SortedSet<string> seen = [];
        int runs = 0;
        do
        {
            Run(stage, strategy, 0);
            seen.Add(Record(stage));
            runs++;
        }
        while (strategy.MoveOn());
        Assert.That(count, Is.GreaterThan(50).And.EqualTo(all.Count));
        Assert.That(seen, Is.EqualTo(all));
        Assert.That(strategy.IsComplete);
        Assert.That(strategy.ShareExplored, Is.EqualTo(1.0));
        Assert.That(runs, id == "deepening" ? Is.LessThan(10 * count) : Is.EqualTo(count));
    }

    [Test]
    public void Breadth_first_takes_early_deviations_before_late_ones()
    {
        Stage stage = Small();
        Strategy strategy = Create("bfs");
        int last = -1;
        do
        {
            Run(stage, strategy, 0);
            int place = Array.FindLastIndex(stage.Engine.Choices.Values.ToArray(), value => value != 0);
            Assert.That(place, Is.GreaterThanOrEqualTo(last));
            last = place;
        }
        while (strategy.MoveOn());
        Assert.That(last, Is.GreaterThan(3));
    }

    [Test]
    public void Depth_first_knows_which_share_it_has_gone_through()
    {
        Stage stage = Small();
        Strategy strategy = Create("dfs");
        double share = 0;
        Run(stage, strategy, 0);
        while (strategy.MoveOn())
        {
            // A share is the sum of what a random walk would give to each sequence that was run.
            share += stage.Engine.Choices.Domains.ToArray().Aggregate(1.0, (chance, count) => chance / count);
            Assert.That(strategy.ShareExplored, Is.EqualTo(share).Within(1e-9));
            Run(stage, strategy, 0);
        }

        Assert.That(strategy.ShareExplored, Is.EqualTo(1.0));
    }

    [Test]
    public void Deepening_takes_the_sequences_with_the_fewest_deviations_first()
    {
        Stage stage = Small();
        Strategy strategy = Create("deepening");
        SortedSet<string> seen = [];
        int most = 0;
        do
        {
            Run(stage, strategy, 0);
            int deviations = stage.Engine.Choices.Values.ToArray().Count(value => value != 0);
            if (seen.Add(Record(stage)))
                Assert.That(deviations, Is.GreaterThanOrEqualTo(most));
            most = Math.Max(most, deviations);
        }
        while (strategy.MoveOn());
        Assert.That(most, Is.GreaterThan(2));
    }

    [TestCase("dfs", 3)]
    [TestCase("bfs", 20)]
    [TestCase("deepening", 1)]
    public void A_systematic_strategy_that_a_bound_cut_off_is_not_complete(string id, int bound)
    {
        Stage stage = Small();
        Strategy strategy = Create(id, bound);
        do
            Run(stage, strategy, 0);
        while (strategy.MoveOn());
        Assert.That(strategy.IsComplete, Is.False);
    }

    // Depth 1: what VMM1 does must come after the twenty steps of VMM0. Depth 2: between its tenth and its eleventh.
    [TestCase(1, 20)]
    [TestCase(2, 10)]
    public void Pct_finds_a_bug_of_its_depth_at_least_as_often_as_its_guarantee_says(int depth, int after)
    {
        const int runs = 4000;
        List<int> log = [];
        Stage stage = new(Ordered(log, 20), mdevs: 2);
        Strategy strategy = Create("pct", depth);
        RunShape shape = Shape(stage);
        int found = 0, byWalk = 0;
        for (ulong seed = 0; seed < runs; seed++)
        {
            log.Clear();
            strategy.Begin(RandomNumbers.Seed("pct", seed), shape);
            stage.Engine.Run(strategy);
            found += IsPlanted(log, after) ? 1 : 0;
            log.Clear();
            Run(stage, Create("random-walk"), seed);
            byWalk += IsPlanted(log, after) ? 1 : 0;
        }

        double least = runs * PriorityChanges.ChanceAtLeast(shape, depth);
        TestContext.Out.WriteLine($"depth {depth}: {found} of {runs} runs by pct, {byWalk} by the random walk; at least {least:0.0} are promised");
        Assert.That(found, Is.GreaterThanOrEqualTo(least).And.GreaterThan(4 * byWalk));
    }

    [Test]
    public void Pos_gives_a_race_its_chance_however_many_steps_elsewhere_come_before_it()
    {
        const int runs = 2000;
        List<int> log = [];
        Stage stage = new(Racing(log, 20), mdevs: 2);
        Assert.That((LateFirst("pos"), LateFirst("random-walk")), Is.EqualTo((true, false)));

        bool LateFirst(string id)
        {
            Strategy strategy = Create(id);
            int late = 0;
            for (ulong seed = 0; seed < runs; seed++)
            {
                log.Clear();
                Run(stage, strategy, seed);
                late += log[0] == 0 ? 1 : 0;
            }

            return late > runs / 100;
        }
    }

    [TestCase(1)]
    [TestCase(3)]
    public void Delay_passes_over_at_most_as_many_slots_as_it_may(int delays)
    {
        Stage stage = new(Stock.Create("VfioAp2019V2"), Stock.Scenario, FirmwareFile.LoadShipped().Single(profile => profile.Id == "hostile"));
        Strategy strategy = Create("delay", delays);
        int most = 0;
        for (ulong seed = 0; seed < 300; seed++)
        {
            Run(stage, strategy, seed);
            Choices choices = stage.Engine.Choices;
            int passed = 0;
            for (int i = 0; i < choices.Count; i++)
                passed += choices.Labels[i] == ChoiceLabel.Schedule ? choices.Values[i] : 0;
            Assert.That(passed, Is.LessThanOrEqualTo(delays));
            most = Math.Max(most, passed);
        }

        Assert.That(most, Is.EqualTo(delays));
    }

    [TestCaseSource(nameof(Ids))]
    public void The_same_seed_gives_the_same_run_whatever_was_run_before(string id)
    {
        Stage stage = Busy(), other = Busy();
        Strategy used = Create(id), fresh = Create(id);
        if (used.IsSystematic)
        {
            // It goes on from run to run: two of the same kind stay side by side.
            for (int run = 0; run < 200; run++)
            {
                Run(stage, used, 0);
                Run(other, fresh, 0);
                Assert.That(other.Engine.Hash, Is.EqualTo(stage.Engine.Hash));
                Assert.That(fresh.MoveOn(), Is.EqualTo(used.MoveOn()));
            }

            return;
        }

        for (ulong seed = 0; seed < 50; seed++)
            Run(stage, used, seed);
        foreach (ulong seed in (ulong[])[3, 17, ulong.MaxValue])
        {
            Run(stage, used, seed);
            Run(other, fresh, seed);
            Assert.That(other.Engine.Hash, Is.EqualTo(stage.Engine.Hash));
        }
    }

    [TestCaseSource(nameof(Ids))]
    public void A_run_allocates_nothing(string id)
    {
        SteadyState.InOptimisedCodeOnly();
        Stage stage = Busy();
        Strategy strategy = Create(id);
        RunShape shape = Shape(stage);
        ulong seed = 0;
        Assert.That(SteadyState.Allocated(Run), Is.Zero);

        void Run()
        {
            strategy.Begin(RandomNumbers.Seed("steady", seed++ % 200), shape);
            stage.Engine.Run(strategy);
            strategy.MoveOn();
        }
    }

    [TestCaseSource(nameof(Ids))]
    public void What_a_strategy_chose_is_replayed_from_its_record(string id)
    {
        Stage stage = Busy();
        Run(stage, Create(id), 5);
        ulong hash = stage.Engine.Hash;
        var record = new RecordedChoices(stage.Engine.Choices.Values.ToArray());
        Assert.That((stage.Run(record).Engine.Hash, record.MisfitAt), Is.EqualTo((hash, -1)));
    }

    private static Stage Busy() => new(Stock.Create("VfioAp511"), Stock.Scenario, FirmwareFile.LoadShipped().Single(profile => profile.Id == "hostile"));

    private static Strategy Create(string id, params int[] values)
    {
        Strategy sample = StrategyCatalogue.All.Single(strategy => strategy.Id == id);
        return StrategyCatalogue.Create(id, values.Length > 0 ? values : [.. sample.Options.Select(option => option.Default)]);
    }

    private static void Run(Stage stage, Strategy strategy, ulong seed)
    {
        strategy.Begin(RandomNumbers.Seed("test", seed), new RunShape(stage.Engine.SlotCount, 64));
        stage.Engine.Run(strategy);
    }

    private static RunShape Shape(Stage stage)
    {
        stage.Run(1UL);
        return new RunShape(stage.Engine.SlotCount, stage.Engine.Choices.Labels.Count(ChoiceLabel.Schedule));
    }

    private static string Record(Stage stage) => string.Join(' ', stage.Engine.Choices.Values.ToArray());

    private static bool IsPlanted(List<int> log, int after) => log.IndexOf(1) == after;

    /// <summary>Two vCPUs that look at a queue, after one pause or another.</summary>
    private static Stage Small()
    {
        GuestAction look = new(GuestActionKind.Test, 0, [0, Stage.Ms]);
        return new Stage(new ScriptedDriver(), scenario: Stage.Guest([look, look], [look, look]));
    }

    /// <summary>VMM0 makes many steps, VMM1 one; the log says in which order.</summary>
    private static ScriptedDriver Ordered(List<int> log, int steps) => new()
    {
        Open = async (kernel, mdev, _) =>
        {
            for (int i = 0; i < (mdev.Index == 0 ? steps : 1); i++)
            {
                await kernel.Tapq(First);
                log.Add(mdev.Index);
            }

            return 0;
        },
    };

    /// <summary>Both touch the second queue; VMM0 has much to do on the first one before.</summary>
    private static ScriptedDriver Racing(List<int> log, int steps) => new()
    {
        Open = async (kernel, mdev, _) =>
        {
            for (int i = 0; i < (mdev.Index == 0 ? steps : 0); i++)
                await kernel.Tapq(First);
            await kernel.Tapq(Second);
            log.Add(mdev.Index);
            return 0;
        },
    };
}
