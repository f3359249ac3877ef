using ApChaos.Abstractions;
using ApChaos.Machine;

namespace ApChaos.Suites.Engine.Machine;

/// <summary>The reset lifecycle under every value of the knobs that leave it open (ap-facts §6 and §12).</summary>
[TestFixture]
public sealed class ResetTests
{
    private const long Duration = 10 * Bench.Ms;

    private static readonly Op[] Kinds = [Op.Zapq, Op.Rapq];

    // §6 points 1 to 3.
    [Test]
    public void A_reset_is_accepted_runs_and_is_complete([ValueSource(nameof(Kinds))] Op kind)
    {
        var bench = new Bench();
        Assert.That(bench.Do(kind, 0).ResponseCode, Is.EqualTo(ResponseCode.Normal), "accepted");
        bench.Pass(Duration - 1);
        Assert.That(bench.Tapq().Word, Is.EqualTo(0x00020000), "under way");
        bench.Pass(1);
        Assert.That(bench.Tapq().Word, Is.EqualTo(0x80000000), "complete: empty, interruption off");
        MachineEvent started = bench.Of(EventKind.ResetStarted).Single();
        MachineEvent completed = bench.Of(EventKind.ResetCompleted).Single();
        Assert.That((started.TimeNs, started.A, started.B), Is.EqualTo((0L, Duration, kind == Op.Zapq ? 1L : 0L)));
        Assert.That((completed.TimeNs, completed.B), Is.EqualTo((Duration, kind == Op.Zapq ? 1L : 0L)));
    }

    [Test]
    public void It_may_be_complete_when_it_is_accepted([ValueSource(nameof(Kinds))] Op kind)
    {
        var bench = new Bench("\"reset-duration\": [\"0ms\"]");
        bench.Nqap();
        bench.Enable();
        bench.Do(kind, 0);
        Assert.That(bench.Tapq().Word, Is.EqualTo(0x80000000));
    }

    // §6 point 5: no documented upper bound.
    [Test]
    public void It_may_never_end()
    {
        var bench = new Bench("\"reset-duration\": [\"never\"]");
        bench.Zapq();
        bench.Pass(VirtualTime.DurationMax);
        Assert.That(bench.Tapq().ResponseCode, Is.EqualTo(ResponseCode.ResetInProgress));
    }

    [Test]
    public void How_long_it_takes_is_a_choice_among_the_values_of_the_profile([Values(0, 1, 2)] int choice)
    {
        var bench = new Bench("\"reset-duration\": [\"0ms\", \"7ms\", \"3s\"]").Answer(choice);
        bench.Zapq();
        Assert.That(bench.Asked, Is.EqualTo(new[] { (ChoiceLabel.ResetDuration, 3) }));
        Assert.That(bench.Of(EventKind.ResetStarted).Single().A, Is.EqualTo(new[] { 0, 7 * Bench.Ms, 3000 * Bench.Ms }[choice]));
    }

    // §6 point 2: "other functions, incl. another ZAPQ".
    [Test]
    public void Meanwhile_every_instruction_on_that_queue_and_on_no_other_is_answered_RC_02()
    {
        var bench = new Bench();
        bench.Zapq();
        foreach (Op op in new[] { Op.Tapq, Op.Zapq, Op.Rapq, Op.Aqic, Op.Nqap, Op.Dqap })
        {
            Assert.That(bench.Do(op, 0, b: 1, c: Bench.Nib).ResponseCode, Is.EqualTo(ResponseCode.ResetInProgress), OpText.Name(op));
            Assert.That(bench.Do(op, 0, Bench.G1, b: 1, c: Bench.Nib).ResponseCode, Is.EqualTo(ResponseCode.ResetInProgress), OpText.Name(op));
        }

        Assert.That(bench.Tapq(1).ResponseCode, Is.EqualTo(ResponseCode.Normal));
    }

    // §6 point 12.
    [Test]
    public void Requests_and_replies_are_lost()
    {
        var bench = new Bench();
        bench.Nqap(psmid: 1);
        bench.Pass(Bench.Ms);
        bench.Nqap(psmid: 2);
        bench.Nqap(psmid: 3);
        bench.Zapq();
        bench.Pass(Duration);
        Assert.That(bench.Tapq().QueueEmpty, Is.True);
        Assert.That(bench.Dqap().ResponseCode, Is.EqualTo(ResponseCode.NoPendingReply));
        bench.Pass(100 * Bench.Ms);
        Assert.That(bench.Of(EventKind.ReplyReady).Select(e => e.A), Is.EqualTo([1L]));
        bench.Nqap(psmid: 4);
        bench.Pass(Bench.Ms);
        bench.Dqap();
        Assert.That(bench.Gr2, Is.EqualTo(4), "and the queue works as before");
    }

