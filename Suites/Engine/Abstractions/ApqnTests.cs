using ApChaos.Abstractions;

namespace ApChaos.Suites.Engine.Abstractions;

/// <summary>APQNs (ap-facts §1): <c>(APID &lt;&lt; 8) | APQI</c>, printed <c>cc.qqqq</c> in hexadecimal.</summary>
[TestFixture]
public sealed class ApqnTests
{
    [TestCase(0x16, 0x05, 0x1605, "16.0005")]
    [TestCase(0, 0, 0, "00.0000")]
    [TestCase(255, 255, 0xffff, "ff.00ff")]
    [TestCase(5, 71, 0x0547, "05.0047")]
    public void Adapter_and_domain_make_the_number_and_the_text(int adapter, int domain, int number, string text)
    {
        var apqn = new Apqn(adapter, domain);
        Assert.That(apqn.Value, Is.EqualTo(number));
        Assert.That(apqn.ToString(), Is.EqualTo(text));
    }

    [Test]
    public void Every_APQN_comes_back_from_its_text_and_from_its_parts()
    {
        for (int number = 0; number <= 0xffff; number++)
        {
            var apqn = new Apqn((ushort)number);
            Assert.That(Apqn.TryParse(apqn.ToString(), out Apqn parsed) && parsed == apqn, Is.True, apqn.ToString());
            Assert.That(new Apqn(apqn.Adapter, apqn.Domain), Is.EqualTo(apqn));
        }
    }

    [TestCase("5.4", 0x0504)]
    [TestCase("05.4", 0x0504)]
    [TestCase("0A.00fF", 0x0aff)]
    public void Leading_zeros_and_case_do_not_matter(string text, int number)
    {
        Assert.That(Apqn.TryParse(text, out Apqn apqn), Is.True);
        Assert.That(apqn.Value, Is.EqualTo(number));
    }

    [TestCase("")]
    [TestCase(".")]
    [TestCase("05")]
    [TestCase("05.")]
    [TestCase(".0004")]
    [TestCase("005.0004")]
    [TestCase("05.00004")]
    [TestCase("05.0100", Description = "a domain is 8 bits")]
    [TestCase("05.0004.1")]
    [TestCase("0g.0004")]
    [TestCase(" 5.0004")]
    [TestCase("05. 004")]
    [TestCase("-5.0004")]
    [TestCase("05.-001")]
    [TestCase("0x5.4")]
    public void What_is_no_APQN_is_refused(string text) => Assert.That(Apqn.TryParse(text, out _), Is.False);

    [Test]
    public void They_are_ordered_by_adapter_and_then_by_domain() => Assert.That(
        new[] { new Apqn(6, 1), new Apqn(5, 71), new Apqn(5, 4), new Apqn(255, 0) }.Order().Select(apqn => apqn.ToString()),
        Is.EqualTo(["05.0004", "05.0047", "06.0001", "ff.0000"]));
}
