using ApChaos.Abstractions;
using ApChaos.Machine;

namespace ApChaos.Suites.Engine.Machine;

/// <summary>AQIC (ap-facts §5.4, §7.1, §7.2): accepted is not yet real, and RC 07 has two readings.</summary>
[TestFixture]
public sealed class AqicTests
{
    private const string Latency = "\"aqic-latency\": [\"4ms\"]";

    [Test]
    public void An_accepted_enable_is_real_when_I_is_on()
    {
        var bench = new Bench(Latency);
        Assert.That(bench.Enable(gisc: 5).Word, Is.EqualTo(0x80000000), "RC 00 and I=0");
        bench.Pass((4 * Bench.Ms) - 1);
        Assert.That(bench.Tapq().IrqEnabled, Is.False);
        bench.Pass(1);
        Assert.That(bench.Tapq().IrqEnabled, Is.True);
        MachineEvent on = bench.Of(EventKind.IrqOn).Single();
        Assert.That((on.TimeNs, on.Guest, on.A, on.B), Is.EqualTo((4 * Bench.Ms, (short)Bench.G1, Bench.Nib, 5L)));
    }

    [Test]
    public void An_accepted_disable_is_real_when_I_is_off_and_until_then_the_hardware_stores()
    {
        var bench = new Bench(Latency);
        bench.Enable();
        bench.Pass(10 * Bench.Ms);
        bench.Nqap();
        Assert.That(bench.Disable().ResponseCode, Is.EqualTo(ResponseCode.Normal));
        Assert.That(bench.Tapq().IrqEnabled, Is.True, "the NIB page must stay pinned till I is really 0");
        bench.Pass(2 * Bench.Ms);
        Assert.That(bench.Of(EventKind.NibStore).Single().TimeNs, Is.EqualTo(11 * Bench.Ms));
        Assert.That(bench.Of(EventKind.IpmStore).Select(e => ((int)e.Guest, e.A, e.TimeNs)), Is.EqualTo(new[] { (Bench.G1, 3L, 11 * Bench.Ms) }));
        bench.Pass(2 * Bench.Ms);
        Assert.That(bench.Tapq().IrqEnabled, Is.False);
        bench.Nqap();
        bench.Pass(10 * Bench.Ms);
        Assert.That(bench.Of(EventKind.NibStore).Count(), Is.EqualTo(1));
    }

    [Test]
    public void How_long_it_takes_is_a_choice_among_the_values_of_the_profile([Values(0, 1)] int choice)
    {
        var bench = new Bench("\"aqic-latency\": [\"0ms\", \"3ms\"]").Answer(choice);
        bench.Enable();
        bench.Pass(10 * Bench.Ms);
        Assert.That(bench.Asked, Is.EqualTo(new[] { (ChoiceLabel.AqicLatency, 2) }));
        Assert.That(bench.Of(EventKind.IrqOn).Single().TimeNs, Is.EqualTo(choice * 3 * Bench.Ms));
    }

    // aqic-07-meaning: what is answered to a change that was made already, and to one while another is under way.
    [TestCase("both", 0x07, 0x07)]
    [TestCase("already", 0x07, 0x05)]
    [TestCase("in-progress", 0x00, 0x07)]
    public void RC_07_means_what_the_profile_says(string meaning, int already, int inProgress)
    {
        string knobs = $"{Latency}, \"aqic-07-meaning\": \"{meaning}\"";
        var bench = new Bench(knobs);
        Assert.That(bench.Disable().ResponseCode, Is.EqualTo((ResponseCode)already), "disabled already");
        bench.Enable();
        Assert.That(bench.Enable().ResponseCode, Is.EqualTo((ResponseCode)inProgress), "enabling");
        Assert.That(bench.Disable().ResponseCode, Is.EqualTo((ResponseCode)inProgress), "enabling");
        bench.Pass(10 * Bench.Ms);
        Assert.That(bench.Enable().ResponseCode, Is.EqualTo((ResponseCode)already), "enabled already");
        bench.Pass(10 * Bench.Ms);
        bench.Disable();
        Assert.That(bench.Disable().ResponseCode, Is.EqualTo((ResponseCode)inProgress), "disabling");
        Assert.That(bench.Enable().ResponseCode, Is.EqualTo((ResponseCode)inProgress), "disabling");
        bench.Pass(10 * Bench.Ms);
        Assert.That(bench.Tapq().IrqEnabled, Is.False);
    }

    // §8.1: RC 07: "the queue was already enabled with the old NIB".
    [Test]
    public void An_enable_that_is_answered_RC_07_leaves_the_old_NIB_in_place()
    {
        var bench = new Bench();
        bench.Enable(gisc: 3);
        Assert.That(bench.Enable(nib: Bench.Nib + 0x1000, gisc: 4).ResponseCode, Is.EqualTo(ResponseCode.OtherwiseChanged));
        bench.Nqap();
        bench.Pass(Bench.Ms);
        Assert.That(bench.Of(EventKind.NibStore).Single().A, Is.EqualTo(Bench.Nib));
        Assert.That(bench.Of(EventKind.IpmStore).Single().A, Is.EqualTo(3));
    }

