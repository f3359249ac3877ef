using ApChaos.Abstractions;
using ApChaos.Exploring;
using ApChaos.Machine;
using ApChaos.Running;
using ApChaos.Suites.Engine.Abstractions;

namespace ApChaos.Suites.Engine.Running;

/// <summary>Many runs of one engine: nothing is allocated, and nothing is left over of runs that ended half-way (design §7).</summary>
[TestFixture]
public sealed class SteadyStateTests
{
    [TestCaseSource(typeof(Stock), nameof(Stock.Drivers))]
    public void A_run_allocates_nothing(string driver)
    {
        SteadyState.InOptimisedCodeOnly();
        FirmwareProfile firmware = FirmwareFile.LoadShipped().Single(profile => profile.Id == "irq-off-at-end");
        var engine = new RunEngine(new RunSetup(Stock.Create(driver), firmware, Stock.Scenario, [], Stock.CreateOracles(), RunBudgets.Default));
        var walk = new RandomWalk();
        ulong seed = 0;
        Assert.That(SteadyState.Allocated(Run), Is.Zero);

        void Run()
        {
            walk.Restart(seed++ % 200);
            engine.Run(walk);
        }
    }

    [Test]
    public void Neither_does_a_run_that_ends_half_way()
    {
        SteadyState.InOptimisedCodeOnly();
        Stage stage = Deadlocking();
        var plain = new Plain();
        Assert.That(SteadyState.Allocated(() => stage.Engine.Run(plain)), Is.Zero);
        Assert.That(stage.Engine.End, Is.EqualTo(RunEnd.Deadlock));
    }

    [Test]
    public void Runs_that_end_half_way_are_the_same_again_and_again()
    {
        Stage stage = Deadlocking();
        ulong first = stage.Run().Engine.Hash;
        for (int run = 0; run < 1000; run++)
            Assert.That(stage.Run().Engine.Hash, Is.EqualTo(first));
    }

    /// <summary>Two VMMs take two locks in two orders, deep in nested calls.</summary>
    private static Stage Deadlocking()
    {
        return new Stage(new ScriptedDriver { Open = async (kernel, mdev, _) => await Down(kernel, mdev.Index, 10) }, mdevs: 2);

        static async ApTask<int> Down(Kernel kernel, int index, int depth)
        {
            if (depth > 0)
                return await Down(kernel, index, depth - 1);
            await kernel.Lock(index == 0 ? KernelLock.Guests : KernelLock.Mdevs);
            await kernel.Msleep(1);
            await kernel.Lock(index == 0 ? KernelLock.Mdevs : KernelLock.Guests);
            return 0;
        }
    }

    private sealed class Plain : ChoiceSource
    {
        public override int Next(ChoiceLabel label, int count) => 0;
    }
}
