using System.Runtime.CompilerServices;
using ApChaos.Abstractions;

namespace ApChaos.Machine;

/// <summary>
/// Guest memory as host pages with owner, pins and content. A released page is given to somebody else, so that a late store corrupts
/// something that can be shown.
/// </summary>
public sealed partial class ApMachine
{
    /// <summary>Offset in a page of the 16 bytes that are kept of its content; NIBs lie there.</summary>
    public const int NibLineOffset = 0x240;

    /// <summary>Host page number of the first page of guest memory: no valid address is 0.</summary>
    public const int FirstPage = 0x10;

    private const int PageShift = 12;
    private const sbyte HostKernel = -1;
    private const sbyte NotInUse = -2;

    /// <summary>What hardware stores into a NIB.</summary>
    private const byte NibIndication = 0x01;

    /// <summary>The byte that a page of an owner is filled with: 0x11 for G1, 0x22 for G2, …; 0x6b for the host's slab.</summary>
    internal static byte Pattern(int owner) => owner < 0 ? (byte)0x6b : (byte)(0x11 * ((owner % 14) + 1));

    internal long PinPage(int mdev, long iova)
    {
        var guest = Driver.Mdev(mdev).Kvm - 1;
        var index = iova >> PageShift;
        if (guest < 0 || iova < 0 || index >= Topology.PagesPerGuest || Guests[guest].MemoryReleased != 0)
        {
            return -EFAULT;
        }

        var page = (guest * Topology.PagesPerGuest) + (int)index;
        if (Pages[page].Unmapped != 0)
        {
            return -EFAULT;
        }

        Pages[page].Pins++;
        Emit(EventKind.Pinned, -1, guest, page + FirstPage, Pages[page].Pins, mdev);
        return (long)(page + FirstPage) << PageShift;
    }

    /// <summary>A fault lets a pin fail.</summary>
    /// <returns>The errno, negative.</returns>
    internal long FailPin(int mdev, long iova, int error)
    {
        Emit(EventKind.PinFailed, -1, Driver.Mdev(mdev).Kvm - 1, iova, error, mdev);
        return -error;
    }

    /// <summary>Gives one pin back.</summary>
    /// <param name="mdev">The mdev that holds it.</param>
    /// <param name="only">Guest whose page it is, or -1: a pin of a former guest of the mdev is given back first.</param>
    /// <param name="iova">Guest address.</param>
    internal void UnpinPage(int mdev, int only, long iova)
    {
        var index = (int)Math.Min(iova >> PageShift, Topology.PagesPerGuest);
        for (var guest = 0; iova >= 0 && index < Topology.PagesPerGuest && guest < Guests.Length; guest++)
        {
            if (Topology.Guests[guest].Mdev != mdev || (only >= 0 && guest != only))
            {
                continue;
            }

            var page = (guest * Topology.PagesPerGuest) + index;
            if (Pages[page].Pins > 0)
            {
                Pages[page].Pins--;
                Emit(EventKind.Unpinned, -1, guest, page + FirstPage, Pages[page].Pins, mdev);
                if (Pages[page].Pins == 0 && (Guests[guest].MemoryReleased | Pages[page].Unmapped) != 0)
                {
                    GivePage(page, guest);
                }

                return;
            }
        }

        Emit(EventKind.UnpinFailed, -1, only, iova, 0, mdev);
    }

    internal void ReleaseMemory(int guest)
    {
        Guests[guest].MemoryReleased = 1;
        for (var i = 0; i < Topology.PagesPerGuest; i++)
        {
            var page = (guest * Topology.PagesPerGuest) + i;
            if (Pages[page].Pins == 0 && Pages[page].Unmapped == 0)
            {
                GivePage(page, guest);
            }
        }
    }

    /// <summary>A range of guest memory goes back to the host. A page that is still pinned goes when its last pin does.</summary>
    /// <param name="guest">The guest.</param>
    /// <param name="iova">First guest address.</param>
    /// <param name="length">Bytes.</param>
    internal void UnmapMemory(int guest, long iova, long length)
    {
        for (var i = (int)(iova >> PageShift); i < (iova + length) >> PageShift; i++)
        {
            ref var page = ref Pages[(guest * Topology.PagesPerGuest) + i];
            if (page.Unmapped == 0 && Guests[guest].MemoryReleased == 0)
            {
                page.Unmapped = 1;
                if (page.Pins == 0)
                {
                    GivePage((guest * Topology.PagesPerGuest) + i, guest);
                }
            }
        }
    }

    /// <summary>Chooses the range that a VMM unmaps.</summary>
    /// <returns>First guest address and bytes; 0 bytes when the queue has no NIB in that guest's memory.</returns>
    internal (long Iova, long Length) RangeOf(int guest, int queue, UnmapRange range)
    {
        const long size = 1L << PageShift;
        ref readonly var q = ref Queues[queue];
        var nib = q.Irq switch { IrqState.Off => 0, IrqState.Enabling => q.NextNib, _ => q.Nib };
        var page = (nib >> PageShift) - FirstPage - (guest * Topology.PagesPerGuest);
        var pages = Topology.PagesPerGuest;
        if (range == UnmapRange.All)
        {
            return (0, pages * size);
        }

        if (page < 0 || page >= pages)
        {
            return (0, 0);
        }

        return range == UnmapRange.Nib ? (page * size, size) : page > 0 ? (0, page * size) : (size, (pages - 1) * size);
    }

    /// <summary>A guest reads and clears its NIB.</summary>
    internal int ReadNib(int guest, long address)
    {
        var page = (guest * Topology.PagesPerGuest) + (int)(address >> PageShift);
        ref var content = ref Line(page, (int)(address & 0xf));
        var value = content;
        content = 0;
        return value;
    }

    private void FillMemory(int guest)
    {
        for (var i = 0; i < Topology.PagesPerGuest; i++)
        {
            ref var page = ref Pages[(guest * Topology.PagesPerGuest) + i];
            page.Owner = (sbyte)guest;
            FillPage(ref page, guest);
        }
    }

    private static void FillPage(ref PageState page, int owner)
    {
        var eight = 0x0101010101010101UL * Pattern(owner);
        page.Line = new UInt128(eight, eight);
    }

    private void GivePage(int page, int former)
    {
        // The host gives it to the next guest if there is one, else to its own slab.
        var owner = HostKernel;
        for (var guest = 0; guest < Guests.Length; guest++)
        {
            if (Topology.Guests[guest].Predecessor == former)
            {
                owner = (sbyte)guest;
                break;
            }
        }

        Pages[page].Owner = owner;
        FillPage(ref Pages[page], owner);
        Emit(EventKind.PageGiven, -1, owner, page + FirstPage, former, owner);
    }

    private void StoreByte(int queue, int guest, long address)
    {
        var page = (int)(address >> PageShift) - FirstPage;
        ref var content = ref Line(page, (int)(address & 0xf));
        var before = content;
        content = NibIndication;
        Emit(EventKind.NibStore, queue, guest, address, before, NibIndication);
    }

    private ref byte Line(int page, int offset) => ref Unsafe.Add(ref Unsafe.As<UInt128, byte>(ref Pages[page].Line), offset);
}
