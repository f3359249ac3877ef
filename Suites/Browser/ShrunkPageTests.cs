using OpenQA.Selenium;

namespace ApChaos.Suites.Browser;

/// <summary>The page of a shrunk history: how small it is, its certificate, its passing twin, and where it can no longer be saved.</summary>
[TestFixture]
public sealed class ShrunkPageTests
{
    private Browser browser = null!;

    [OneTimeSetUp]
    public void Start() => browser = new Browser().Open(Reports.Shrunk);

    [OneTimeTearDown]
    public void Stop() => browser?.Dispose();

    [TearDown]
    public void It_said_nothing_and_asked_nobody() => browser.AssertCalm();

    [Test]
    public void It_says_how_small_the_history_is_and_shows_the_plan_that_is_left()
    {
        Assert.That(browser.Text("#violation-title"), Does.StartWith("vfio-ap-2019-v2: nib-store-after-unpin"));
        Assert.That(browser.Text(".shrunk"), Does.Contain("it was ").And.Contain("could be missing or smaller").And.Contain("on every continuation that was tried fails"));
        Assert.That(browser.Text(".plan pre"), Does.Contain("\"faults\""));
    }

    [Test]
    public void Each_row_of_the_certificate_is_there()
    {
        browser.Script<object?>("document.querySelector('.certificate').open = true");
        int rows = browser.All(".certificate tbody tr").Count;
        Assert.That(rows, Is.Positive);
        Assert.That(browser.Text(".certificate summary"), Is.EqualTo($"The certificate: {rows} row{(rows == 1 ? "" : "s")}"));
        Assert.That(browser.All(".certificate tbody tr").Select(row => row.Text), Has.All.Match("passes|fails, but in no smaller history"));
    }

    [Test]
    public void The_passing_twin_leads_to_the_step_where_they_part()
    {
        Assert.That(browser.Text(".twin"), Does.Contain("One answer differs").And.Contain("nib-store-after-unpin does not speak"));
        IWebElement button = browser.Find(".twin button");
        string step = button.Text.Split(' ', ',')[2];
        button.Click();
        Assert.That(browser.Text("#now"), Does.Contain($"step {step} "));
    }

    [Test]
    public void The_key_n_leads_to_the_point_of_no_return()
    {
        string told = browser.All(".shrunk .facts dd").Select(fact => fact.Text).Single(text => text.StartsWith("from step ", StringComparison.Ordinal)).Split(' ')[2];
        browser.Find(".entries").SendKeys(Keys.Home);
        browser.Press("n");
        Assert.That(browser.Text("#now"), Does.Contain($"step {told} "));
        Assert.That(browser.All(".shares canvas"), Has.Count.EqualTo(1));
    }
}