    // §5.2 and §5.3: ZAPQ clears the domain's secrets, RAPQ does not.
    [TestCase(Op.Zapq, -1)]
    [TestCase(Op.Rapq, Bench.G1)]
    public void Only_a_completed_zeroize_takes_the_data_of_the_last_user_away(Op kind, int taint)
    {
        var bench = new Bench();
        bench.Nqap(guest: Bench.G1);
        Assert.That(bench.Machine.Taint(0), Is.EqualTo(Bench.G1));
        bench.Do(kind, 0);
        bench.Pass(Duration - 1);
        Assert.That(bench.Machine.Taint(0), Is.EqualTo(Bench.G1), "not while it runs");
        Assert.That(bench.Machine.ZeroizedSinceUse(0), Is.EqualTo(kind == Op.Zapq), "but a zeroize is under way");
        bench.Pass(1);
        Assert.That(bench.Machine.Taint(0), Is.EqualTo(taint));
        bench.Nqap(guest: Bench.G1);
        Assert.That(bench.Machine.ZeroizedSinceUse(0), Is.False, "used again");
        Assert.That(bench.Machine.Taint(0), Is.EqualTo(Bench.G1));
    }

    [Test]
    public void A_guest_resets_its_queue_unseen_by_the_host()
    {
        var bench = new Bench();
        bench.Nqap(guest: Bench.G1);
        Assert.That(bench.Zapq(guest: Bench.G1).ResponseCode, Is.EqualTo(ResponseCode.Normal));
        Assert.That(bench.Of(EventKind.ResetStarted).Single().C, Is.EqualTo((long)ActorClass.Guest));
        Assert.That(bench.Zapq().ResponseCode, Is.EqualTo(ResponseCode.ResetInProgress), "the host hears of it here");
    }

    [Test]
    public void A_fault_lets_the_owner_of_a_queue_reset_it_and_nobody_else()
    {
        var bench = new Bench();
        Assert.That(bench.Machine.GuestReset(0, ResetKind.Zapq, 200 * Bench.Ms), Is.True);
        Assert.That(bench.Machine.GuestReset(0, ResetKind.Zapq, 200 * Bench.Ms), Is.False, "it is answered RC 02");
        bench.Machine.SetMasks(Bench.G2, 0, 0);
        Assert.That(bench.Machine.GuestReset(2, ResetKind.Zapq, 200 * Bench.Ms), Is.False, "nobody has the queue");
        bench.Pass(200 * Bench.Ms - 1);
        Assert.That(bench.Tapq().ResponseCode, Is.EqualTo(ResponseCode.ResetInProgress));
        bench.Pass(1);
        Assert.That(bench.Tapq().ResponseCode, Is.EqualTo(ResponseCode.Normal));
        Assert.That(bench.Of(EventKind.ResetStarted).Count(), Is.EqualTo(1));
    }

    // §6 point 4: the architecture does not say when; irq-off-point. The I bit is read under RC 02 (flags-valid-with-rc).
    [TestCase("at-zapq", 0)]
    [TestCase("at-async-end", 10)]
    public void Interruption_goes_off_when_the_profile_says(string point, long ms)
    {
        Bench bench = Enabled($"\"irq-off-point\": \"{point}\"");
        bench.Zapq();
        Assert.That(bench.Tapq().IrqEnabled, Is.EqualTo(ms > 0));
        bench.Pass(Duration);
        Assert.That(bench.Of(EventKind.IrqOff).Select(e => (e.TimeNs, e.Guest)), Is.EqualTo(new[] { (ms * Bench.Ms, (short)Bench.G1) }));
        Assert.That(bench.Tapq().Word, Is.EqualTo(0x80000000));
    }

    [TestCase(0, 0)]
    [TestCase(1, 5)]
    [TestCase(2, 10)]
    public void Interruption_goes_off_at_acceptance_half_way_or_at_the_end_where_it_is_a_choice(int choice, long ms)
    {
        Bench bench = Enabled("\"irq-off-point\": \"random-between\"");
        bench.Answer(choice).Zapq();
        bench.Pass(Duration);
        Assert.That(bench.Asked, Is.EqualTo(new[] { (ChoiceLabel.IrqOffPoint, 3) }));
        Assert.That(bench.Of(EventKind.IrqOff).Single().TimeNs, Is.EqualTo(ms * Bench.Ms));
    }

