using System.Globalization;
using OpenQA.Selenium;

namespace ApChaos.Suites.Browser;

/// <summary>A history of 100,000 entries opens and steps. How long that takes is printed, not judged.</summary>
[TestFixture]
public sealed class LongHistoryTests
{
    [Test]
    public void It_opens_steps_and_filters()
    {
        using var browser = new Browser();
        browser.Open(Reports.Long);
        double opened = browser.Number("return performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd");
        string[] place = browser.Script<string>("return document.querySelector('#now .where').textContent").Split([' ', '/']);
        int count = int.Parse(place[1], CultureInfo.InvariantCulture);
        Assert.That(count, Is.GreaterThan(100_000));
        Assert.That(browser.Script<long>("return document.querySelectorAll('.row').length"), Is.LessThan(100));

        browser.Find(".entries").SendKeys(Keys.Home);
        Assert.That(browser.Script<string>("return document.querySelector('#now .where').textContent"), Does.StartWith($"1/{count}"));
        double step = browser.Number(
            """
            const list = document.querySelector('.entries');
            const begin = performance.now();
            for (let i = 0; i < 50; i++) list.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
            return (performance.now() - begin) / 50;
            """);
        Assert.That(browser.Script<string>("return document.querySelector('#now .where').textContent"), Does.StartWith($"51/{count}"));
        browser.Find("#find-entry").SendKeys("msleep");
        Assert.That(browser.Text(".found"), Does.EndWith($"of {count}"));
        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} entries: open {opened:0} ms, step {step:0.0} ms"));
        browser.AssertCalm();
    }
}
