using System.Globalization;
using ApChaos.Abstractions;
using ApChaos.Campaigns;
using ApChaos.Drivers;
using ApChaos.Exploring;
using ApChaos.Faults;
using ApChaos.Machine;
using ApChaos.Oracles;
using ApChaos.Running;

namespace ApChaos.Suites.Engine.Histories;

/// <summary>Histories of real runs: one approved word for word, many judged by what every history owes its reader.</summary>
[TestFixture]
public sealed class HistoryWriterTests
{
    private const long Ms = VirtualTime.Millisecond;

    // 16 lines, and one for each gap between them.
    private const int LinesMax = 2 * HistoryWriter.ShortMax;

    [Test]
    public async Task Scenario_2_in_full()
    {
        var trace = new Trace();
        RunEngine engine = LateStore(trace);
        await Verify(Print(HistoryWriter.Full(trace, engine))).UseDirectory("Approved");
    }

    [Test]
    public async Task Scenario_2_in_short()
    {
        var trace = new Trace();
        RunEngine engine = LateStore(trace);
        Finding finding = engine.Findings.ToArray().Single(found => engine.Setup.Oracles[found.Oracle] is NibStoreAfterUnpin);
        await Verify($"{finding.Message}\n\n{Print(HistoryWriter.Short(trace, engine, in finding))}").UseDirectory("Approved");
    }

    [Test]
    public void A_traced_run_has_the_hash_of_the_same_run_untraced()
    {
        RunEngine engine = MakeEngine(new VfioAp69(), new SlowReset(), "hostile");
        var walk = new RandomWalk();
        for (ulong seed = 0; seed < 10; seed++)
        {
            walk.Restart(seed);
            engine.Run(walk);
            (int Steps, ulong Hash) untraced = (engine.Steps, engine.Hash);
            walk.Restart(seed);
            engine.Run(walk, new Trace());
            Assert.That((engine.Steps, engine.Hash), Is.EqualTo(untraced));
        }
    }

    [Test]
    public void Every_history_ends_with_its_violation_and_marks_its_cause([Values] bool kernelSixNine, [Values(0, 1, 2, 3)] int fault)
    {
        Fault[] faults = [new SlowReset(), new GuestZapq(), new ResetInProgressStorm(), new Deconfigure()];
        RunEngine engine = MakeEngine(kernelSixNine ? new VfioAp69() : new VfioAp2019V2(), faults[fault], "hostile");
        var walk = new RandomWalk();
        int judged = 0;
        for (ulong seed = 0; seed < 15; seed++)
        {
            for (int oracle = 0; oracle < engine.Setup.Oracles.Count; oracle++)
            {
                walk.Restart(seed);
                engine.StopAtOracle = -1;
                engine.Run(walk);
                if (!engine.Findings.ToArray().Any(found => found.Oracle == oracle))
                    continue;
                var trace = new Trace();
                walk.Restart(seed);
                engine.StopAtOracle = oracle;
                engine.Run(walk, trace);
                Finding finding = engine.Findings.ToArray().Single(found => found.Oracle == oracle);
                Judge(HistoryWriter.Full(trace, engine), HistoryWriter.Short(trace, engine, in finding), finding);
                judged++;
            }
        }

        Assert.That(judged, Is.Positive);
    }