    [TestCase("at-async-end", null)]
    [TestCase("random-between", 1)]
    [TestCase("random-between", 2)]
    public void In_a_reset_that_never_ends_interruption_may_stay_on_for_ever(string point, int? choice)
    {
        Bench bench = Enabled($"\"irq-off-point\": \"{point}\", \"reset-duration\": [\"never\"]");
        if (choice is { } answer)
            bench.Answer(answer);
        bench.Zapq();
        bench.Pass(VirtualTime.Second);
        Assert.That(bench.Tapq().Word, Is.EqualTo(0x01020000));
    }

    [Test]
    public void A_queue_without_interruption_leaves_nothing_to_switch_off()
    {
        var bench = new Bench("\"irq-off-point\": \"random-between\"");
        bench.Zapq();
        bench.Pass(Duration);
        Assert.That(bench.Asked, Is.Empty);
        Assert.That(bench.Of(EventKind.IrqOff), Is.Empty);
    }

    // §5.3: "the interrupt registration goes away", also one that was accepted and is not real yet.
    [Test]
    public void An_AQIC_that_is_not_real_yet_is_overtaken_by_a_reset([Values] bool enabling, [Values("at-zapq", "at-async-end")] string point)
    {
        var bench = new Bench($"\"aqic-latency\": [\"1ms\"], \"irq-off-point\": \"{point}\"");
        bench.Enable();
        if (!enabling)
        {
            bench.Pass(Bench.Ms);
            bench.Disable();
        }

        bench.Zapq();
        bench.Pass(100 * Bench.Ms);
        Assert.That(bench.Of(EventKind.IrqOn).Count(), Is.EqualTo(enabling ? 0 : 1));
        Assert.That(bench.Of(EventKind.IrqOff).Count(), Is.EqualTo(1));
        Assert.That(bench.Tapq().IrqEnabled, Is.False);
    }

    // empty-bit-point; seen under RC 02 where the profile says that the flags are valid then.
    [TestCase("start", 0x80020000u)]
    [TestCase("end", 0x00020000u)]
    public void E_is_on_from_the_start_or_only_at_the_end(string point, uint word)
    {
        var bench = new Bench($"\"empty-bit-point\": \"{point}\", \"flags-valid-with-rc\": \"rc00-and-02\"");
        bench.Nqap();
        bench.Zapq();
        Assert.That(bench.Tapq().Word, Is.EqualTo(word));
        bench.Pass(Duration - 1);
        Assert.That(bench.Tapq().Word, Is.EqualTo(word));
        bench.Pass(1);
        Assert.That(bench.Tapq().Word, Is.EqualTo(0x80000000));
    }

    // zapq-during-reset: the second reset at 4 ms is answered RC 02 in any case.
    [TestCase("ignored", "10")]
    [TestCase("restarts", "14")]
    [TestCase("queues-second", "10 20")]
    public void A_reset_during_a_reset_does_what_the_profile_says(string value, string completions)
    {
        foreach (Op second in Kinds)
        {
            var bench = new Bench($"\"zapq-during-reset\": \"{value}\"");
            bench.Zapq();
            bench.Pass(4 * Bench.Ms);
            Assert.That(bench.Do(second, 0).ResponseCode, Is.EqualTo(ResponseCode.ResetInProgress));
            bench.Pass(100 * Bench.Ms);
            Assert.That(Completions(bench), Is.EqualTo(completions), OpText.Name(second));
        }
    }

    [Test]
    public void A_RAPQ_never_takes_the_zeroize_out_of_a_ZAPQ([Values("ignored", "restarts", "queues-second")] string value)
    {
        var bench = new Bench($"\"zapq-during-reset\": \"{value}\"");
        bench.Nqap(guest: Bench.G1);
        bench.Zapq();
        bench.Pass(4 * Bench.Ms);
        bench.Rapq();
        bench.Pass(100 * Bench.Ms);
        Assert.That(bench.Machine.Taint(0), Is.EqualTo(-1));
    }

    // rapq-then-zapq.
    [TestCase("ignored", "10", Bench.G1, false)]
    [TestCase("upgrade", "10", -1, true)]
    [TestCase("second-reset", "10 20", -1, true)]
    public void A_ZAPQ_during_a_RAPQ_does_what_the_profile_says(string value, string completions, int taint, bool underWay)
    {
        var bench = new Bench($"\"rapq-then-zapq\": \"{value}\"");
        bench.Nqap(guest: Bench.G1);
        bench.Rapq();
        bench.Pass(4 * Bench.Ms);
        Assert.That(bench.Zapq().ResponseCode, Is.EqualTo(ResponseCode.ResetInProgress));
        Assert.That(bench.Machine.ZeroizedSinceUse(0), Is.EqualTo(underWay));
        bench.Pass(100 * Bench.Ms);
        Assert.That(Completions(bench), Is.EqualTo(completions));
        Assert.That(bench.Machine.Taint(0), Is.EqualTo(taint));
    }

