using ApChaos.Abstractions;

namespace ApChaos.Suites.Engine.Machine;

/// <summary>What secure execution leaves on a queue: RC 35, 36 and 0A (ap-facts §4.1, §5.3, §6 points 7 and 8; knob SeErrors).</summary>
[TestFixture]
public sealed class SecureExecutionTests
{
    [Test]
    public void A_sticky_error_is_reported_by_every_instruction_until_a_reset([Values("sticky", "off")] string knob, [Values(0x35, 0x36)] int code)
    {
        // "off" means that no error comes by itself; one that a fault raises behaves as the sources say.
        var bench = new Bench($"\"se-errors\": \"{knob}\"");
        bench.Machine.RaiseAsyncError(0, (ResponseCode)code);
        foreach (Op op in new[] { Op.Tapq, Op.Nqap, Op.Dqap, Op.Aqic, Op.Tapq })
            Assert.That(bench.Do(op, 0, b: 1, c: Bench.Nib).Word, Is.EqualTo(0x02000000u | ((uint)code << 16)), OpText.Name(op));
        Assert.That(bench.Tapq(1).ResponseCode, Is.EqualTo(ResponseCode.Normal));
        Assert.That(bench.Zapq().ResponseCode, Is.EqualTo(ResponseCode.Normal));
        bench.Pass(10 * Bench.Ms);
        Assert.That(bench.Tapq().Word, Is.EqualTo(0x80000000));
        Assert.That(bench.Of(EventKind.AsyncErrorRaised).Select(e => (e.Queue, e.A)), Is.EqualTo(new[] { ((short)0, (long)code) }));
    }

    [Test]
    public void A_transient_error_is_reported_once()
    {
        var bench = new Bench("\"se-errors\": \"transient\"");
        bench.Machine.RaiseAsyncError(0, ResponseCode.AssocFailed);
        Assert.That(new[] { bench.Tapq(), bench.Tapq() }.Select(status => (int)status.ResponseCode), Is.EqualTo([0x36, 0]));
    }

    [Test]
    public void Deconfiguring_takes_an_error_away_as_a_reset_does()
    {
        var bench = new Bench();
        bench.Machine.RaiseAsyncError(0, ResponseCode.AssocFailed);
        bench.Machine.Deconfigure(0);
        bench.Machine.Configure(0);
        Assert.That(bench.Tapq().ResponseCode, Is.EqualTo(ResponseCode.Normal));
    }

    [TestCase(ResponseCode.Normal)]
    [TestCase(ResponseCode.StateChangeInProgress)]
    [TestCase(ResponseCode.InvalidAssocSecret)]
    public void No_other_code_is_asynchronous(ResponseCode code) =>
        Assert.That(() => new Bench().Machine.RaiseAsyncError(0, code), Throws.TypeOf<ArgumentOutOfRangeException>());

    [Test]
    public void A_state_change_refuses_every_instruction_for_its_time_and_a_reset_must_be_issued_again()
    {
        var bench = new Bench();
        bench.Machine.StartStateChange(0, 30 * Bench.Ms);
        bench.Pass((30 * Bench.Ms) - 1);
        foreach (Op op in new[] { Op.Tapq, Op.Zapq, Op.Rapq, Op.Nqap, Op.Dqap, Op.Aqic })
            Assert.That(bench.Do(op, 0, b: 1, c: Bench.Nib).Word, Is.EqualTo(0x000A0000), OpText.Name(op));
        Assert.That(bench.Tapq(1).ResponseCode, Is.EqualTo(ResponseCode.Normal));
        bench.Pass(1);
        Assert.That(bench.Of(EventKind.ResetStarted), Is.Empty);
        Assert.That(bench.Zapq().ResponseCode, Is.EqualTo(ResponseCode.Normal));
        Assert.That(
            bench.Events.Where(e => e.Kind is EventKind.StateChangeStarted or EventKind.StateChangeEnded).Select(e => (e.Queue, e.A, e.TimeNs)),
            Is.EqualTo(new[] { ((short)0, 30 * Bench.Ms, 0L), ((short)0, 0L, 30 * Bench.Ms) }));
    }

    [Test]
    public void A_state_change_without_end_is_ended_from_outside()
    {
        var bench = new Bench();
        bench.Machine.StartStateChange(0, VirtualTime.Never);
        bench.Pass(VirtualTime.DurationMax);
        Assert.That(bench.Tapq().ResponseCode, Is.EqualTo(ResponseCode.StateChangeInProgress));
        bench.Machine.EndStateChange(0);
        bench.Machine.EndStateChange(0);
        Assert.That(bench.Tapq().ResponseCode, Is.EqualTo(ResponseCode.Normal));
        Assert.That(bench.Of(EventKind.StateChangeEnded).Count(), Is.EqualTo(1));
    }

    // §5.3: "the SE binding/association goes away".
    [Test]
    public void A_reset_that_completes_ends_a_state_change()
    {
        var bench = new Bench();
        bench.Zapq();
        bench.Machine.StartStateChange(0, VirtualTime.Never);
        Assert.That(bench.Tapq().ResponseCode, Is.EqualTo(ResponseCode.ResetInProgress), "02 goes before 0A");
        bench.Pass(10 * Bench.Ms);
        Assert.That(bench.Tapq().ResponseCode, Is.EqualTo(ResponseCode.Normal));
    }

    [Test]
    public void A_second_state_change_counts_from_its_own_start()
    {
        var bench = new Bench();
        bench.Machine.StartStateChange(0, 10 * Bench.Ms);
        bench.Pass(5 * Bench.Ms);
        bench.Machine.StartStateChange(0, 10 * Bench.Ms);
        bench.Pass(9 * Bench.Ms);
        Assert.That(bench.Tapq().ResponseCode, Is.EqualTo(ResponseCode.StateChangeInProgress));
        bench.Pass(1 * Bench.Ms);
        Assert.That(bench.Tapq().ResponseCode, Is.EqualTo(ResponseCode.Normal));
    }
}
