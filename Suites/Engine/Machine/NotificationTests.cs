using ApChaos.Abstractions;
using ApChaos.Machine;

namespace ApChaos.Suites.Engine.Machine;

/// <summary>What the hardware stores when a reply is ready, and what comes of it (ap-facts §7.2 to §7.5).</summary>
[TestFixture]
public sealed class NotificationTests
{
    private const int Page = ApMachine.FirstPage;

    // §7.5 point 1 and 2; nib-ipm-order.
    [TestCase("nib-first", "NibStore 1000000, IpmStore 1000000")]
    [TestCase("ipm-first", "IpmStore 1000000, NibStore 1000000")]
    [TestCase("late-ipm", "NibStore 1000000, IpmStore 1100000")]
    public void A_reply_is_notified_by_NIB_and_IPM_in_the_order_of_the_profile(string order, string stores)
    {
        var bench = new Bench($"\"nib-ipm-order\": \"{order}\"");
        bench.Enable();
        bench.Nqap();
        bench.Pass(10 * Bench.Ms);
        Assert.That(
            string.Join(", ", bench.Events.Where(e => e.Kind is EventKind.NibStore or EventKind.IpmStore).Select(e => $"{e.Kind} {e.TimeNs}")),
            Is.EqualTo(stores));
    }

    [Test]
    public void Without_interruption_nothing_is_stored()
    {
        var bench = new Bench();
        bench.Nqap();
        bench.Pass(10 * Bench.Ms);
        Assert.That(bench.Events.Where(e => e.Kind is EventKind.NibStore or EventKind.IpmStore), Is.Empty);
    }

    [Test]
    public void The_stored_byte_is_not_zero_and_the_guest_reads_and_clears_it()
    {
        var bench = new Bench();
        bench.Enable(nib: Bench.Nib + 5);
        bench.Nqap();
        bench.Pass(Bench.Ms);
        MachineEvent store = bench.Of(EventKind.NibStore).Single();
        Assert.That((store.A, store.B), Is.EqualTo((Bench.Nib + 5, 0x11L)), "the byte of G1's memory before");
        Assert.That(store.C, Is.Not.Zero);
        Assert.That(bench.Machine.ReadNib(Bench.G1, 0x245), Is.EqualTo(store.C));
        Assert.That(bench.Machine.ReadNib(Bench.G1, 0x245), Is.Zero);
        Assert.That(bench.Machine.ReadNib(Bench.G1, 0x244), Is.EqualTo(0x11), "its neighbour is as it was");
    }

    // §7.3: ipm, pending per ISC; bit = 0x80 >> gisc.
    [Test]
    public void The_IPM_gets_the_bit_of_the_GISC([Range(0, 7)] int gisc)
    {
        var bench = new Bench();
        bench.Enable(gisc: gisc);
        bench.Nqap();
        bench.Pass(Bench.Ms);
        Assert.That(bench.Guest().Ipm, Is.EqualTo(0x80 >> gisc));
        Assert.That(bench.Guest(Bench.G2).Ipm, Is.Zero);
        MachineEvent store = bench.Of(EventKind.IpmStore).Single();
        Assert.That((store.Guest, store.A, store.B), Is.EqualTo(((short)Bench.G1, (long)gisc, 1L)));
    }

    [Test]
    public void A_vCPU_takes_all_that_is_pending_once()
    {
        var bench = new Bench();
        bench.Enable(0, gisc: 0);
        bench.Enable(1, gisc: 7, nib: Bench.Nib + 1);
        bench.Nqap(0);
        bench.Nqap(1);
        bench.Pass(Bench.Ms);
        Assert.That(bench.Machine.TakeInterrupts(Bench.G1), Is.EqualTo(0x81));
        Assert.That(bench.Machine.TakeInterrupts(Bench.G1), Is.Zero);
        Assert.That(bench.Of(EventKind.InterruptDelivered).Select(e => e.A), Is.EqualTo([0x81L]));
    }

