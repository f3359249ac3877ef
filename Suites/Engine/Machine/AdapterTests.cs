using ApChaos.Abstractions;

namespace ApChaos.Suites.Engine.Machine;

/// <summary>
/// Adapters that go out of service, and what becomes of their queues (ap-facts §6 points 9 to 11, §9.3 events 17, 18, 20 and 25; knobs
/// DeconfigReset, StateAfterReconfig, CheckstopReset, RemovalReset, SubsystemResetReach).
/// </summary>
[TestFixture]
public sealed class AdapterTests
{
    private const string Stale = "\"state-after-reconfig\": \"stale\"";
    private const string Drains = "\"deconfig-reset\": \"drains\"";

    [Test]
    public void Deconfiguring_an_adapter_resets_all_its_queues_and_no_others()
    {
        Bench bench = Used();
        bench.Machine.Deconfigure(0);
        Assert.That(Enumerable.Range(0, 4).Select(queue => (int)bench.Tapq(queue).ResponseCode), Is.EqualTo([3, 3, 0, 0]));
        AssertClean(bench, 0);
        AssertClean(bench, 1);
        Assert.That(bench.Tapq(2).Word & 0x81000000, Is.EqualTo(0x01000000), "queue 2 is as it was");
        bench.Pass(100 * Bench.Ms);
        Assert.That(bench.Of(EventKind.NibStore, 0).Concat(bench.Of(EventKind.NibStore, 1)), Is.Empty);
    }

    [Test]
    public void It_comes_back_clean_and_asks_for_a_scan()
    {
        Bench bench = Used();
        bench.Machine.Deconfigure(0);
        Assert.That(bench.Machine.ScanPending, Is.False);
        bench.Machine.Configure(0);
        Assert.That(bench.Machine.ScanPending, Is.True);
        Assert.That(bench.Tapq().Word, Is.EqualTo(0x80000000));
        Assert.That(bench.Of(EventKind.AdapterDeconfigured).Concat(bench.Of(EventKind.AdapterConfigured)).Select(e => e.A), Is.EqualTo([0L, 0L]));
    }

    [Test]
    public void Twice_is_as_good_as_once()
    {
        var bench = new Bench();
        bench.Machine.Configure(0);
        bench.Machine.Checkstop(0, on: false);
        bench.Machine.AddToConfiguration(0);
        Assert.That(bench.Events, Is.Empty);
        Assert.That(bench.Machine.ScanPending, Is.False);
        bench.Machine.Deconfigure(0);
        bench.Machine.Checkstop(0, on: true);
        bench.Machine.RemoveFromConfiguration(0);
        int events = bench.Events.Count;
        bench.Machine.Deconfigure(0);
        bench.Machine.Checkstop(0, on: true);
        bench.Machine.RemoveFromConfiguration(0);
        Assert.That(bench.Events, Has.Count.EqualTo(events));
    }

    [Test]
    public void A_reset_under_way_is_over_when_the_adapter_is_deconfigured()
    {
        var bench = new Bench("\"reset-duration\": [\"never\"]");
        bench.Zapq();
        bench.Machine.Deconfigure(0);
        bench.Machine.Configure(0);
        Assert.That(bench.Tapq().ResponseCode, Is.EqualTo(ResponseCode.Normal));
    }

    // DeconfigReset = drains: every instruction is answered RC 03, and requests go on completing and notifying for drain-time.
    [Test]
    public void A_draining_adapter_may_complete_and_notify_although_it_answers_RC_03()
    {
        Bench bench = Used($"{Drains}, \"drain-time\": [\"100ms\"]");
        bench.Answer(2, 2).Machine.Deconfigure(0);
        Assert.That(bench.Asked.Select(asked => asked.Label), Is.All.EqualTo(ChoiceLabel.ReplyDuringReset));
        bench.Pass((100 * Bench.Ms) - 1);
        Assert.That(bench.Tapq().ResponseCode, Is.EqualTo(ResponseCode.Deconfigured));
        Assert.That(bench.Of(EventKind.NibStore, 0).Count(), Is.EqualTo(1));
        Assert.That(bench.Machine.IrqArmed(0), Is.True);
        bench.Pass(1);
        AssertClean(bench, 0);
        Assert.That(bench.Of(EventKind.IrqOff, 0).Single().TimeNs, Is.EqualTo(100 * Bench.Ms));
        bench.Pass(VirtualTime.Second);
        Assert.That(bench.Of(EventKind.NibStore, 0).Count(), Is.EqualTo(1));
    }

