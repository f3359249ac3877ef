using ApChaos.Abstractions;
using ApChaos.Exploring;
using ApChaos.Machine;
using ApChaos.Running;

namespace ApChaos.Suites.Engine.Running;

/// <summary>Same inputs, same bytes (design §3, law 5).</summary>
[TestFixture]
public sealed class DeterminismTests
{
    private const int Runs = 10_000;

    [Test]
    public void Ten_thousand_runs_made_twice_have_the_same_hashes()
    {
        FirmwareProfile[] profiles = [.. FirmwareFile.LoadShipped()];
        string[] drivers = [.. Stock.Drivers];
        ulong[] first = Hashes(drivers, profiles);
        ulong[] second = Hashes(drivers, profiles);
        Assert.That(first, Has.Length.GreaterThanOrEqualTo(Runs));
        Assert.That(second, Is.EqualTo(first));
        Assert.That(first.Distinct().Count(), Is.GreaterThan(Runs * 9 / 10), "and they are not all the same run");
    }

    [Test]
    public void A_driver_that_remembers_something_of_its_own_is_caught()
    {
        // A planted fault of determinism: a field of the driver survives from run to run.
        int count = 0;
        var stage = new Stage(new ScriptedDriver
        {
            Open = async (kernel, _, _) =>
            {
                await kernel.Msleep(10 + count++);
                return 0;
            },
        });
        ulong first = stage.Run(1).Engine.Hash;
        Assert.That(stage.Run(1).Engine.Hash, Is.Not.EqualTo(first));
    }

    [Test]
    public void The_hash_chain_depends_on_every_step_and_event()
    {
        Stage stage = new(Stock.Create("Golden"), Stock.Scenario, FirmwareFile.LoadShipped()[0]);
        stage.Run(1);
        Assert.That(stage.Trace.Hashes, Is.Unique, "one link a step");
        Assert.That(stage.Trace.Hashes[^1], Is.EqualTo(stage.Engine.Hash));
        Assert.That(TraceHash.Format(0x1f), Is.EqualTo("000000000000001f"));
    }

    private static ulong[] Hashes(string[] drivers, FirmwareProfile[] profiles)
    {
        int each = (Runs / (drivers.Length * profiles.Length)) + 1;
        var hashes = new List<ulong>();
        var walk = new RandomWalk();
        foreach (string driver in drivers)
        {
            foreach (FirmwareProfile profile in profiles)
            {
                var engine = new RunEngine(
                    new RunSetup(Stock.Create(driver), profile, Stock.Scenario, [], Stock.CreateOracles(), RunBudgets.Default));
                for (int run = 0; run < each; run++)
                {
                    walk.Restart(RandomNumbers.Seed(profile.Id, (ulong)run));
                    engine.Run(walk);
                    hashes.Add(engine.Hash);
                }
            }
        }

        return [.. hashes];
    }
}