    // §8.1: on RC 00 the issuer gives the previous NIB back, so the hardware must be done with it.
    [Test]
    public void An_enable_that_is_accepted_on_an_enabled_queue_moves_to_the_new_NIB_at_once()
    {
        var bench = new Bench($"{Latency}, \"aqic-07-meaning\": \"in-progress\"");
        bench.Enable(gisc: 3);
        bench.Pass(10 * Bench.Ms);
        bench.Nqap();
        Assert.That(bench.Enable(nib: Bench.Nib + 0x1000, gisc: 4).ResponseCode, Is.EqualTo(ResponseCode.Normal));
        bench.Pass(2 * Bench.Ms);
        Assert.That(bench.Of(EventKind.NibStore), Is.Empty, "the change is not real yet");
        bench.Pass(2 * Bench.Ms);
        bench.Nqap();
        bench.Pass(Bench.Ms);
        Assert.That(bench.Of(EventKind.NibStore).Select(e => e.A), Is.EqualTo([Bench.Nib + 0x1000]));
        Assert.That(bench.Of(EventKind.IpmStore).Select(e => e.A), Is.EqualTo([4L]));
    }

    [Test]
    public void Nor_does_a_store_that_is_under_way_then_go_to_the_old_GISC()
    {
        var bench = new Bench("\"aqic-07-meaning\": \"in-progress\", \"nib-ipm-order\": \"late-ipm\"");
        bench.Enable(gisc: 3);
        bench.Nqap();
        bench.Pass(Bench.Ms + (50 * Bench.Us));
        bench.Enable(nib: Bench.Nib + 0x1000, gisc: 4);
        bench.Pass(Bench.Ms);
        Assert.That(bench.Of(EventKind.NibStore).Count(), Is.EqualTo(1));
        Assert.That(bench.Of(EventKind.IpmStore), Is.Empty);
    }

    // §7.2: 0 is invalid; an address outside guest memory is invalid. Any byte address is legal.
    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(long.MinValue)]
    [TestCase(long.MaxValue)]
    [TestCase(0x240, Description = "a guest address that nobody translated")]
    [TestCase(((long)ApMachine.FirstPage << 12) - 1)]
    [TestCase((long)(ApMachine.FirstPage + (3 * 4)) << 12, Description = "the first byte behind the memory of three guests")]
    public void A_NIB_outside_guest_memory_is_answered_RC_06(long nib)
    {
        var bench = new Bench();
        Assert.That(bench.Enable(nib: nib).ResponseCode, Is.EqualTo(ResponseCode.InvalidAddress));
        Assert.That(bench.Tapq().IrqEnabled, Is.False);
    }

    [TestCase((long)ApMachine.FirstPage << 12)]
    [TestCase(((long)(ApMachine.FirstPage + (3 * 4)) << 12) - 1)]
    public void Any_byte_of_guest_memory_may_be_a_NIB(long nib)
    {
        var bench = new Bench();
        Assert.That(bench.Enable(nib: nib).ResponseCode, Is.EqualTo(ResponseCode.Normal));
        bench.Nqap();
        bench.Pass(Bench.Ms);
        Assert.That(bench.Of(EventKind.NibStore).Single().A, Is.EqualTo(nib));
    }

    [TestCase(Bench.G3, Description = "a guest that does not exist yet")]
    [TestCase(Bench.G2, Description = "a guest that is gone")]
    [TestCase(99, Description = "no guest at all")]
    public void A_GISA_that_is_not_there_is_answered_RC_08(int gisa)
    {
        var bench = new Bench();
        bench.Machine.CloseKvm(Bench.G2);
        Assert.That(bench.Enable(gisa: gisa).ResponseCode, Is.EqualTo(ResponseCode.InvalidGisa));
        Assert.That(bench.Tapq().IrqEnabled, Is.False);
    }

    // §7.1: "Host's own use: gisa=0".
    [Test]
    public void Without_a_GISA_the_NIB_is_stored_and_no_guest_hears_of_it()
    {
        var bench = new Bench();
        Assert.That(bench.Enable(gisa: -1).ResponseCode, Is.EqualTo(ResponseCode.Normal));
        bench.Nqap();
        bench.Pass(Bench.Ms);
        Assert.That(bench.Of(EventKind.NibStore).Count(), Is.EqualTo(1));
        Assert.That(bench.Of(EventKind.IpmStore), Is.Empty);
    }

    // aqic-during-reset.
    [Test]
    public void During_a_reset_it_is_refused([Values] bool enable)
    {
        var bench = new Bench();
        bench.Zapq();
        Assert.That((enable ? bench.Enable() : bench.Disable()).ResponseCode, Is.EqualTo(ResponseCode.ResetInProgress));
    }

    [Test]
    public void During_a_reset_it_is_accepted_and_lost_where_the_profile_says_so()
    {
        var bench = new Bench("\"aqic-during-reset\": \"accepted-then-lost\", \"irq-off-point\": \"at-async-end\"");
        bench.Enable();
        bench.Zapq();
        Assert.That(bench.Disable().ResponseCode, Is.EqualTo(ResponseCode.Normal));
        Assert.That(bench.Machine.IrqArmed(0), Is.True, "it was lost");
        bench.Pass(10 * Bench.Ms);
        bench.Zapq();
        Assert.That(bench.Enable().ResponseCode, Is.EqualTo(ResponseCode.Normal));
        bench.Pass(100 * Bench.Ms);
        Assert.That(bench.Tapq().Word, Is.EqualTo(0x80000000), "so was this");
        Assert.That(bench.Of(EventKind.IrqOn).Count(), Is.EqualTo(1));
    }

    [Test]
    public void A_store_that_is_under_way_when_interruption_goes_off_lands_within_the_window_of_the_profile()
    {
        var bench = new Bench("\"poke-window\": [\"50us\"]");
        bench.Enable();
        bench.Nqap();
        bench.Disable();
        bench.Pass(10 * Bench.Ms);
        Assert.That(bench.Of(EventKind.IrqOff).Single().TimeNs, Is.Zero);
        Assert.That(bench.Of(EventKind.NibStore).Single().TimeNs, Is.EqualTo(50 * Bench.Us));
    }
}