    [Test]
    public void Whether_a_request_completes_while_it_drains_is_a_choice()
    {
        Bench bench = Used(Drains);
        bench.Answer(0, 0).Machine.Deconfigure(0);
        bench.Pass(VirtualTime.Second);
        Assert.That(bench.Of(EventKind.ReplyReady, 0), Is.Empty);
    }

    [Test]
    public void An_adapter_that_comes_back_while_it_drains_is_clean()
    {
        Bench bench = Used(Drains);
        bench.Answer(2, 2).Machine.Deconfigure(0);
        bench.Machine.Configure(0);
        Assert.That(bench.Tapq().Word, Is.EqualTo(0x80000000));
        bench.Pass(VirtualTime.Second);
        Assert.That(bench.Of(EventKind.NibStore, 0), Is.Empty);
    }

    [Test]
    public void How_long_it_drains_is_a_choice_among_the_values_of_the_profile()
    {
        var bench = new Bench($"{Drains}, \"drain-time\": [\"5ms\", \"500ms\"]").Answer(1);
        bench.Machine.Deconfigure(0);
        Assert.That(bench.Asked, Is.EqualTo(new[] { (ChoiceLabel.DrainTime, 2) }));
    }

    // StateAfterReconfig = stale: "a configured adapter comes back as it was"; c51f8c6b takes clean for granted.
    [Test]
    public void A_stale_adapter_comes_back_with_interruption_messages_and_keys([Values("immediate", "drains")] string reset)
    {
        Bench bench = Used($"{Stale}, \"deconfig-reset\": \"{reset}\"");
        if (reset == "drains")
            bench.Answer(4, 4);
        bench.Machine.Deconfigure(0);
        Assert.That(bench.Machine.ZeroizedSinceUse(0), Is.False, "nobody may take the queue for clean");
        bench.Pass(50 * Bench.Ms);
        int stores = bench.Of(EventKind.NibStore, 0).Count();
        Assert.That(stores, Is.EqualTo(reset == "drains" ? 1 : 0), "it is quiet once it is out");
        bench.Machine.Configure(0);
        Assert.That(bench.Tapq().IrqEnabled, Is.True);
        Assert.That(bench.Tapq().QueueEmpty, Is.False);
        Assert.That(bench.Machine.Taint(0), Is.EqualTo(Bench.G1));
        bench.Nqap(psmid: 77);
        bench.Pass(10 * Bench.Ms);
        Assert.That(bench.Of(EventKind.ReplyReady, 0).Last().A, Is.EqualTo(77));
        Assert.That(bench.Of(EventKind.NibStore, 0).Count(), Is.GreaterThan(stores), "and stores where it did before");
    }

    [Test]
    public void A_stale_adapter_that_comes_back_while_it_drains_goes_on_with_its_requests()
    {
        Bench bench = Used($"{Stale}, {Drains}");
        bench.Answer(4, 4).Machine.Deconfigure(0);
        bench.Machine.Configure(0);
        bench.Pass(10 * Bench.Ms);
        Assert.That(bench.Of(EventKind.ReplyReady, 0).Count(), Is.EqualTo(1));
    }

    // CheckstopReset; §9.3 event 18; RC 04.
    [Test]
    public void A_checkstop_resets_the_queues_where_the_profile_says_so()
    {
        Bench bench = Used("\"checkstop-reset\": \"resets\"");
        bench.Machine.Checkstop(0, on: true);
        Assert.That(Enumerable.Range(0, 4).Select(queue => (int)bench.Tapq(queue).ResponseCode), Is.EqualTo([4, 4, 0, 0]));
        AssertClean(bench, 0);
        bench.Machine.Checkstop(0, on: false);
        Assert.That(bench.Tapq().Word, Is.EqualTo(0x80000000));
        Assert.That(bench.Of(EventKind.AdapterCheckstopped).Select(e => (e.A, e.B)), Is.EqualTo(new[] { (0L, 1L), (0L, 0L) }));
        Assert.That(bench.Machine.ScanPending, Is.True);
    }

