namespace ApChaos.Suites.Browser;

/// <summary>What a driver says is shown, and is never anything but text.</summary>
[TestFixture]
public sealed class UntrustedTextTests
{
    [Test]
    public void A_log_line_that_is_markup_is_read_and_changes_nothing()
    {
        using var browser = new Browser();
        browser.Open(Reports.OfHostileDriver);
        string[] tags = [.. Tags(browser)];
        Assert.That(tags, Does.Not.Contain("IMG").And.Not.Contain("SVG"));
        browser.Find("#find-entry").SendKeys("<img");
        Assert.That(browser.All(".row"), Is.Not.Empty);
        Assert.That(browser.Text("#now"), Does.Contain(Reports.Evil));
        Assert.That(Tags(browser).Except(tags), Is.Empty);
        browser.AssertCalm();
    }

    private static IEnumerable<string> Tags(Browser browser) => browser.Script<IEnumerable<object>>(
        "return [...new Set([...document.querySelectorAll('*')].map(element => element.tagName))]").Cast<string>();
}
