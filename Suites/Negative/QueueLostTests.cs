using ApChaos.Faults;

namespace ApChaos.Suites.Negative;

[TestFixture]
public sealed class QueueLostTests : OracleCase<QueueLost>
{
    private static readonly Scenario ResetsAndGoesOn = new World().Guest(g => g.Requests().Lives(20).ResetsDevice().StaysOpen()).Build();

    protected override IReadOnlyList<Trial> PlantedBugs =>
    [
        new("takes the queue from its guest for a reset, and never gives it back", new TakesAway(), ResetsAndGoesOn)
        {
            Says = "05.0004 is assigned to G1, usable and bound, but in nobody's APCB at rest; last taken out of an APCB",
        },
        new("takes the queue from its guest when the adapter is lost, and never gives it back", new TakesAwayWhatIsLost(), ResetsAndGoesOn)
        {
            Says = "05.0004 is assigned to G1, usable and bound, but in nobody's APCB at rest; last taken out of an APCB",
            Faults = [AdapterIsLost],
        },
    ];

    protected override IReadOnlyList<Trial> LookAlikes =>
    [
        new("takes the queue from its guest for a reset, and gives it back", new GivesBack(), ResetsAndGoesOn)
        {
            ComesClose = Seen.InOrder(EventKind.QueueGranted, EventKind.QueueRevoked, EventKind.QueueGranted),
        },
        new("gives the queue back only when the adapter is found again, after the plan's end", new GivesBackWhatIsFound(), ResetsAndGoesOn)
        {
            Faults = [AdapterIsLost],
            ComesClose = Seen.InOrder(EventKind.QueueRevoked, EventKind.Healed, EventKind.QueueGranted),
        },
    ];

    private static ArmedFault AdapterIsLost => new(
        new Deconfigure(), new FaultTrigger(TriggerKind.Time, AtNs: 10 * VirtualTime.Millisecond), [[VirtualTime.Never], [1], [0]]);

    private class TakesAway : SoundDriver
    {
        public override async ApTask<int> ResetDevice(MatrixMdev mdev)
        {
            await SetQuarantine(mdev, true);
            return await ResetQueues(mdev); // The bug: it ends here.
        }

        protected async ApTask SetQuarantine(MatrixMdev mdev, bool quarantined)
        {
            var kvm = mdev.Kvm;
            await LockForGuestUpdate(kvm);
            foreach (ApQueue queue in mdev.Queues)
                queue.Quarantined = quarantined;

            FilterMatrix(mdev);
            await SetMasks(kvm, mdev.ShadowAdapters, mdev.ShadowDomains);
            await UnlockAfterGuestUpdate(kvm);
        }
    }

    private sealed class GivesBack : TakesAway
    {
        public override async ApTask<int> ResetDevice(MatrixMdev mdev)
        {
            var rc = await base.ResetDevice(mdev);
            await SetQuarantine(mdev, false);
            return rc;
        }
    }

    private class TakesAwayWhatIsLost : TakesAway
    {
        public override async ApTask<int> ResetDevice(MatrixMdev mdev)
        {
            foreach (ApQueue queue in mdev.Queues)
            {
                if ((await Tapq(queue.Apqn)).ResponseCode == ResponseCode.Deconfigured)
                {
                    await SetQuarantine(mdev, true);
                    return -ENODEV;
                }
            }

            return await ResetQueues(mdev);
        }
    }

    private sealed class GivesBackWhatIsFound : TakesAwayWhatIsLost
    {
        public override async ApTask ScanComplete()
        {
            foreach (MatrixMdev mdev in Kernel.AllMdevs)
            {
                if (!mdev.Kvm.IsNull)
                    await SetQuarantine(mdev, false);
            }
        }
    }
}