    [Test]
    public void A_checkstop_keeps_the_queues_as_they_are_where_the_profile_says_so()
    {
        Bench bench = Used("\"checkstop-reset\": \"keeps\"");
        bench.Machine.Checkstop(0, on: true);
        Assert.That(bench.Tapq().ResponseCode, Is.EqualTo(ResponseCode.Checkstopped));
        bench.Pass(100 * Bench.Ms);
        Assert.That(bench.Of(EventKind.ReplyReady, 0), Is.Empty, "a stopped card completes nothing");
        Assert.That(bench.Machine.IrqArmed(0), Is.True);
        Assert.That(bench.Machine.Taint(0), Is.EqualTo(Bench.G1));
        bench.Machine.Checkstop(0, on: false);
        bench.Pass(Bench.Ms);
        Assert.That(bench.Of(EventKind.ReplyReady, 0).Count(), Is.EqualTo(1));
        Assert.That(bench.Of(EventKind.NibStore, 0).Count(), Is.EqualTo(1));
    }

    [Test]
    public void An_adapter_that_is_held_stores_nothing_more_not_even_what_is_under_way([Values] bool checkstop)
    {
        Bench bench = Used($"{Stale}, \"checkstop-reset\": \"keeps\", \"nib-ipm-order\": \"late-ipm\"");
        bench.Pass(Bench.Ms + (50 * Bench.Us));
        Assert.That(bench.Of(EventKind.NibStore, 0).Count(), Is.EqualTo(1));
        if (checkstop)
            bench.Machine.Checkstop(0, on: true);
        else
            bench.Machine.Deconfigure(0);
        bench.Pass(Bench.Ms);
        Assert.That(bench.Of(EventKind.IpmStore).Select(e => (int)e.Queue), Is.EqualTo([2]), "the other adapter's");
    }

    [Test]
    public void An_adapter_that_is_deconfigured_and_checkstopped_serves_when_both_are_over()
    {
        Bench bench = Used($"{Stale}, \"checkstop-reset\": \"keeps\"");
        bench.Machine.Checkstop(0, on: true);
        bench.Machine.Deconfigure(0);
        bench.Machine.Configure(0);
        bench.Pass(10 * Bench.Ms);
        Assert.That(bench.Of(EventKind.ReplyReady, 0), Is.Empty);
        bench.Machine.Checkstop(0, on: false);
        bench.Pass(10 * Bench.Ms);
        Assert.That(bench.Of(EventKind.ReplyReady, 0).Count(), Is.EqualTo(1));
    }

    // RemovalReset; §6 point 11; RC 01.
    [Test]
    public void The_machine_resets_queues_that_leave_the_configuration_where_the_profile_says_so()
    {
        Bench bench = Used("\"removal-reset\": \"machine-resets\"");
        bench.Machine.RemoveFromConfiguration(0);
        Assert.That(Enumerable.Range(0, 4).Select(queue => (int)bench.Tapq(queue).ResponseCode), Is.EqualTo([1, 1, 0, 0]));
        AssertClean(bench, 0);
        Assert.That(bench.Machine.AdapterUsable(0), Is.False);
        Assert.That(bench.Machine.ScanPending, Is.True);
        bench.Machine.AddToConfiguration(0);
        Assert.That(bench.Tapq().Word, Is.EqualTo(0x80000000));
        Assert.That(bench.Of(EventKind.AdapterRemoved).Concat(bench.Of(EventKind.AdapterAdded)).Select(e => e.A), Is.EqualTo([0L, 0L]));
    }

