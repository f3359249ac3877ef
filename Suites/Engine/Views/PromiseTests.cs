using ApChaos.Abstractions;
using ApChaos.Campaigns;
using ApChaos.Exploring;
using ApChaos.Hosting;
using ApChaos.Reports.Views;

namespace ApChaos.Suites.Engine.Views;

[TestFixture]
public sealed class PromiseTests
{
    private const int Elements = 6;

    [Test]
    public void Minimal_sets_are_those_that_enumeration_finds()
    {
        var random = new RandomNumbers(42);
        for (int round = 0; round < 200; round++)
        {
            // A question that is monotone: any of a few random sets, or more.
            ulong[] enough = [.. Enumerable.Range(0, random.Next(5)).Select(_ => (ulong)random.Next(1 << Elements))];
            bool Question(ulong set) => enough.Any(some => (set & some) == some);
            ulong[] all = [.. Enumerable.Range(0, 1 << Elements).Select(set => (ulong)set).Where(Question)];
            ulong[] minimal = [.. all.Where(set => !all.Any(other => other != set && (other & set) == other))];
            MinimalSetsFound found = new MinimalSets(Elements, Question, 1000).Find();
            Assert.That(found.Sets, Is.EquivalentTo(minimal));
            Assert.That(found.IsComplete, Is.True);
        }
    }

    [Test]
    public void A_question_with_few_answers_is_not_enumerated()
    {
        MinimalSetsFound found = new MinimalSets(40, set => (set & 0b110) != 0 && (set & 1) != 0, 1000).Find();
        Assert.That(found.Sets, Is.EquivalentTo([0b011UL, 0b101UL]));
        Assert.That(found.Questions, Is.LessThan(120));
    }

    [Test]
    public void A_search_that_is_stopped_says_so() =>
        Assert.That(new MinimalSets(20, set => System.Numerics.BitOperations.PopCount(set) >= 10, 50).Find().IsComplete, Is.False);

    [TestCase(0, 1000, 37, 1)]
    [TestCase(0, 1000, 1000, 7)]
    [TestCase(5, 6, 6, 1)]
    public void Bisection_ends_at_the_boundary(long low, long high, long first, long resolution)
    {
        (long last, long found) = Boundary.Find(low, high, resolution, at => at >= first);
        Assert.That(last < first && found >= first && found - last <= resolution, Is.True, $"{last} {found}");
    }

    [Test]
    public void The_golden_driver_needs_that_no_store_lands_late()
    {
        PromisesOfDriver golden = Search().Find(ViewCells.Driver("golden"), CancellationToken.None);
        Assert.That(golden.Sets.Select(set => string.Join('+', set.Select(needed => needed.Promise.Knob))), Has.Member("poke-window"));
        NeededPromise late = golden.Sets.SelectMany(set => set).First(needed => needed.Promise.Knob == "poke-window");
        Assert.That(late.Counterexample, Is.Not.Null);

        // The counterexample is a history that replays.
        ReplayOutcome outcome = Replayer.Replay(late.History!, ViewCells.Driver("golden"), ViewCells.Catalogue);
        Assert.That(outcome.Violation?.Oracle, Is.EqualTo(late.Counterexample!.Oracle));
        Assert.That(outcome.SameHash, Is.True);
    }

    [Test]
    public Task Table_of_all_drivers()
    {
        string[] drivers = [.. ViewCells.Catalogue.Drivers.Select(driver => driver.Id)];
        CellProbe probe = ViewCells.PromiseProbe();
        IReadOnlyList<PromisesOfDriver?> found = new PromiseSearch(probe, ViewCells.Catalogue.FindPlans("calm"))
            .Run([.. drivers.Select(ViewCells.Driver)], 2, null, CancellationToken.None);
        Assert.That(AssumeView.ToJson(found, probe.Settings), Does.Contain("\"driver\": \"vfio-ap-4.20\""));
        return Verify(string.Join('\n', AssumeView.Lines(drivers, found, probe.Settings, ["calm"]))).UseDirectory("Approved");
    }

    [Test]
    public void Stopped_before_anything_was_done_nothing_is_claimed()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        IReadOnlyList<PromisesOfDriver?> found = Search().Run([ViewCells.Driver("golden")], 1, null, stop.Token);
        Assert.That(found, Is.EqualTo(new PromisesOfDriver?[] { null }));
        Assert.That(AssumeView.Lines(["golden"], found, ViewCells.PromiseProbe().Settings, ["calm"]), Has.Some.Contains("not reached"));
    }

    private static PromiseSearch Search() => new(ViewCells.PromiseProbe(), ViewCells.Catalogue.FindPlans("calm"));
}
