using ApChaos.Abstractions;

namespace ApChaos.Suites.Engine.Abstractions;

/// <summary>The table of ap-facts §4.1, line by line.</summary>
[TestFixture]
public sealed class ResponseCodeTests
{
    private static readonly (int Code, string Name)[] Table =
    [
        (0x00, "NORMAL"), (0x01, "Q_NOT_AVAIL"), (0x02, "RESET_IN_PROGRESS"), (0x03, "DECONFIGURED"), (0x04, "CHECKSTOPPED"), (0x05, "BUSY"),
        (0x06, "INVALID_ADDRESS"), (0x07, "OTHERWISE_CHANGED"), (0x08, "INVALID_GISA"), (0x09, "Q_BOUND_TO_ANOTHER"),
        (0x0A, "STATE_CHANGE_IN_PROGRESS"), (0x0B, "Q_NOT_BOUND"), (0x10, "Q_FULL"), (0x11, "INDEX_TOO_BIG"), (0x13, "NO_FIRST_PART"),
        (0x15, "MESSAGE_TOO_BIG"), (0x16, "REQ_FAC_NOT_INST"), (0x30, "Q_BIND_ERROR"), (0x31, "Q_NOT_AVAIL_FOR_ASSOC"),
        (0x32, "Q_NOT_EMPTY"), (0x33, "BIND_LIMIT_EXCEEDED"), (0x34, "INVALID_ASSOC_SECRET"), (0x35, "ASSOC_SECRET_NOT_UNIQUE"),
        (0x36, "ASSOC_FAILED"), (0x42, "INVALID_DOMAIN"),
    ];

    [Test]
    public void Every_code_has_the_kernels_name()
    {
        foreach (var (code, name) in Table)
            Assert.That(ResponseCodeText.Name((ResponseCode)code), Is.EqualTo(name), $"{code:X2}");
    }

    [Test]
    public void Code_10_of_DQAP_is_NO_PENDING_REPLY()
    {
        Assert.That(ResponseCode.NoPendingReply, Is.EqualTo(ResponseCode.QFull));
        Assert.That(ResponseCodeText.Name(ResponseCode.NoPendingReply, dequeue: true), Is.EqualTo("NO_PENDING_REPLY"));
    }

    [Test]
    public void No_code_is_missing_and_none_is_made_up() =>
        Assert.That(Enum.GetValues<ResponseCode>().Select(code => (int)code).Distinct(), Is.EquivalentTo(Table.Select(line => line.Code)));

    [Test]
    public void Names_of_the_enumeration_are_the_kernels_names_in_another_case()
    {
        foreach (var (code, name) in Table.Where(line => line.Code != 0x10))
            Assert.That(((ResponseCode)code).ToString(), Is.EqualTo(name.Replace("_", "")).IgnoreCase);
    }

    [TestCase(0xff, "FF", Description = "the kernel's own pseudo code, never from hardware")]
    [TestCase(0x0c, "0C")]
    public void A_code_that_nobody_knows_is_printed_as_a_number(int code, string text) =>
        Assert.That(ResponseCodeText.Name((ResponseCode)code), Is.EqualTo(text));
}
