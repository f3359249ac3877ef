using ApChaos.Hosting;
using ApChaos.Machine;

namespace ApChaos.Suites.Engine.Faults;

/// <summary>A fault of a plan that never fires makes a cell stale; the shipped plans fit every shipped driver under every profile.</summary>
[TestFixture]
public sealed class ShippedPlanTests
{
    private const int Runs = 40;

    [Test]
    public void Every_fault_of_every_shipped_plan_fires(
        [ValueSource(nameof(Plans))] string plan, [ValueSource(nameof(Firmware))] string firmware)
    {
        Plan shipped = Catalogue.Shipped.FindPlans(plan).Single();
        foreach (DriverEntry driver in Catalogue.Shipped.Drivers)
        {
            var runs = new FaultRuns(driver.Id, shipped, firmware);
            int[] fired = new int[shipped.Faults.Count];
            for (ulong seed = 0; seed < Runs; seed++)
            {
                runs.Run(seed);
                for (int i = 0; i < fired.Length; i++)
                {
                    fired[i] += runs.Engine.FaultStates[i].Fired > 0 ? 1 : 0;
                }
            }

            // Of a swarm each run has some faults only; that all of them come is for more runs.
            Assert.That(fired, shipped.Swarm is null ? Is.All.Positive : Has.Some.Positive, driver.Id);
        }
    }

    private static IEnumerable<string> Plans() => Catalogue.Shipped.Plans.Select(plan => plan.Name);

    private static IEnumerable<string> Firmware() => FirmwareFile.LoadShipped().Select(profile => profile.Id);
}
