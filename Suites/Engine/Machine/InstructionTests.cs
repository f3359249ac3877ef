// Every instruction of ap-facts §5 with every response code of §4.1 that the emulated machine can give.
//
// Codes that it cannot give today, and why:
//   09 Q_BOUND_TO_ANOTHER, 0B Q_NOT_BOUND, 30 Q_BIND_ERROR, 31 Q_NOT_AVAIL_FOR_ASSOC, 32 Q_NOT_EMPTY, 33 BIND_LIMIT_EXCEEDED and
//   34 INVALID_ASSOC_SECRET belong to BAPQ and AAPQ, the binding instructions of secure execution, which are not emulated.
//   11 INDEX_TOO_BIG and 42 INVALID_DOMAIN need message contents (a control domain named inside a request); messages have none.
//   13 NO_FIRST_PART needs messages in several parts; a message is one part.
//   16 REQ_FAC_NOT_INST: a missing facility is found before the machine is asked (Running/GuestLifeTests).
//   FF is the kernel's own and never comes from hardware.
// Codes that one instruction gives and another does not: 06, 07, 08 are AQIC's; 10 and 15 are those of NQAP and DQAP. ZAPQ and RAPQ do
// not give 35 and 36: §4.1 and §6 point 8 let an asynchronous error last "until reset", so the reset itself must go through.

using ApChaos.Abstractions;
using ApChaos.Machine;

namespace ApChaos.Suites.Engine.Machine;

[TestFixture]
public sealed class InstructionTests
{
    private static readonly Op[] OnQueues = [Op.Tapq, Op.Zapq, Op.Rapq, Op.Aqic, Op.Nqap, Op.Dqap];

    private static readonly ResponseCode[] Impossible =
    [
        ResponseCode.QBoundToAnother, ResponseCode.QNotBound, ResponseCode.IndexTooBig, ResponseCode.NoFirstPart, ResponseCode.ReqFacNotInst,
        ResponseCode.QBindError, ResponseCode.QNotAvailForAssoc, ResponseCode.QNotEmpty, ResponseCode.BindLimitExceeded,
        ResponseCode.InvalidAssocSecret, ResponseCode.InvalidDomain,
    ];

    private static readonly ResponseCode[] OfEvery =
    [
        ResponseCode.Normal, ResponseCode.QNotAvail, ResponseCode.ResetInProgress, ResponseCode.Deconfigured, ResponseCode.Checkstopped,
        ResponseCode.Busy, ResponseCode.StateChangeInProgress,
    ];

    private static readonly (Op Op, ResponseCode Code)[] OfOne =
    [
        (Op.Aqic, ResponseCode.InvalidAddress), (Op.Aqic, ResponseCode.OtherwiseChanged), (Op.Aqic, ResponseCode.InvalidGisa),
        (Op.Nqap, ResponseCode.QFull), (Op.Nqap, ResponseCode.MessageTooBig), (Op.Dqap, ResponseCode.NoPendingReply),
        (Op.Tapq, ResponseCode.AssocSecretNotUnique), (Op.Tapq, ResponseCode.AssocFailed),
        (Op.Aqic, ResponseCode.AssocSecretNotUnique), (Op.Aqic, ResponseCode.AssocFailed),
        (Op.Nqap, ResponseCode.AssocSecretNotUnique), (Op.Nqap, ResponseCode.AssocFailed),
        (Op.Dqap, ResponseCode.AssocSecretNotUnique), (Op.Dqap, ResponseCode.AssocFailed),
    ];

    private static IEnumerable<TestCaseData> Answers =>
        OnQueues.SelectMany(op => OfEvery.Select(code => (op, code))).Concat(OfOne)
            .Select(pair => new TestCaseData(pair.Item1, pair.Item2).SetArgDisplayNames(OpText.Name(pair.Item1), $"{(int)pair.Item2:X2}"));

    private static IEnumerable<TestCaseData> Refusals => Answers.Where(data => (ResponseCode)data.Arguments[1]! != ResponseCode.Normal);

    [TestCaseSource(nameof(Answers))]
    public void An_instruction_gives_the_code_of_its_situation_and_is_recorded_with_it(Op op, ResponseCode code)
    {
        Bench bench = BenchAnswering(op, code);
        ApqSw status = Issue(bench, op, code);
        Assert.That(status.ResponseCode, Is.EqualTo(code));

        MachineEvent recorded = bench.Of(EventKind.Instruction).Last();
        Assert.That(recorded.Op, Is.EqualTo(op));
        Assert.That(recorded.A, Is.EqualTo(status.Word));
        Assert.That(recorded.Queue, Is.Zero);
    }

    [TestCaseSource(nameof(Refusals))]
    public void An_instruction_that_is_refused_does_nothing(Op op, ResponseCode code)
    {
        Bench bench = BenchAnswering(op, code);
        QueueState before = bench.Queue();
        int events = bench.Events.Count;
        Issue(bench, op, code);
        Assert.That(bench.Events.Skip(events).Select(e => e.Kind), Is.EqualTo([EventKind.Instruction]));
        Assert.That(Bytes(in bench.Queue()), Is.EqualTo(Bytes(in before)));
    }

    [Test]
    public void Every_code_of_the_table_is_tested_or_named_as_impossible() => Assert.That(
        OfEvery.Concat(OfOne.Select(pair => pair.Code)).Concat(Impossible).Distinct(),
        Is.EquivalentTo(Enum.GetValues<ResponseCode>().Distinct()));

