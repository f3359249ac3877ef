using ApChaos.Abstractions;
using ApChaos.Machine;

namespace ApChaos.Suites.Engine.Machine;

/// <summary>Requests and replies (ap-facts §5.9, §5.10).</summary>
[TestFixture]
public sealed class FifoTests
{
    [Test]
    public void Replies_come_in_the_order_of_the_requests()
    {
        var bench = new Bench();
        for (int i = 1; i <= 5; i++)
            bench.Nqap(psmid: 100 + i);
        bench.Pass(5 * Bench.Ms);
        var replies = new List<long>();
        for (int i = 0; i < 5; i++)
        {
            Assert.That(bench.Dqap().ResponseCode, Is.EqualTo(ResponseCode.Normal));
            replies.Add(bench.Gr2);
        }

        Assert.That(replies, Is.EqualTo([101, 102, 103, 104, 105]));
        Assert.That(bench.Dqap().ResponseCode, Is.EqualTo(ResponseCode.NoPendingReply));
    }

    // ap-facts §5.9: "a 64-bit psmid (correlator)".
    [TestCase(long.MaxValue)]
    [TestCase(long.MinValue)]
    [TestCase(0x1_0000_0001)]
    [TestCase(-1)]
    [TestCase(0)]
    public void All_64_bits_of_a_correlator_come_back(long psmid)
    {
        var bench = new Bench();
        bench.Nqap(psmid: psmid);
        bench.Pass(Bench.Ms);
        bench.Dqap();
        Assert.That(bench.Gr2, Is.EqualTo(psmid));
    }

    [Test]
    public void Requests_are_worked_on_one_at_a_time()
    {
        var bench = new Bench();
        bench.Nqap(psmid: 1);
        bench.Nqap(psmid: 2);
        bench.Pass(10 * Bench.Ms);
        Assert.That(bench.Of(EventKind.ReplyReady).Select(e => (e.A, e.TimeNs)), Is.EqualTo(new[] { (1L, Bench.Ms), (2L, 2 * Bench.Ms) }));
    }

    [Test]
    public void Queues_work_beside_each_other()
    {
        var bench = new Bench();
        bench.Nqap(queue: 0);
        bench.Nqap(queue: 1);
        bench.Nqap(queue: 2);
        bench.Pass(10 * Bench.Ms);
        Assert.That(bench.Of(EventKind.ReplyReady).Select(e => e.TimeNs), Is.EqualTo(new[] { Bench.Ms, Bench.Ms, Bench.Ms }));
    }

    [Test]
    public void A_queue_takes_requests_up_to_its_depth_and_one_more_for_each_reply_taken()
    {
        var bench = new Bench();
        for (int i = 0; i < ApMachine.DepthMax; i++)
            Assert.That(bench.Nqap(psmid: i).ResponseCode, Is.EqualTo(ResponseCode.Normal));
        Assert.That(bench.Nqap().ResponseCode, Is.EqualTo(ResponseCode.QFull));
        bench.Pass(100 * Bench.Ms);
        Assert.That(bench.Nqap().ResponseCode, Is.EqualTo(ResponseCode.QFull), "replies that nobody took fill it as well");
        Assert.That(bench.Dqap().ResponseCode, Is.EqualTo(ResponseCode.Normal));
        Assert.That(bench.Nqap(psmid: 55).ResponseCode, Is.EqualTo(ResponseCode.Normal));
        Assert.That(bench.Nqap().ResponseCode, Is.EqualTo(ResponseCode.QFull));
    }

    [Test]
    public void A_message_may_be_as_long_as_TAPQ_says_and_no_longer()
    {
        var bench = new Bench();
        bench.Tapq();
        int code = new TapqResult(default, (ulong)bench.Gr2).MessageLengthCode;
        Assert.That(code * 4096, Is.EqualTo(ApMachine.MessageLengthMaximum));
        Assert.That(bench.Nqap(length: ApMachine.MessageLengthMaximum).ResponseCode, Is.EqualTo(ResponseCode.Normal));
        Assert.That(bench.Nqap(length: ApMachine.MessageLengthMaximum + 1).ResponseCode, Is.EqualTo(ResponseCode.MessageTooBig));
        Assert.That(bench.Queue().RequestCount, Is.EqualTo(1));
    }

    [Test]
    public void No_reply_yet_and_nothing_enqueued_are_told_apart_by_E()
    {
        // ap-facts §5.10: 10 = nothing to dequeue, either empty or still processing; E tells. DQAP's own flags need flags-valid "always".
        var bench = new Bench("\"flags-valid-with-rc\": \"always\"");
        Assert.That(bench.Dqap().Word, Is.EqualTo(0x80100000));
        bench.Nqap();
        Assert.That(bench.Dqap().Word, Is.EqualTo(0x00100000));
    }

    [Test]
    public void A_reply_says_who_reads_it_and_who_had_asked()
    {
        var bench = new Bench();
        bench.Nqap(guest: Bench.G1, psmid: 7);
        bench.Pass(Bench.Ms);
        bench.Machine.SetMasks(Bench.G1, 0, 0);
        bench.Machine.SetMasks(Bench.G2, 0b11, 0b11);
        Assert.That(bench.Dqap(guest: Bench.G2).ResponseCode, Is.EqualTo(ResponseCode.Normal));
        MachineEvent read = bench.Of(EventKind.Dequeued).Single();
        Assert.That((read.Guest, read.A, read.B), Is.EqualTo(((short)Bench.G2, 7L, (long)Bench.G1)));
    }

    [Test]
    public void Any_mix_of_requests_replies_and_pauses_agrees_with_two_lists()
    {
        for (ulong seed = 0; seed < 50; seed++)
            Compare(seed);
    }

    /// <summary>A naive model: two lists, and the virtual time at which the request at the front is done.</summary>
    private static void Compare(ulong seed)
    {
        var random = new RandomNumbers(seed);
        var bench = new Bench();
        var requests = new List<long>();
        var replies = new List<long>();
        long done = 0;
        for (int step = 0; step < 300; step++)
        {
            switch (random.Next(3))
            {
                case 0:
                    bool full = requests.Count + replies.Count == ApMachine.DepthMax;
                    Assert.That(bench.Nqap(psmid: step).ResponseCode, Is.EqualTo(full ? ResponseCode.QFull : ResponseCode.Normal));
                    if (!full)
                    {
                        if (requests.Count == 0)
                            done = bench.Now + Bench.Ms;
                        requests.Add(step);
                    }

                    break;

                case 1:
                    Assert.That(bench.Dqap().ResponseCode, Is.EqualTo(replies.Count == 0 ? ResponseCode.NoPendingReply : ResponseCode.Normal));
                    if (replies.Count > 0)
                    {
                        Assert.That(bench.Gr2, Is.EqualTo(replies[0]));
                        replies.RemoveAt(0);
                    }

                    break;

                default:
                    bench.Pass(random.Next(5) * (Bench.Ms / 2));
                    while (requests.Count > 0 && done <= bench.Now)
                    {
                        replies.Add(requests[0]);
                        requests.RemoveAt(0);
                        done += Bench.Ms;
                    }

                    break;
            }

            ApqSw status = bench.Tapq();
            Assert.That(
                (status.QueueEmpty, status.RepliesWaiting, status.QueueFull),
                Is.EqualTo((requests.Count + replies.Count == 0, replies.Count > 0, requests.Count + replies.Count == ApMachine.DepthMax)));
        }
    }
}
