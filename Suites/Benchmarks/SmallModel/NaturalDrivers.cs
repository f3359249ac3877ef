using System.Runtime.CompilerServices;
using ApChaos.Abstractions;

namespace ApChaos.Suites.Benchmarks;

/// <summary>Driver and guests as sequential code over the engine's own task type.</summary>
internal sealed class NaturalDrivers(int queues, bool patient)
{
    private const int Eio = -5;
    private const int Ebusy = -16;

    private static readonly SmallOp[] Ops = MakeOps();

    internal ApTask Begin(Kernel kernel, int actor) => actor == 0 ? Release(kernel) : Guest(kernel, QueueAt(actor - 1));

    internal static Apqn QueueAt(int index) => new(0, index);

    /// <summary>What the operation is to the small model, and which queue it is about.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static (SmallOp Op, int Queue) Read(in Request request)
    {
        // Looked up, not branched on: which operation comes next cannot be predicted. The queue is an APQN or the address of a page, the other is 0.
        var op = Ops[(int)request.Op];
        if (op == SmallOp.Done)
        {
            ThrowUnknown(request.Op);
        }

        return (op, request.A | (int)request.C);
    }

    private static void ThrowUnknown(Op op) => throw new InvalidOperationException($"{op} is no operation of the small model");

    private static SmallOp[] MakeOps()
    {
        var ops = new SmallOp[byte.MaxValue + 1];
        (ops[(int)Op.Zapq], ops[(int)Op.Tapq], ops[(int)Op.UnpinPages], ops[(int)Op.Msleep]) = (SmallOp.Zapq, SmallOp.Tapq, SmallOp.Unpin, SmallOp.Sleep);
        return ops;
    }

    private async ApTask Release(Kernel kernel)
    {
        for (var index = 0; index < queues; index++)
        {
            await (patient ? ResetPatiently(kernel, QueueAt(index)) : Reset(kernel, QueueAt(index), 1));
            await kernel.UnpinPages(default(MatrixMdev), index);
        }
    }

    /// <summary>The loop of the thread's patch: frees after two looks, whatever they said.</summary>
    private static async ApTask<int> Reset(Kernel kernel, Apqn apqn, int retry)
    {
        var retry2 = 2;
        do
        {
            var status = await kernel.Zapq(apqn);
            switch (status.ResponseCode)
            {
                case ResponseCode.Normal:
                    while (!status.QueueEmpty && retry2-- > 0)
                    {
                        await kernel.Msleep(20);
                        status = await kernel.Tapq(apqn);
                    }

                    return 0;
                case ResponseCode.ResetInProgress:
                    await kernel.Msleep(20);
                    break;
                default:
                    return Eio;
            }
        }
        while (retry-- > 0);
        return Ebusy;
    }

    /// <summary>The same without counting: frees only what is empty.</summary>
    private static async ApTask<int> ResetPatiently(Kernel kernel, Apqn apqn)
    {
        while (true)
        {
            var status = await kernel.Zapq(apqn);
            if (status.ResponseCode == ResponseCode.ResetInProgress)
            {
                await kernel.Msleep(20);
                continue;
            }

            while (!status.QueueEmpty)
            {
                await kernel.Msleep(20);
                status = await kernel.Tapq(apqn);
            }

            return 0;
        }
    }

    private static async ApTask Guest(Kernel kernel, Apqn apqn) => await kernel.Zapq(apqn);
}
