using ApChaos.Abstractions;

namespace Samples;

/// <summary>Waits for as long as a reset takes and frees only when the hardware has shown that it is done: RC 00, I=0.</summary>
public sealed class PatientDriver : VfioApDriver
{
    /// <inheritdoc/>
    public override string Id => "patient";

    /// <inheritdoc/>
    public override string Summary => "waits without bound for RC 00, I=0; holds its locks meanwhile";

    /// <inheritdoc/>
    protected override async ApTask<int> ResetQueue(ApQueue queue)
    {
        while ((await Zapq(queue.Apqn)).ResponseCode != ResponseCode.Normal)
        {
            // The guest's own reset, for instance: only one that the driver itself began is known to zeroize.
            await Msleep(ResetIntervalMs);
        }

        for (var status = await Tapq(queue.Apqn); !IsDone(status); status = await Tapq(queue.Apqn))
        {
            await Msleep(ResetIntervalMs);
        }

        await FreeIrqResources(queue);
        return 0;
    }

    // Not E=1: at a reset by the VMM the guest still has the queue, and may have put in new work behind the reset.
    private static bool IsDone(ApqSw status) => status.ResponseCode == ResponseCode.Normal && !status.IrqEnabled;
}
