namespace ApChaos.Suites.Negative;

[TestFixture]
public sealed class ApcbMissingGrantTests : OracleCase<ApcbMissingGrant>
{
    private static readonly Scenario OneAfterTheOther = new World()
        .Guest(g => g.Requests().Lives(10))
        .Successor(g => g.Lives(10))
        .Build();

    protected override IReadOnlyList<Trial> PlantedBugs =>
    [
        new("lets no queue pass that was ever reset", new LetsNothingPass(), OneAfterTheOther)
        {
            Says = "G2 opened its device without 05.0004, though it is assigned, bound, usable and clean, as the driver saw 200.000 ms earlier",
        },
    ];

    protected override IReadOnlyList<Trial> LookAlikes =>
    [
        new("opens so soon that it cannot know", new KeepsBackForAWhile(), OneAfterTheOther)
        {
            ComesClose = events => events.Count(e => e.Kind == EventKind.QueueGranted) == 1
                && events.Count(e => e.Kind == EventKind.OperationExited && e.A == (long)DriverOperation.OpenDevice) == 2,
        },
        new("keeps back a queue whose reset is still under way", new KeepsBackWhatIsInReset(), OneAfterTheOther)
        {
            Firmware = Hardware.Resets("100ms"),
            ComesClose = events => events.Count(e => e.Kind == EventKind.QueueGranted) == 1
                && events.Count(e => e.Kind == EventKind.OperationExited && e.A == (long)DriverOperation.OpenDevice) == 2,
        },
        new("asks a queue that does not exist", new AsksBesideTheTopology(), OneAfterTheOther)
        {
            ComesClose = events => events.Any(e => e.Kind == EventKind.Instruction && e.Queue < 0 && e.B == (long)ActorClass.Driver),
        },
    ];

    private sealed class LetsNothingPass : SoundDriver
    {
        public override async ApTask<int> OpenDevice(MatrixMdev mdev, Kvm kvm)
        {
            await Msleep(200); // Time enough to know that the queue is clean.
            return await base.OpenDevice(mdev, kvm);
        }

        protected override async ApTask<int> ResetQueue(ApQueue queue)
        {
            var rc = await base.ResetQueue(queue);
            queue.Quarantined = true; // The bug.
            return rc;
        }
    }

    private sealed class AsksBesideTheTopology : SoundDriver
    {
        public override async ApTask<int> OpenDevice(MatrixMdev mdev, Kvm kvm)
        {
            await Tapq(new Apqn(0xff, 0xff));
            return await base.OpenDevice(mdev, kvm);
        }
    }

    private sealed class KeepsBackForAWhile : WorkerDriver
    {
        protected override async ApTask<int> ResetQueue(ApQueue queue)
        {
            queue.Quarantined = true;
            return await base.ResetQueue(queue);
        }

        public override async ApTask ResetWork(ApQueue queue)
        {
            await base.ResetWork(queue);
            await Msleep(50);
            queue.Quarantined = false;
        }
    }

    private sealed class KeepsBackWhatIsInReset : WorkerDriver
    {
        protected override async ApTask<int> ResetQueue(ApQueue queue)
        {
            queue.Quarantined = true;
            return await base.ResetQueue(queue);
        }

        public override async ApTask ResetWork(ApQueue queue)
        {
            await base.ResetWork(queue);
            queue.Quarantined = false;
        }
    }
}
