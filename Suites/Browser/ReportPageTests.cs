using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using OpenQA.Selenium;

namespace ApChaos.Suites.Browser;

/// <summary>The report of the shipped campaign, opened from disk and used as a reader would.</summary>
[TestFixture]
public sealed class ReportPageTests
{
    private Browser browser = null!;

    [OneTimeSetUp]
    public void Start() => browser = new Browser();

    [OneTimeTearDown]
    public void Stop() => browser?.Dispose();

    [SetUp]
    public void Open()
    {
        browser.Resize(1400, 1000, mobile: false);
        browser.Wish("light");
        browser.Open(Reports.Shipped);
    }

    [TearDown]
    public void It_said_nothing_and_asked_nobody() => browser.AssertCalm();

    [Test]
    public void A_click_on_a_violation_opens_its_timeline_at_the_store_that_came_too_late()
    {
        ClickViolation("vfio-ap-2019-v2", "nib-store-after-unpin");
        Assert.That(browser.Text("#violation-title"), Does.StartWith("vfio-ap-2019-v2: nib-store-after-unpin"));
        Assert.That(browser.Text("#now"), Does.Contain("VIOLATION").And.Contain("store NIB"));
        Assert.That(browser.All(".lanes canvas"), Has.Count.EqualTo(1));
        Assert.That(browser.Text(".story tr.violation"), Does.Contain("VIOLATION"));
        Assert.That(browser.Text(".story tr.cause"), Does.Contain("vfio_unpin_pages"));
    }

    [Test]
    public void Keys_step_through_the_history_and_the_state_follows()
    {
        ClickViolation("vfio-ap-2019-v2", "nib-store-after-unpin");
        (int last, int count) = Position();
        Assert.That(last, Is.EqualTo(count));
        browser.Press(Keys.ArrowLeft);
        Assert.That(Position().Entry, Is.EqualTo(last - 1));
        browser.Press(Keys.ArrowRight);
        Assert.That(Position().Entry, Is.EqualTo(last));

        browser.Press("c");
        Assert.That(browser.Text("#now"), Does.Contain("vfio_unpin_pages"));
        Assert.That(browser.Text(".state"), Does.Match(@"0x[0-9a-f]+\s+pins 0 was 1"));
        browser.Press("v");
        Assert.That(Position().Entry, Is.EqualTo(last));

        // Those keys that scroll the page belong to the history only while it has the focus.
        browser.Find(".entries").SendKeys(Keys.Home);
        Assert.That(Position().Entry, Is.EqualTo(1));
        browser.Find(".entries").SendKeys(Keys.PageDown);
        Assert.That(Position().Entry, Is.EqualTo(11));
        browser.Find(".entries").SendKeys(Keys.End);
        Assert.That(Position().Entry, Is.EqualTo(last));
        Assert.That(browser.Find(".entries").GetAttribute("aria-activedescendant"), Is.EqualTo($"entry-{last - 1}"));
    }

    [Test]
    public void A_step_of_the_short_history_leads_to_its_entry()
    {
        ClickViolation("vfio-ap-2019-v2", "nib-store-after-unpin");
        browser.Find(".story tr.cause button").Click();
        Assert.That(browser.Text("#now"), Does.Contain("vfio_unpin_pages"));
    }

    [Test]
    public void Filters_and_search_rule_the_matrix_and_the_list()
    {
        int all = browser.All(".groups li").Count;
        Choose("#driver", "golden");
        Assert.That(browser.All(".groups .driver").Select(element => element.Text).Distinct(), Is.EqualTo(["golden"]));
        Assert.That(browser.All(".matrix tbody th").Select(element => element.Text).Distinct(), Is.EqualTo(["golden"]));
        browser.Find(".filters button").Click();
        Assert.That(browser.All(".groups li"), Has.Count.EqualTo(all));

        browser.Press("/");
        browser.Press("gisa-store 5.11");
        Assert.That(browser.All(".groups li").Select(element => element.Text), Is.Not.Empty.And.All.Contains("gisa-store-after-free").And.All.Contains("vfio-ap-5.11"));
        browser.Find("#search").Clear();
        browser.Find("#search").SendKeys("no such thing");
        Assert.That(browser.All(".groups li"), Is.Empty);
        Assert.That(browser.Text(".count"), Does.StartWith("0 violations"));
    }

    [Test]
    public void A_cell_of_the_matrix_leads_to_its_violations()
    {
        IWebElement cell = browser.Find(".matrix button.box");
        string[] name = cell.GetAttribute("aria-label")!.Split(": ")[0].Split(", ");
        cell.Click();
        Assert.That(browser.Text("#violation-title"), Does.StartWith(name[0] + ": "));
        Assert.That(browser.Text(".facts"), Does.Contain($"{name[1]} under {name[2]}"));
    }