    [Test]
    public void A_reset_that_follows_another_keeps_the_queue_at_RC_02_between()
    {
        var bench = new Bench("\"zapq-during-reset\": \"queues-second\"");
        bench.Zapq();
        bench.Zapq();
        bench.Pass(Duration);
        Assert.That(bench.Tapq().ResponseCode, Is.EqualTo(ResponseCode.ResetInProgress));
        bench.Pass(Duration);
        Assert.That(bench.Tapq().ResponseCode, Is.EqualTo(ResponseCode.Normal));
    }

    // replies-during-reset.
    [Test]
    public void Requests_under_way_are_dropped_at_once_where_the_profile_says_so()
    {
        Bench bench = Enabled("\"irq-off-point\": \"at-async-end\", \"replies-during-reset\": \"dropped\"");
        bench.Nqap();
        bench.Zapq();
        bench.Pass(100 * Bench.Ms);
        Assert.That(bench.Asked, Is.Empty);
        Assert.That(bench.Of(EventKind.ReplyReady), Is.Empty);
        Assert.That(bench.Of(EventKind.NibStore), Is.Empty);
    }

    [Test]
    public void A_request_under_way_may_complete_and_notify_while_the_reset_runs([Values(1, 2, 3, 4)] int choice)
    {
        Bench bench = Enabled("\"irq-off-point\": \"at-async-end\", \"replies-during-reset\": \"may-complete\"");
        bench.Nqap();
        bench.Answer(choice).Zapq();
        bench.Pass(100 * Bench.Ms);
        Assert.That(bench.Asked.Single().Label, Is.EqualTo(ChoiceLabel.ReplyDuringReset));
        MachineEvent reply = bench.Of(EventKind.ReplyReady).Single();
        Assert.That(reply.TimeNs, Is.GreaterThan(0).And.LessThan(Duration));
        Assert.That(bench.Of(EventKind.NibStore).Single().TimeNs, Is.EqualTo(reply.TimeNs));
        Assert.That(bench.Of(EventKind.IpmStore).Single().TimeNs, Is.EqualTo(reply.TimeNs));
        Assert.That(bench.Tapq().Word, Is.EqualTo(0x80000000), "and is lost all the same");
    }

    [Test]
    public void Whether_it_completes_is_part_of_the_choice()
    {
        Bench bench = Enabled("\"irq-off-point\": \"at-async-end\", \"replies-during-reset\": \"may-complete\"");
        bench.Nqap();
        bench.Answer(0).Zapq();
        bench.Pass(100 * Bench.Ms);
        Assert.That(bench.Of(EventKind.ReplyReady), Is.Empty);
    }

    [Test]
    public void It_completes_but_does_not_notify_where_interruption_is_off_at_once([Values(1, 2, 3, 4)] int choice)
    {
        Bench bench = Enabled("\"irq-off-point\": \"at-zapq\", \"replies-during-reset\": \"may-complete\"");
        bench.Nqap();
        bench.Answer(choice).Zapq();
        bench.Pass(100 * Bench.Ms);
        Assert.That(bench.Of(EventKind.ReplyReady).Count(), Is.EqualTo(1));
        Assert.That(bench.Of(EventKind.NibStore), Is.Empty);
    }

    [Test]
    public void It_may_complete_in_a_reset_that_never_ends([Values(1, 2, 3, 4)] int choice)
    {
        Bench bench = Enabled(
            "\"irq-off-point\": \"at-async-end\", \"replies-during-reset\": \"may-complete\", \"reset-duration\": [\"never\"]");
        bench.Nqap();
        bench.Answer(choice).Zapq();
        bench.Pass(100 * VirtualTime.Second);
        Assert.That(bench.Of(EventKind.NibStore).Count(), Is.EqualTo(1));
        Assert.That(bench.Tapq().ResponseCode, Is.EqualTo(ResponseCode.ResetInProgress));
    }

