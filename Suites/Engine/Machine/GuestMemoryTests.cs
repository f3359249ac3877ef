using ApChaos.Abstractions;
using ApChaos.Machine;

namespace ApChaos.Suites.Engine.Machine;

/// <summary>Pages with owners, pins and contents (issue 2, item 2; ap-facts §7.7).</summary>
[TestFixture]
public sealed class GuestMemoryTests
{
    private const long EFAULT = 14;
    private const int PagesPerGuest = 4;

    [Test]
    public void Pinning_gives_the_host_address_of_the_page_and_counts()
    {
        var bench = new Bench();
        long first = bench.Machine.PinPage(0, 0x1240);
        Assert.That(first & 0xfff, Is.Zero);
        Assert.That(bench.Machine.PinPage(0, 0x1fff), Is.EqualTo(first), "the same page");
        Assert.That(bench.Machine.PinPage(0, 0x2000), Is.EqualTo(first + 0x1000));
        int page = (int)(first >> 12);
        Assert.That(bench.Machine.PagePins(page), Is.EqualTo(2));
        bench.Machine.UnpinPage(0, -1, 0x1000);
        Assert.That(bench.Machine.PagePins(page), Is.EqualTo(1));
        Assert.That(bench.Of(EventKind.Pinned).Select(e => (e.Guest, e.B, e.C)).First(), Is.EqualTo(((short)0, 1L, 0L)));
    }

    [Test]
    public void Each_guest_has_its_own_pages_with_its_own_pattern()
    {
        var bench = new Bench();
        long[] pages = [bench.Machine.PinPage(0, 0), bench.Machine.PinPage(1, 0)];
        Assert.That(pages, Is.Unique);
        for (int guest = 0; guest < 2; guest++)
        {
            Assert.That(bench.Machine.PageOwner((int)(pages[guest] >> 12)), Is.EqualTo(guest));
            Assert.That(bench.Machine.ReadNib(guest, 0x24f), Is.EqualTo(0x11 * (guest + 1)));
        }
    }

    [TestCase(-0x1000)]
    [TestCase(-1)]
    [TestCase(PagesPerGuest << 12)]
    [TestCase(long.MaxValue)]
    public void An_address_outside_the_guests_memory_cannot_be_pinned(long iova)
    {
        var bench = new Bench();
        Assert.That(bench.Machine.PinPage(0, iova), Is.EqualTo(-EFAULT));
        bench.Machine.UnpinPage(0, -1, iova);
        Assert.That(bench.Events.Select(e => e.Kind), Is.EqualTo([EventKind.UnpinFailed]));
    }

    [Test]
    public void Without_a_guest_or_its_memory_nothing_can_be_pinned()
    {
        var bench = new Bench();
        bench.Machine.Driver.Mdev(0).Kvm = 0;
        Assert.That(bench.Machine.PinPage(0, 0), Is.EqualTo(-EFAULT));
        bench.Machine.ReleaseMemory(Bench.G2);
        Assert.That(bench.Machine.PinPage(1, 0), Is.EqualTo(-EFAULT));
    }

    [Test]
    public void An_unpin_without_a_pin_fails()
    {
        var bench = new Bench();
        bench.Machine.UnpinPage(0, -1, 0x1000);
        MachineEvent failed = bench.Of(EventKind.UnpinFailed).Single();
        Assert.That((failed.A, failed.C), Is.EqualTo((0x1000L, 0L)));
    }

    [Test]
    public void Released_pages_go_to_the_successor_if_there_is_one_else_to_the_hosts_slab()
    {
        var bench = new Bench();
        bench.Machine.ReleaseMemory(Bench.G1);
        bench.Machine.ReleaseMemory(Bench.G2);
        Assert.That(bench.Machine.MemoryReleased(Bench.G1), Is.True);
        MachineEvent[] given = [.. bench.Of(EventKind.PageGiven)];
        Assert.That(given, Has.Length.EqualTo(2 * PagesPerGuest));
        Assert.That(given.Take(PagesPerGuest).Select(e => (e.B, e.C)), Is.All.EqualTo(((long)Bench.G1, (long)Bench.G3)));
        Assert.That(given.Skip(PagesPerGuest).Select(e => (e.B, e.C)), Is.All.EqualTo(((long)Bench.G2, -1L)));
        Assert.That(bench.Machine.ReadNib(Bench.G1, 0x240), Is.EqualTo(0x33), "filled anew for G3");
        Assert.That(bench.Machine.ReadNib(Bench.G2, 0x240), Is.EqualTo(0x6b), "the slab's poison");
    }

    [Test]
    public void A_pinned_page_stays_with_its_guest_until_the_last_unpin()
    {
        var bench = new Bench();
        int page = (int)(bench.Machine.PinPage(0, 0x1000) >> 12);
        bench.Machine.PinPage(0, 0x1000);
        bench.Machine.ReleaseMemory(Bench.G1);
        Assert.That(bench.Of(EventKind.PageGiven).Count(), Is.EqualTo(PagesPerGuest - 1));
        bench.Machine.UnpinPage(0, -1, 0x1000);
        Assert.That(bench.Machine.PageOwner(page), Is.EqualTo(Bench.G1));
        bench.Machine.UnpinPage(0, -1, 0x1000);
        Assert.That(bench.Machine.PageOwner(page), Is.EqualTo(Bench.G3));
    }

    [Test]
    public void A_pin_of_a_former_guest_of_the_mdev_can_be_given_back_by_name_or_first()
    {
        var bench = new Bench();
        int former = (int)(bench.Machine.PinPage(0, 0x1000) >> 12);
        bench.Machine.ReleaseMemory(Bench.G1);
        bench.Machine.CreateGuest(Bench.G3);
        bench.Machine.Driver.Mdev(0).Kvm = Bench.G3 + 1;
        int own = (int)(bench.Machine.PinPage(0, 0x1000) >> 12);
        Assert.That(own, Is.Not.EqualTo(former));
        bench.Machine.UnpinPage(0, Bench.G3, 0x1000);
        Assert.That((bench.Machine.PagePins(former), bench.Machine.PagePins(own)), Is.EqualTo((1, 0)));
        bench.Machine.PinPage(0, 0x1000);
        bench.Machine.UnpinPage(0, -1, 0x1000);
        Assert.That((bench.Machine.PagePins(former), bench.Machine.PagePins(own)), Is.EqualTo((0, 1)));
        bench.Machine.UnpinPage(1, -1, 0x1000);
        Assert.That(bench.Of(EventKind.UnpinFailed).Single().C, Is.EqualTo(1), "another mdev has no pin of this one's guests");
    }

    [Test]
    public void No_two_owners_in_a_row_have_the_same_pattern()
    {
        for (int owner = -1; owner < Topology.GuestsMax - 1; owner++)
            Assert.That(ApMachine.Pattern(owner), Is.Not.EqualTo(ApMachine.Pattern(owner + 1)).And.Not.Zero.And.Not.EqualTo(1));
    }
}