    // §7.5 point 4; alert-list-iam.
    [TestCase("cleared", 0x00)]
    [TestCase("kept", 0x10)]
    public void A_pending_bit_of_the_IAM_puts_the_GISA_on_the_alert_list(string knob, int iam)
    {
        var bench = new Bench($"\"alert-list-iam\": \"{knob}\"");
        bench.Machine.RegisterGisc(Bench.G1, 3);
        Assert.That(bench.Guest().Iam, Is.EqualTo(0x10));
        bench.Enable(gisc: 3);
        bench.Nqap();
        bench.Pass(Bench.Ms);
        Assert.That(bench.Of(EventKind.GibAlert).Single().Guest, Is.EqualTo(Bench.G1));
        Assert.That(bench.Guest().OnAlertList, Is.EqualTo(1));
        Assert.That(bench.Guest().Iam, Is.EqualTo(iam));

        // The kicker of KVM, 50 us: it wakes a vCPU and restores the IAM.
        bool woken = false;
        bench.Machine.WakeVcpus = guest => woken = guest == Bench.G1;
        bench.Pass((50 * Bench.Us) - 1);
        Assert.That(woken, Is.False);
        bench.Pass(1);
        Assert.That(woken, Is.True);
        Assert.That((bench.Guest().OnAlertList, bench.Guest().Iam), Is.EqualTo(((byte)0, (byte)0x10)));
    }

    [Test]
    public void A_GISA_that_is_on_the_list_is_not_put_on_it_again([Values("cleared", "kept")] string knob)
    {
        var bench = new Bench($"\"alert-list-iam\": \"{knob}\"");
        bench.Machine.RegisterGisc(Bench.G1, 3);
        bench.Enable(0, gisc: 3);
        bench.Enable(1, gisc: 3, nib: Bench.Nib + 1);
        bench.Nqap(0);
        bench.Nqap(1);
        bench.Pass(Bench.Ms);
        Assert.That(bench.Of(EventKind.IpmStore).Count(), Is.EqualTo(2));
        Assert.That(bench.Of(EventKind.GibAlert).Count(), Is.EqualTo(1));
    }

    [Test]
    public void A_GISC_that_is_not_registered_raises_no_alert()
    {
        var bench = new Bench();
        bench.Machine.RegisterGisc(Bench.G1, 4);
        bench.Enable(gisc: 3);
        bench.Nqap();
        bench.Pass(Bench.Ms);
        Assert.That(bench.Guest().Ipm, Is.EqualTo(0x10));
        Assert.That(bench.Of(EventKind.GibAlert), Is.Empty);
    }

    // §7.5: changing the IAM fails while the GISA is on the alert list; KVM restores it from its mask afterwards.
    [Test]
    public void The_IAM_cannot_be_changed_while_the_GISA_is_on_the_list()
    {
        var bench = new Bench();
        bench.Machine.RegisterGisc(Bench.G1, 3);
        bench.Enable(gisc: 3);
        bench.Nqap();
        bench.Pass(Bench.Ms);
        bench.Machine.RegisterGisc(Bench.G1, 0);
        Assert.That(bench.Guest().Iam, Is.Zero);
        bench.Pass(50 * Bench.Us);
        Assert.That(bench.Guest().Iam, Is.EqualTo(0x90));
    }

    // §7.7: the GISA dies with the VM; the hardware may touch it while interruption is not off.
    [Test]
    public void A_store_into_the_GISA_of_a_VM_that_is_gone_is_shown_and_changes_nothing()
    {
        var bench = new Bench();
        bench.Machine.RegisterGisc(Bench.G1, 3);
        bench.Enable(gisc: 3);
        bench.Nqap();
        bench.Machine.CloseKvm(Bench.G1);
        bench.Pass(Bench.Ms);
        Assert.That(bench.Of(EventKind.IpmStore).Select(e => (e.Guest, e.B)), Is.EqualTo(new[] { ((short)Bench.G1, 0L) }));
        Assert.That(bench.Guest().Ipm, Is.Zero);
        Assert.That(bench.Of(EventKind.GibAlert), Is.Empty);
    }

    [Test]
    public void A_late_store_corrupts_the_page_of_its_new_owner_and_shows_the_byte()
    {
        var bench = new Bench();
        bench.Machine.PinPage(0, 0x240);
        bench.Enable();
        bench.Nqap();
        bench.Machine.UnpinPage(0, -1, 0x240);
        bench.Machine.CloseKvm(Bench.G1);
        bench.Machine.ReleaseMemory(Bench.G1);
        bench.Pass(Bench.Ms);
        MachineEvent store = bench.Of(EventKind.NibStore).Single();
        Assert.That(bench.Machine.PageOwner(Page), Is.EqualTo(Bench.G3), "the successor");
        Assert.That((store.B, store.C), Is.EqualTo((0x33L, 1L)), "a byte of G3's memory was overwritten");
    }
}
