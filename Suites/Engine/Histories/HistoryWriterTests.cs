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
    // 16 lines, and one for each gap between them.
    private const int LinesMax = 2 * HistoryWriter.ShortMax;

    [Test]
    public async Task Scenario_2_in_full()
    {
        var trace = new Trace();
        RunEngine engine = HistoryRuns.LateStore(trace);
        await Verify(Print(HistoryWriter.Full(trace, engine))).UseDirectory("Approved");
    }

    [Test]
    public async Task Scenario_2_in_short()
    {
        var trace = new Trace();
        RunEngine engine = HistoryRuns.LateStore(trace);
        Finding finding = engine.Findings.ToArray().Single(found => engine.Setup.Oracles[found.Oracle] is NibStoreAfterUnpin);
        await Verify($"{finding.Message}\n\n{Print(HistoryWriter.Short(trace, engine, in finding))}").UseDirectory("Approved");
    }

    [Test]
    public void A_traced_run_has_the_hash_of_the_same_run_untraced()
    {
        RunEngine engine = HistoryRuns.MakeEngine(new VfioAp69(), new SlowReset(), "hostile");
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
        RunEngine engine = HistoryRuns.MakeEngine(kernelSixNine ? new VfioAp69() : new VfioAp2019V2(), faults[fault], "hostile");
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

    private static string Print(IEnumerable<HistoryLine> lines) => string.Join('\n', lines.Select(line => string.Create(
        CultureInfo.InvariantCulture,
        $"{(line.Mark == HistoryMark.Fault ? 'F' : ' ')} {line.Step,4} {VirtualTime.FormatInstant(line.TimeNs),12}  {line.Actor,-16} {line.Text}{Suffix(line.Mark)}")));

    private static string Suffix(HistoryMark mark) => mark switch
    {
        HistoryMark.Cause => "  <-- cause",
        HistoryMark.Violation => "  <== VIOLATION",
        _ => "",
    };
}