    // poke-window: nobody excludes a store that is under way when interruption goes off.
    [Test]
    public void A_store_under_way_may_land_after_the_reset_is_complete_and_shows_it()
    {
        Bench bench = Enabled(
            "\"irq-off-point\": \"at-async-end\", \"replies-during-reset\": \"may-complete\", \"poke-window\": [\"0ms\", \"5ms\"]");
        bench.Nqap();

        // It would complete in the last microsecond of the reset; the reset ends first.
        bench.Answer(4, 1).Zapq();
        bench.Pass(Duration - VirtualTime.Microsecond - 1);
        bench.Machine.BoundReset(0, 1);
        bench.Pass(1);
        Assert.That(bench.Tapq().Word, Is.EqualTo(0x80000000), "E=1, I=0");
        Assert.That(bench.Of(EventKind.NibStore), Is.Empty);
        bench.Pass(100 * Bench.Ms);
        long end = bench.Of(EventKind.ResetCompleted).Single().TimeNs;
        Assert.That(bench.Of(EventKind.NibStore).Single().TimeNs, Is.EqualTo(end + (5 * Bench.Ms)));
        Assert.That(bench.Of(EventKind.IpmStore).Single().TimeNs, Is.EqualTo(end + (5 * Bench.Ms)));
    }

    [Test]
    public void Where_the_profile_has_no_window_no_store_lands_after_interruption_went_off()
    {
        Bench bench = Enabled("\"irq-off-point\": \"at-async-end\", \"replies-during-reset\": \"may-complete\"");
        bench.Nqap();
        bench.Answer(4).Zapq();
        bench.Pass(Duration - VirtualTime.Microsecond - 1);
        bench.Machine.BoundReset(0, 1);
        bench.Pass(100 * Bench.Ms);
        Assert.That(bench.Of(EventKind.NibStore), Is.Empty);
    }

    [Test]
    public void A_quiet_queue_has_no_store_under_way()
    {
        Bench bench = Enabled("\"poke-window\": [\"5ms\"]");
        bench.Zapq();
        bench.Pass(100 * Bench.Ms);
        Assert.That(bench.Of(EventKind.NibStore), Is.Empty);
    }

    // busy-model.
    [Test]
    public void The_first_two_instructions_after_a_reset_are_refused_where_the_profile_says_so()
    {
        var bench = new Bench("\"busy-model\": \"first-two\"");
        Assert.That(bench.Tapq().ResponseCode, Is.EqualTo(ResponseCode.Normal), "no reset yet");
        bench.Zapq();
        Assert.That(bench.Tapq().ResponseCode, Is.EqualTo(ResponseCode.ResetInProgress));
        bench.Pass(Duration);
        Assert.That(
            new[] { bench.Zapq(), bench.Tapq(), bench.Tapq(), bench.Tapq() }.Select(status => (int)status.ResponseCode),
            Is.EqualTo([5, 5, 0, 0]));
        Assert.That(bench.Of(EventKind.ResetStarted).Count(), Is.EqualTo(1), "§6 point 6: a ZAPQ that is answered RC 05 starts nothing");
    }

    [TestCase(0, 0)]
    [TestCase(1, 5)]
    public void Whether_an_instruction_is_refused_is_a_choice_where_the_profile_says_so(int choice, int code)
    {
        var bench = new Bench("\"busy-model\": \"random\"").Answer(choice);
        Assert.That((int)bench.Tapq().ResponseCode, Is.EqualTo(code));
        Assert.That(bench.Asked, Is.EqualTo(new[] { (ChoiceLabel.Busy, 2) }));
    }

    // When the faults are lifted a reset that a fault made long must not outlast the rest.
    [TestCase(VirtualTime.Never, 100, 100)]
    [TestCase(10 * Bench.Ms, 100, 10)]
    [TestCase(10 * Bench.Ms, 5, 5)]
    public void A_reset_can_be_bounded_from_outside(long durationNs, long boundMs, long endMs)
    {
        var bench = new Bench();
        bench.Machine.StartReset(0, ResetKind.Zapq, ActorClass.Fault, durationNs);
        bench.Machine.BoundReset(0, boundMs * Bench.Ms);
        bench.Machine.BoundReset(1, boundMs * Bench.Ms);
        bench.Pass(VirtualTime.Second);
        Assert.That(bench.Of(EventKind.ResetCompleted).Select(e => (e.Queue, e.TimeNs)), Is.EqualTo(new[] { ((short)0, endMs * Bench.Ms) }));
    }

    private static string Completions(Bench bench) =>
        string.Join(' ', bench.Of(EventKind.ResetCompleted).Select(e => e.TimeNs / Bench.Ms));

    /// <summary>Interruption of queue 0 is on; I can be read under RC 02.</summary>
    private static Bench Enabled(string knobs)
    {
        var bench = new Bench("\"flags-valid-with-rc\": \"rc00-and-02\", " + knobs);
        bench.Enable();
        return bench;
    }
}
