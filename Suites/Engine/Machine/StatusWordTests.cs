using ApChaos.Abstractions;

namespace ApChaos.Suites.Engine.Machine;

/// <summary>The flags of the status word as a queue goes through its life (ap-facts §4).</summary>
[TestFixture]
public sealed class StatusWordTests
{
    private const uint Empty = 0x80000000;
    private const uint Replies = 0x40000000;
    private const uint Full = 0x20000000;
    private const uint Async = 0x02000000;
    private const uint Irq = 0x01000000;

    [Test]
    public void A_fresh_queue_is_empty_and_does_not_interrupt() => Assert.That(new Bench().Tapq().Word, Is.EqualTo(Empty));

    [Test]
    public void E_goes_with_the_first_request_and_R_comes_with_the_first_reply()
    {
        var bench = new Bench();
        Assert.That(bench.Nqap().Word, Is.Zero, "enqueued and not yet worked on: neither empty nor replies");
        Assert.That(bench.Tapq().Word, Is.Zero);
        bench.Pass(1 * Bench.Ms);
        Assert.That(bench.Tapq().Word, Is.EqualTo(Replies));
        Assert.That(bench.Dqap().Word, Is.EqualTo(Empty), "the last reply was taken");
    }

    [Test]
    public void F_is_on_from_the_last_place_taken_until_a_reply_is_dequeued()
    {
        var bench = new Bench();
        int depth = (int)(DepthCode(bench) + 1);
        for (int i = 1; i < depth; i++)
            Assert.That(bench.Nqap(psmid: i).Word, Is.Zero);
        Assert.That(bench.Nqap(psmid: depth).Word, Is.EqualTo(Full));
        bench.Pass(1 * Bench.Ms);
        Assert.That(bench.Tapq().Word, Is.EqualTo(Replies | Full), "a reply keeps its place until it is dequeued");
        Assert.That(bench.Dqap().Word, Is.Zero);
        Assert.That(bench.Nqap(psmid: 99).Word, Is.EqualTo(Full));
    }

    [Test]
    public void I_is_on_while_interruption_is_enabled()
    {
        var bench = new Bench();
        bench.Enable();
        Assert.That(bench.Tapq().Word, Is.EqualTo(Empty | Irq));
        bench.Disable();
        Assert.That(bench.Tapq().Word, Is.EqualTo(Empty));
    }

    [Test]
    public void A_is_on_with_an_asynchronous_error_whatever_the_profile_says_of_the_other_flags(
        [Values("rc00", "rc00-and-02", "always")] string valid, [Values(0x35, 0x36)] int code)
    {
        var bench = new Bench($"\"flags-valid-with-rc\": \"{valid}\"");
        bench.Machine.RaiseAsyncError(0, (ResponseCode)code);
        uint others = valid == "always" ? Empty : 0;
        Assert.That(bench.Tapq().Word, Is.EqualTo(Async | ((uint)code << 16) | others));
    }

    // ap-facts §4, "Flags when RC != 0", and §12 FlagsValidWithRc. E=0 during a reset: empty-bit-point is "end".
    [TestCase("rc00", 0x00020000u)]
    [TestCase("rc00-and-02", 0x01020000u)]
    [TestCase("always", 0x01020000u)]
    public void Flags_under_RC_02_are_as_the_profile_says(string valid, uint word)
    {
        var bench = new Bench($"\"flags-valid-with-rc\": \"{valid}\", \"irq-off-point\": \"at-async-end\"");
        bench.Enable();
        bench.Zapq();
        Assert.That(bench.Tapq().Word, Is.EqualTo(word));
    }

    [TestCase("rc00", 0x00100000u)]
    [TestCase("rc00-and-02", 0x00100000u)]
    [TestCase("always", 0x81100000u)]
    public void Flags_under_any_other_code_are_as_the_profile_says(string valid, uint word)
    {
        var bench = new Bench($"\"flags-valid-with-rc\": \"{valid}\"");
        bench.Enable();
        Assert.That(bench.Dqap().Word, Is.EqualTo(word));
    }

    // ap-facts §5.1: GR2 is valid when RC is 00, 02, 03, 04, 05 or an asynchronous error is pending.
    [TestCase(0x00)]
    [TestCase(0x02)]
    [TestCase(0x03)]
    [TestCase(0x04)]
    [TestCase(0x05)]
    [TestCase(0x35)]
    [TestCase(0x36)]
    public void TAPQ_tells_the_hardware_facts_under(int code)
    {
        Bench bench = InstructionTests.BenchAnswering(Op.Tapq, (ResponseCode)code);
        Assert.That(bench.Tapq().ResponseCode, Is.EqualTo((ResponseCode)code));
        var result = new TapqResult(default, (ulong)bench.Gr2);

        // ap-facts §1: CEX4 = 10 and newer, up to CEX8 = 14; the highest domain of the bench is 0x47.
        Assert.That(result.CardType, Is.InRange(10, 14));
        Assert.That(result.DomainMax, Is.EqualTo(0x47));
        Assert.That(result.BindState, Is.Zero, "usable");

        // Facility bits from the most significant one: apsc, mex4k, crt4k, cca, accel, ep11, apxa. A card has one of the three modes.
        ulong modes = (result.Gr2 >> (63 - 5)) & 0b111;
        Assert.That(ulong.PopCount(modes), Is.EqualTo(1));
        bool apxa = ((result.Gr2 >> (63 - 6)) & 1) != 0;
        Assert.That(apxa, Is.EqualTo((bench.Machine.QueryConfiguration().Flags & 0x40000000) != 0), "as QCI says");
    }

    [Test]
    public void The_depth_that_TAPQ_tells_is_the_depth_that_the_queue_has()
    {
        var bench = new Bench();
        int accepted = 0;
        while (bench.Nqap(psmid: accepted).ResponseCode == ResponseCode.Normal)
            accepted++;
        Assert.That(DepthCode(bench) + 1, Is.EqualTo(accepted));
    }

    private static long DepthCode(Bench bench)
    {
        bench.Tapq();
        return new TapqResult(default, (ulong)bench.Gr2).QueueDepthCode;
    }
}