    [Test]
    public void Entries_are_found_by_text_and_by_what_they_concern()
    {
        ClickViolation("vfio-ap-2019-v2", "nib-store-after-unpin");
        (_, int count) = Position();
        browser.Find("#find-entry").SendKeys("vfio_unpin");
        // Rows come and go with each key: they are read in one go, when all is drawn.
        JsonElement rows = browser.Wait("const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done(JSON.stringify([...document.querySelectorAll('.row')].map(row => row.innerText)))));");
        Assert.That(rows.EnumerateArray().Select(row => row.GetString()), Is.Not.Empty.And.All.Contains("vfio_unpin"));
        browser.Find("#find-entry").Clear();
        browser.Find("#find-entry").SendKeys(Keys.Backspace);
        string page = browser.All("#about option").Select(option => option.Text).First(text => text.StartsWith("page ", StringComparison.Ordinal));
        browser.Script<object?>("const s = document.querySelector('#about'); s.value = [...s.options].find(o => o.text === arguments[0]).value; s.dispatchEvent(new Event('change'));", page);
        Assert.That(int.Parse(Regex.Match(browser.Text(".found"), @"^\d+").Value, CultureInfo.InvariantCulture), Is.InRange(1, count - 1));
    }

    [Test]
    public void The_theme_follows_the_system_until_the_reader_says_otherwise()
    {
        string light = Background();
        browser.Wish("dark");
        string dark = Background();
        Assert.That(dark, Is.Not.EqualTo(light));
        Choose("#theme", "light");
        Assert.That(Background(), Is.EqualTo(light));
        Choose("#theme", "dark");
        browser.Wish("light");
        Assert.That(Background(), Is.EqualTo(dark));
        Choose("#theme", "");
        Assert.That(Background(), Is.EqualTo(light));
    }

    [Test]
    public void A_phone_shows_everything_without_scrolling_sideways()
    {
        browser.Resize(390, 844, mobile: true);
        browser.Open(Reports.Shipped);
        ClickViolation("vfio-ap-2019-v2", "nib-store-after-unpin");
        Assert.That(browser.Script<long>("return document.documentElement.scrollWidth"), Is.EqualTo(390));
        Assert.That(browser.Script<long>("return document.querySelector('.lanes canvas').clientWidth"), Is.InRange(280, 390));
    }

    [Test]
    public void An_address_leads_to_a_violation_and_an_entry()
    {
        ClickViolation("vfio-ap-2019-v2", "nib-store-after-unpin");
        browser.Press("c");
        (int entry, _) = Position();
        string title = browser.Text("#violation-title");
        // The page is slow to change its address on purpose.
        var address = browser.Wait($"const done = arguments[0]; const at = 'e{entry - 1}'; const look = () => location.hash.endsWith(at) ? done(JSON.stringify(location.hash)) : setTimeout(look, 50); look();");
        browser.Open(Reports.Shipped + address.GetString());
        Assert.That((browser.Text("#violation-title"), Position().Entry), Is.EqualTo((title, entry)));
    }

    [Test]
    public void It_says_what_the_runs_are_worth_and_shows_the_minimal_history()
    {
        Assert.That(browser.All(".meters meter"), Has.Count.GreaterThan(5));
        browser.Script<object?>("document.querySelectorAll('details').forEach(d => d.open = true)");
        Assert.That(browser.Text("#worth + .meters").Split('\n'), Has.All.Match(@"situations|^\S+$"));
        Assert.That(browser.All("section").Select(section => section.Text), Has.Some.Contains("Good-Turing").And.Some.Contains("were made twice"));
        ClickViolation("vfio-ap-2019-v2", "nib-store-after-unpin");
        Assert.That(browser.Text(".facts"), Does.Match(@"failures/vfio-ap-2019-v2--.*--nib-store-after-unpin\.min\.json").And.Match(@"--nib-store-after-unpin\.json"));
        Assert.That(browser.Text(".shrunk"), Does.Contain("could be missing or smaller").And.Contain("on every continuation that was tried fails"));
    }

    [Test]
    public void It_can_be_printed() => Assert.That(browser.Print().Length, Is.GreaterThan(20_000));

    private void ClickViolation(string driver, string oracle) => browser.Script<object?>(
        """
        [...document.querySelectorAll('button.group')].find(b =>
          b.querySelector('.driver').textContent === arguments[0] && b.querySelector('.oracle').textContent === arguments[1]).click();
        """,
        driver,
        oracle);

    private void Choose(string select, string value) => browser.Script<object?>(
        "const s = document.querySelector(arguments[0]); s.value = arguments[1]; s.dispatchEvent(new Event('change'));", select, value);

    private string Background() => browser.Script<string>("return getComputedStyle(document.body).backgroundColor");

    private (int Entry, int Count) Position()
    {
        int[] numbers = [.. browser.Script<string>("return document.querySelector('#now .where').textContent").Split([' ', '/'])
            .Take(2).Select(text => int.Parse(text, CultureInfo.InvariantCulture))];
        return (numbers[0], numbers[1]);
    }
}
