namespace ApChaos.Suites.Negative;

[TestFixture]
public sealed class NullDereferenceTests : OracleCase<NullDereference>
{
    private static readonly Scenario ComesAndGoes = new World().Guest(g => g.Requests().Lives(10)).Build();

    protected override IReadOnlyList<Trial> PlantedBugs =>
    [
        new("uses mdev->kvm after it detached the guest", new FollowsTheDetachedGuest(), ComesAndGoes)
        {
            Says = "VMM0 followed a null pointer: a null struct kvm was used",
        },
        new("uses q->matrix_mdev of a queue whose guest never enabled interruption", new FollowsTheUnsetMdev(), ComesAndGoes)
        {
            Says = "VMM0 followed a null pointer: a null struct ap_matrix_mdev was used",
        },
    ];

    protected override IReadOnlyList<Trial> LookAlikes =>
    [
        new("uses the guest after it was detached, by a copy of the pointer, and tests for null", new KeepsACopy(), ComesAndGoes)
        {
            ComesClose = Seen.InOrder(
                e => e.Kind == EventKind.KvmReference && e.B < 0, e => e.Kind == EventKind.Step && e.Op == Op.ClearMasks),
        },
    ];

    private sealed class FollowsTheDetachedGuest : SoundDriver
    {
        public override async ApTask CloseDevice(MatrixMdev mdev)
        {
            await base.CloseDevice(mdev);
            await ClearMasks(mdev.Kvm); // The bug: there is none any more.
        }
    }

    private sealed class FollowsTheUnsetMdev : SoundDriver
    {
        protected override async ApTask Release(ApQueue queue)
        {
            await KvmGet(queue.Mdev.Kvm); // The bug: the link is set when AQIC is intercepted, if ever.
            await base.Release(queue);
            await KvmPut(queue.Mdev.Kvm);
        }
    }

    private sealed class KeepsACopy : SoundDriver
    {
        public override async ApTask CloseDevice(MatrixMdev mdev)
        {
            var kvm = mdev.Kvm;
            await base.CloseDevice(mdev);
            await ClearMasks(kvm);
            foreach (ApQueue queue in mdev.Queues)
            {
                if (!queue.Mdev.IsNull && !queue.Mdev.Kvm.IsNull)
                    await ClearMasks(queue.Mdev.Kvm);
            }
        }
    }
}
