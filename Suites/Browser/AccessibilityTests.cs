using System.Text.Json;
using Deque.AxeCore.Commons;

namespace ApChaos.Suites.Browser;

/// <summary>The rules of axe, on the whole page of a campaign and of a shrunk history, in both themes and on a phone.</summary>
[TestFixture]
public sealed class AccessibilityTests
{
    private Browser browser = null!;

    [OneTimeSetUp]
    public void Start() => browser = new Browser().WithoutPolicy();

    [OneTimeTearDown]
    public void Stop() => browser?.Dispose();

    [Test]
    public void Axe_finds_nothing([Values("light", "dark")] string theme, [Values(1400, 390)] int width, [Values] bool shrunk)
    {
        browser.Resize(width, 1000, mobile: width < 1000);
        browser.Wish(theme);
        browser.Open(shrunk ? Reports.Shrunk : Reports.Shipped);
        browser.Script<object?>("document.querySelectorAll('details').forEach(d => d.open = true)");
        browser.Script<object?>(new BundledAxeScriptProvider().GetScript());
        JsonElement violations = browser.Wait(
            "const done = arguments[0]; axe.run(document, { resultTypes: ['violations'] }).then(r => done(JSON.stringify(r.violations)), e => done(JSON.stringify([String(e)])));");
        Assert.That(violations.EnumerateArray().Select(Describe), Is.Empty);
    }

    private static string Describe(JsonElement violation) => violation.ValueKind == JsonValueKind.String
        ? violation.GetString()!
        : $"{violation.GetProperty("id").GetString()}: {violation.GetProperty("help").GetString()}: {violation.GetProperty("nodes")[0].GetProperty("html").GetString()}";
}