    private static void Judge(IReadOnlyList<HistoryLine> full, IReadOnlyList<HistoryLine> story, Finding finding)
    {
        string text = Print(story);
        Assert.That(full.Concat(story).Select(line => line.Text), Is.All.Not.Empty);
        Assert.That(full.Select(line => line.Step), Is.Ordered);
        Assert.That(full.Select(line => line.TimeNs), Is.Ordered);
        Assert.That(story.Select(line => line.Step), Is.Ordered, text);
        Assert.That(story, Has.Count.LessThanOrEqualTo(LinesMax), text);
        Assert.That(story[^1].Mark, Is.EqualTo(HistoryMark.Violation), text);
        Assert.That((story[^1].Step, story[^1].TimeNs), Is.EqualTo((finding.Event.Step, finding.Event.TimeNs)), text);
        Assert.That(story.Count(line => line.Mark == HistoryMark.Violation), Is.EqualTo(1), text);
        Assert.That(story.Where(line => line.Mark == HistoryMark.Cause).Select(line => line.Step).DefaultIfEmpty(finding.CauseStep),
            finding.CauseStep == finding.Event.Step ? Is.All.EqualTo(finding.CauseStep) : Is.EqualTo(new[] { finding.CauseStep }), text);
        IEnumerable<(int, string, string)> all = full.Select(line => (line.Step, line.Actor, line.Text));
        Assert.That(story.Where(line => line.Actor.Length > 0).Select(line => (line.Step, line.Actor, line.Text)).Except(all), Is.Empty, text);
    }

    /// <summary>The thread's scenario 2: the patch of 2019 frees 40 ms after ZAPQ, and the reset takes 200 ms.</summary>
    private static RunEngine LateStore(Trace trace)
    {
        RunEngine engine = MakeEngine(new VfioAp2019V2(), new SlowReset(), "irq-off-at-end");
        engine.StopAtOracle = engine.Setup.Oracles.Select((oracle, index) => (oracle, index)).Single(pair => pair.oracle is NibStoreAfterUnpin).index;
        engine.Run(new ReplyInTheMiddle(), trace);
        return engine;
    }

    private static RunEngine MakeEngine(Driver driver, Fault fault, string firmware)
    {
        var topology = new Topology
        {
            Adapters = [5],
            Domains = [4, 71],
            Mdevs = [new MdevShape(1, 3)],
            Guests = [new GuestShape(0, -1), new GuestShape(0, 0)],
        };
        var workload = new GuestWorkload(
            [[
                new(GuestActionKind.EnableIrq, 0, [0], 0, 0x1241, 3),
                new(GuestActionKind.Post, 0, [0, Ms], 100),
                new(GuestActionKind.Request, 0, [0, Ms], 100),
            ]],
            [Ms, 20 * Ms],
            ResetsDevice: false);
        IReadOnlyList<Oracle> oracles =
        [
            .. typeof(NibStoreAfterUnpin).Assembly.GetExportedTypes().Where(type => type.IsSubclassOf(typeof(Oracle)) && !type.IsAbstract)
                .Select(type => (Oracle)Activator.CreateInstance(type)!).OrderBy(oracle => oracle.Id, StringComparer.Ordinal),
        ];
        var armed = new ArmedFault(fault, fault.DefaultTrigger, [.. fault.Options.Select(option => (IReadOnlyList<long>)[option.Default])]);
        FirmwareProfile profile = FirmwareFile.LoadShipped().Single(profile => profile.Id == firmware);
        return new RunEngine(new RunSetup(driver, profile, new Scenario(topology, [workload, workload]), [armed], oracles, RunBudgets.Default));
    }

    private static string Print(IEnumerable<HistoryLine> lines) => string.Join('\n', lines.Select(line => string.Create(
        CultureInfo.InvariantCulture,
        $"{(line.Mark == HistoryMark.Fault ? 'F' : ' ')} {line.Step,4} {VirtualTime.FormatInstant(line.TimeNs),12}  {line.Actor,-16} {line.Text}{Suffix(line.Mark)}")));

    private static string Suffix(HistoryMark mark) => mark switch
    {
        HistoryMark.Cause => "  <-- cause",
        HistoryMark.Violation => "  <== VIOLATION",
        _ => "",
    };

    /// <summary>The plainest schedule; requests take 30 ms, and one completes half-way through a reset.</summary>
    private sealed class ReplyInTheMiddle : ChoiceSource
    {
        public override int Next(ChoiceLabel label, int count) => label switch
        {
            ChoiceLabel.ServiceTime => count - 1,
            ChoiceLabel.ReplyDuringReset => 2,
            _ => 0,
        };
    }
}