    // ap-facts §5.1 and §5.5: synchronous, no effect on the queue.
    [Test]
    public void TAPQ_changes_nothing()
    {
        var bench = new Bench();
        bench.Nqap();
        bench.Enable();
        QueueState before = bench.Queue();
        for (int i = 0; i < 10; i++)
            bench.Tapq(guest: i % 2 == 0 ? Bench.G1 : Bench.Host);
        Assert.That(Bytes(in bench.Queue()), Is.EqualTo(Bytes(in before)));
    }

    // ap-facts §4.1: "APQN not in the configuration of the issuer"; §3: a guest has the queues of its APCB, the host those of QCI.
    [Test]
    public void A_queue_outside_its_APCB_is_not_available_to_a_guest_but_to_the_host([Values] bool ofAnother)
    {
        var bench = new Bench();
        int queue = ofAnother ? 2 : 0;
        if (!ofAnother)
            bench.Machine.SetMasks(Bench.G1, 0, 0);
        Assert.That(OnQueues.Select(op => bench.Do(op, queue, Bench.G1, b: 1, c: Bench.Nib).ResponseCode), Is.All.EqualTo(ResponseCode.QNotAvail));
        Assert.That(bench.Tapq(queue).ResponseCode, Is.EqualTo(ResponseCode.Normal));
    }

    [Test]
    public void An_APQN_that_the_machine_does_not_have_is_not_available_to_anybody()
    {
        var bench = new Bench();
        foreach (Op op in OnQueues)
        {
            ApqSw status = bench.Machine.Instruction(op, new Apqn(7, 4), ActorClass.Driver, -1, 0, 0, -1);
            Assert.That(status.Word, Is.EqualTo(0x00010000));
        }
    }

    // ap-facts §2: flags bit 1 is apxa; na and nd are the highest possible numbers; apm and aqm what is configured.
    [Test]
    public void QCI_tells_the_configuration_of_the_partition()
    {
        var bench = new Bench("\"removal-reset\": \"on-reassignment\"");
        QciResult block = bench.Machine.QueryConfiguration();
        Assert.That(block.Flags, Is.EqualTo(0x40000000));
        Assert.That(block.AdapterMax, Is.EqualTo(255), "8-bit numbers with APXA");
        Assert.That(block.DomainMax, Is.EqualTo(255));
        Assert.That((block.Adapters, block.Domains), Is.EqualTo((0b11UL, 0b11UL)));

        bench.Machine.RemoveFromConfiguration(0);
        Assert.That(bench.Machine.QueryConfiguration().Adapters, Is.EqualTo(0b10UL));

        // A deconfigured or checkstopped adapter stays in the configuration: RC 03 and 04 are answers of queues that are there.
        bench.Machine.Deconfigure(1);
        bench.Machine.Checkstop(1, on: true);
        Assert.That(bench.Machine.QueryConfiguration().Adapters, Is.EqualTo(0b10UL));
    }

    /// <summary>A bench on which the instruction on queue 0 is answered with the code.</summary>
    internal static Bench BenchAnswering(Op op, ResponseCode code)
    {
        // Adapters that are out keep their queues as they are, so that nothing but the code tells of it.
        const string kept = """
            "checkstop-reset": "keeps", "deconfig-reset": "drains", "removal-reset": "on-reassignment"
            """;
        switch (code)
        {
            case ResponseCode.QNotAvail:
                var removed = new Bench(kept);
                removed.Machine.RemoveFromConfiguration(0);
                return removed;
            case ResponseCode.ResetInProgress:
                var resetting = new Bench("""
                    "reset-duration": ["never"]
                    """);
                resetting.Rapq();
                return resetting;
            case ResponseCode.Deconfigured:
                var deconfigured = new Bench(kept);
                deconfigured.Machine.Deconfigure(0);
                return deconfigured;
            case ResponseCode.Checkstopped:
                var checkstopped = new Bench(kept);
                checkstopped.Machine.Checkstop(0, on: true);
                return checkstopped;
            case ResponseCode.Busy:
                return new Bench("""
                    "busy-model": "random"
                    """).Answer(1);
            case ResponseCode.StateChangeInProgress:
                var changing = new Bench();
                changing.Machine.StartStateChange(0, VirtualTime.Never);
                return changing;
            case ResponseCode.AssocSecretNotUnique:
            case ResponseCode.AssocFailed:
                var failed = new Bench();
                failed.Machine.RaiseAsyncError(0, code);
                return failed;
            case ResponseCode.OtherwiseChanged:
                var enabled = new Bench();
                enabled.Enable();
                return enabled;
            case ResponseCode.QFull when op == Op.Nqap:
                var full = new Bench();
                while (!full.Tapq().QueueFull)
                    full.Nqap();
                return full;
            case ResponseCode.Normal when op == Op.Dqap:
                var replied = new Bench();
                replied.Nqap();
                return replied.Pass(Bench.Ms);
            default:
                return new Bench();
        }
    }

    private static ApqSw Issue(Bench bench, Op op, ResponseCode code) => op switch
    {
        Op.Aqic when code == ResponseCode.InvalidAddress => bench.Enable(nib: 0),
        Op.Aqic when code == ResponseCode.InvalidGisa => bench.Enable(gisa: Bench.G3),
        Op.Aqic => bench.Enable(),
        Op.Nqap => bench.Nqap(length: code == ResponseCode.MessageTooBig ? ApMachine.MessageLengthMaximum + 1 : 1),
        _ => bench.Do(op, 0),
    };

    private static byte[] Bytes(in QueueState queue)
    {
        QueueState copy = queue;
        return System.Runtime.InteropServices.MemoryMarshal.AsBytes(new ReadOnlySpan<QueueState>(in copy)).ToArray();
    }
}
