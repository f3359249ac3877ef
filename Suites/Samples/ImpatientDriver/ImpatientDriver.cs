using ApChaos.Abstractions;

namespace Samples;

/// <summary>Frees as soon as ZAPQ was accepted: the mistake that the thread of 2019 argues about.</summary>
public sealed class ImpatientDriver : VfioApDriver
{
    /// <inheritdoc/>
    public override string Id => "impatient";

    /// <inheritdoc/>
    public override string Summary => "frees as soon as ZAPQ was accepted";

    /// <inheritdoc/>
    protected override async ApTask<int> ResetQueue(ApQueue queue)
    {
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var status = await Zapq(queue.Apqn);
            switch (status.ResponseCode)
            {
                case ResponseCode.Normal:
                    await FreeIrqResources(queue); // unregisters the GISC, unpins the page of the NIB
                    return 0;

                case ResponseCode.ResetInProgress:
                case ResponseCode.Busy:
                    await Msleep(20);
                    break;

                default:
                    await Warn(queue.Apqn, Op.Zapq, "unexpected response code");
                    return -EIO;
            }
        }

        await Warn(queue.Apqn, Op.Zapq, "still busy, given up");
        return -EBUSY;
    }
}