    [Test]
    public void Or_it_resets_them_only_when_they_are_given_on_and_until_then_they_work()
    {
        Bench bench = Used("\"removal-reset\": \"on-reassignment\"");
        bench.Machine.RemoveFromConfiguration(0);
        Assert.That(bench.Tapq().ResponseCode, Is.EqualTo(ResponseCode.QNotAvail));
        bench.Pass(Bench.Ms);
        Assert.That(bench.Of(EventKind.NibStore, 0).Count(), Is.EqualTo(1), "nobody in this partition can stop it");
        Assert.That(bench.Machine.Taint(0), Is.EqualTo(Bench.G1));
        bench.Machine.AddToConfiguration(0);
        AssertClean(bench, 0);
        Assert.That(bench.Tapq().Word, Is.EqualTo(0x80000000));
    }

    // SubsystemResetReach; §9.3 event 25. kvm_s390_gisa_clear clears the IPM (§7.6).
    [TestCase("none", 0)]
    [TestCase("all-apqns", 2)]
    public void A_subsystem_reset_of_a_guest_reaches_what_the_profile_says(string reach, int queues)
    {
        Bench bench = Used($"\"subsystem-reset-reach\": \"{reach}\"");
        bench.Pass(Bench.Ms);
        Assert.That(bench.Guest().Ipm, Is.Not.Zero);
        bench.Machine.SubsystemReset(Bench.G1);
        Assert.That(bench.Guest().Ipm, Is.Zero);
        Assert.That(bench.Of(EventKind.SubsystemReset).Select(e => (e.Guest, e.A)), Is.EqualTo(new[] { ((short)0, (long)queues) }));
        Assert.That(
            bench.Of(EventKind.ResetStarted).Select(e => (e.Queue, e.B, e.C)),
            Is.EqualTo(Enumerable.Range(0, queues).Select(queue => ((short)queue, 1L, (long)ActorClass.Hardware))));
        Assert.That(bench.Tapq(2).ResponseCode, Is.EqualTo(ResponseCode.Normal), "another guest's queue");
        bench.Pass(10 * Bench.Ms);
        if (queues > 0)
            AssertClean(bench, 0);
        else
            Assert.That(bench.Machine.IrqArmed(0), Is.True);
    }

    [Test]
    public void A_subsystem_reset_meets_a_reset_under_way_like_any_other()
    {
        var bench = new Bench("\"subsystem-reset-reach\": \"all-apqns\", \"rapq-then-zapq\": \"upgrade\"");
        bench.Nqap(guest: Bench.G1);
        bench.Rapq();
        bench.Machine.SubsystemReset(Bench.G1);
        bench.Pass(10 * Bench.Ms);
        Assert.That(bench.Of(EventKind.ResetStarted, 0).Count(), Is.EqualTo(1));
        Assert.That(bench.Machine.Taint(0), Is.EqualTo(-1));
    }

    [Test]
    public void A_subsystem_reset_does_not_reach_adapters_that_are_out()
    {
        var bench = new Bench("\"subsystem-reset-reach\": \"all-apqns\"");
        bench.Machine.Deconfigure(0);
        bench.Machine.SubsystemReset(Bench.G1);
        Assert.That(bench.Of(EventKind.ResetStarted), Is.Empty);
    }

    /// <summary>On queues 0, 1 and 2 interruption is on and a request of the owner is under way.</summary>
    private static Bench Used(string knobs = "")
    {
        var bench = new Bench(knobs);
        for (int queue = 0; queue < 3; queue++)
        {
            int guest = bench.Machine.QueueOwner(queue);
            bench.Enable(queue, nib: Bench.Nib + queue, gisa: guest);
            bench.Nqap(queue, psmid: 1, guest: guest);
        }

        return bench;
    }

    private static void AssertClean(Bench bench, int queue)
    {
        Assert.That(bench.Machine.IrqArmed(queue), Is.False);
        Assert.That(bench.Machine.Taint(queue), Is.EqualTo(-1));
        Assert.That(bench.Machine.ResetRunning(queue), Is.False);
        Assert.That((bench.Queue(queue).RequestCount, bench.Queue(queue).ReplyCount), Is.EqualTo(((byte)0, (byte)0)));
    }
}
