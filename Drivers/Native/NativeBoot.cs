using ApChaos.Abstractions;

namespace ApChaos.Native;

/// <summary>The machine that a driver finds when a run begins.</summary>
/// <param name="Apqns">Queues, ascending.</param>
/// <param name="Domains">Domains of each adapter.</param>
/// <param name="Guests">Guests, successors included.</param>
/// <param name="Facilities">Bit 0: 12, bit 1: 15, bit 2: 65.</param>
/// <param name="Mdevs">Assigned adapters and domains of each mdev, as positions.</param>
internal sealed record BootShape(ushort[] Apqns, int Domains, int Guests, int Facilities, (ulong Adapters, ulong Domains)[] Mdevs)
{
    public bool Equals(BootShape? other) =>
        other is not null && Domains == other.Domains && Guests == other.Guests && Facilities == other.Facilities
        && Apqns.AsSpan().SequenceEqual(other.Apqns) && Mdevs.AsSpan().SequenceEqual(other.Mdevs);

    public override int GetHashCode() => Apqns.Length;
}

/// <summary>
/// Brings the module up before the first run: module init, probes, mdevs and their matrices, by the driver's own code. Nothing disturbs
/// it and no time passes: each request is answered at once by an idle machine.
/// </summary>
internal static class NativeBoot
{
    private const uint IdleQueue = ApqSw.QueueEmptyMask;

    internal static void Run(NativeInstance instance, BootShape shape)
    {
        Require(Call(instance, shape, NativeEntry.Init), "module init");
        for (var queue = 0; queue < shape.Apqns.Length; queue++)
        {
            Require(Call(instance, shape, NativeEntry.Probe, queue), $"probe of {new Apqn(shape.Apqns[queue])}");
        }

        for (var mdev = 0; mdev < shape.Mdevs.Length; mdev++)
        {
            Require(Call(instance, shape, NativeEntry.Create, mdev), $"probe of mdev {mdev}");
            foreach (var (position, apqn) in Positions(shape.Mdevs[mdev].Adapters, shape.Apqns.Length / shape.Domains).Select(p => (p, new Apqn(shape.Apqns[p * shape.Domains]))))
            {
                Require(Call(instance, shape, NativeEntry.AssignAdapter, mdev, apqn.Adapter), $"assign_adapter {position}");
            }

            foreach (var (position, apqn) in Positions(shape.Mdevs[mdev].Domains, shape.Domains).Select(p => (p, new Apqn(shape.Apqns[p]))))
            {
                Require(Call(instance, shape, NativeEntry.AssignDomain, mdev, apqn.Domain), $"assign_domain {position}");
            }
        }
    }

    private static IEnumerable<int> Positions(ulong mask, int count) => Enumerable.Range(0, count).Where(i => ((mask >> i) & 1) != 0);

    private static void Require(long result, string what)
    {
        if (result < 0)
        {
            throw new KernelTreeException($"the driver refused {what} with errno {-result} before anything ran; expected it to come up on an idle machine");
        }
    }

    private static long Call(NativeInstance instance, BootShape shape, NativeEntry entry, long a = 0, long b = 0)
    {
        var thread = instance.Begin(entry, a, b);
        var works = new Queue<int>();
        while (true)
        {
            var request = instance.Resume(thread);
            switch (request.Op)
            {
                case NativeOp.Return:
                    return request.D;
                case NativeOp.Fault:
                    throw new KernelTreeException($"the driver crashed before anything ran, in {entry}: {instance.Oops(in request).Message}");
                case NativeOp.Qci:
                    instance.ReplyQci(IdleQci(shape));
                    break;
                case NativeOp.Tapq or NativeOp.Zapq or NativeOp.Rapq or NativeOp.Aqic:
                    instance.Reply(IdleQueue, 0x0000_0000_0E00_0000);
                    break;
                case NativeOp.QueueWork:
                    works.Enqueue(request.A);
                    break;
                case NativeOp.FlushWork:
                    while (works.TryDequeue(out var queue))
                    {
                        Call(instance, shape, NativeEntry.Work, queue);
                    }

                    break;
                case NativeOp.Alloc:
                    instance.Reply(-1);
                    break;
                default:
                    instance.Reply(0);
                    break;
            }
        }
    }

    private static QciResult IdleQci(BootShape shape)
    {
        var adapters = shape.Apqns.Length / shape.Domains;
        return new QciResult(0, 255, 255, Mask(adapters), Mask(shape.Domains));
    }

    private static ulong Mask(int count) => count >= 64 ? ulong.MaxValue : (1UL << count) - 1;
}
