using ApChaos.Abstractions;

namespace ApChaos.Suites.Engine.Abstractions;

/// <summary>The status word and the registers around it, bit for bit (ap-facts §4, §5.1, §7.1). Bit 0 is the most significant.</summary>
[TestFixture]
public sealed class ApqSwTests
{
    // ap-facts §4, the column "Mask (of 32)".
    private static readonly (string Flag, uint Mask, Func<ApqSw, bool> Read)[] Flags =
    [
        ("E", 0x80000000, status => status.QueueEmpty),
        ("R", 0x40000000, status => status.RepliesWaiting),
        ("F", 0x20000000, status => status.QueueFull),
        ("A", 0x02000000, status => status.Async),
        ("I", 0x01000000, status => status.IrqEnabled),
    ];

    // ap-facts §7.1: field, first and last bit of 64.
    private static readonly (string Field, AqicControl Control, ulong Gisa, int First, int Last, ulong Value)[] Controls =
    [
        ("ir", new AqicControl(true, 0, 0, -1), 0, 16, 16, 1),
        ("gisc", new AqicControl(false, 5, 0, -1), 0, 21, 23, 5),
        ("gisc, all bits", new AqicControl(false, 7, 0, -1), 0, 21, 23, 7),
        ("gisa, lowest bit", new AqicControl(false, 0, 0, 0), 0x10, 33, 59, 1),
        ("gisa, all bits", new AqicControl(false, 0, 0, 0), 0x7ffffff0, 33, 59, 0x7ffffff),
        ("isc", new AqicControl(false, 0, 6, -1), 0, 61, 63, 6),
    ];

    [Test]
    public void Each_flag_is_read_from_its_own_bit_and_from_no_other()
    {
        for (int bit = 0; bit < 32; bit++)
        {
            var status = new ApqSw(0x80000000 >> bit);
            foreach (var (flag, mask, read) in Flags)
                Assert.That(read(status), Is.EqualTo(mask == status.Word), $"{flag} with bit {bit}");
        }
    }

    [Test]
    public void Masks_are_those_of_the_architecture() => Assert.That(
        new[]
        {
            ApqSw.QueueEmptyMask, ApqSw.RepliesWaitingMask, ApqSw.QueueFullMask, ApqSw.AsyncMask, ApqSw.IrqEnabledMask, ApqSw.ResponseCodeMask,
        },
        Is.EqualTo(new[] { 0x80000000, 0x40000000u, 0x20000000u, 0x02000000u, 0x01000000u, 0x00FF0000u }));

    [Test]
    public void Response_code_is_bits_8_to_15_whatever_the_others_are([Values(0u, 0xff00ffffu)] uint others)
    {
        for (uint code = 0; code <= 0xff; code++)
            Assert.That((uint)new ApqSw(others | (code << 16)).ResponseCode, Is.EqualTo(code));
    }

    [Test]
    public void A_status_word_of_a_response_code_alone_has_no_flag()
    {
        foreach (ResponseCode code in Enum.GetValues<ResponseCode>())
            Assert.That(new ApqSw(code).Word, Is.EqualTo((uint)code << 16));
    }

    [TestCase(0x80000000u, "RC 00 NORMAL E")]
    [TestCase(0x41000000u, "RC 00 NORMAL RI")]
    [TestCase(0x00020000u, "RC 02 RESET_IN_PROGRESS")]
    [TestCase(0x02360000u, "RC 36 ASSOC_FAILED A")]
    [TestCase(0xe3000000u, "RC 00 NORMAL ERFAI")]
    public void It_prints_the_code_its_name_and_the_flags(uint word, string text) => Assert.That(new ApqSw(word).ToString(), Is.EqualTo(text));

    [Test]
    public void Code_10_is_printed_by_the_name_that_the_instruction_gives_it()
    {
        var status = new ApqSw(0x00100000);
        Assert.That(status.ToString(dequeue: false), Is.EqualTo("RC 10 Q_FULL"));
        Assert.That(status.ToString(dequeue: true), Is.EqualTo("RC 10 NO_PENDING_REPLY"));
    }

    [Test]
    public void The_control_word_of_AQIC_has_each_field_at_its_place([Values(0, 1, 2, 3, 4, 5)] int index)
    {
        var (field, control, gisa, first, last, value) = Controls[index];
        Assert.That(control.ToRegister(gisa), Is.EqualTo(value << (63 - last)), field);
        Assert.That(value >> (last - first + 1), Is.Zero, "the expectation itself fits its field");
    }

    [Test]
    public void A_control_word_that_disables_is_zero() => Assert.That(AqicControl.Disable.ToRegister(0), Is.Zero);

    // ap-facts §5.1: from the most significant bit 8 flags, class (8), bs (2); at (8), nd (8), ml (4) and qd (4) in the right half. In
    // struct ap_tapq_hwinfo of the kernel ml and qd are the low halves of a byte each.
    [TestCase(32, 39, 8)]
    [TestCase(40, 47, 8)]
    [TestCase(52, 55, 4)]
    [TestCase(60, 63, 4)]
    [TestCase(16, 17, 2)]
    public void Each_fact_of_TAPQ_is_read_from_its_own_bits(int first, int last, int width)
    {
        ulong mask = ((1UL << (last - first + 1)) - 1) << (63 - last);
        int all = (1 << width) - 1;
        var inside = new TapqResult(default, mask);
        var outside = new TapqResult(default, ~mask);
        Assert.That(Fact(inside), Is.EqualTo(all));
        Assert.That(Fact(outside), Is.Zero);

        int Fact(TapqResult result) => first switch
        {
            32 => result.CardType,
            40 => result.DomainMax,
            52 => result.MessageLengthCode,
            60 => result.QueueDepthCode,
            _ => result.BindState,
        };
    }
}
