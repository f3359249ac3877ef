using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ApChaos.Campaigns;
using ApChaos.Hosting;
using ApChaos.Machine;
using ApChaos.Reports;
using ApChaos.Running;

namespace ApChaos.Suites.Engine.Reports;

/// <summary>The page as a text: its data is approved, and nothing in it can become markup. Suites/Browser opens it.</summary>
[TestFixture]
public sealed partial class HtmlReportTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    private static readonly Lazy<CampaignResult> Small = new(RunSmall);

    [Test]
    public Task Data_of_a_campaign([Values("AsExpected", "Hostile")] string sample) => Verify(string.Join('\n', Parts(new HtmlReport().ToText(Of(sample)))
        .Select(part => $"{part.Id}: {JsonSerializer.Serialize(JsonDocument.Parse(part.Json), Indented)}"))).UseDirectory("Approved");

    [Test]
    public void What_comes_from_outside_is_plain_ascii_without_any_sign_of_markup()
    {
        foreach (CampaignResult result in (CampaignResult[])[SampleResults.Hostile(), Small.Value])
        {
            foreach ((string id, string json) in Parts(new HtmlReport().ToText(result)))
                Assert.That(json.Where(c => c is '<' or '>' or '&' or '\'' or < ' ' or > '~'), Is.Empty, id);
        }
    }

    [Test]
    public void Outside_of_its_data_the_page_says_nothing_of_the_result_but_the_verdict()
    {
        string calm = DataPart().Replace(new HtmlReport().ToText(SampleResults.Open() with { Verdict = "fail" }), "");
        Assert.That(DataPart().Replace(new HtmlReport().ToText(SampleResults.Hostile()), ""), Is.EqualTo(calm));
    }

    [Test]
    public void The_policy_of_the_page_allows_its_own_script_and_style_and_no_request()
    {
        string page = new HtmlReport().ToText(SampleResults.Nothing());
        string policy = Regex.Match(page, "http-equiv=\"Content-Security-Policy\" content=\"([^\"]*)\"").Groups[1].Value;
        Assert.That(policy, Does.StartWith("default-src 'none'; ").And.Contain("require-trusted-types-for 'script'").And.Not.Contain("unsafe"));
        Assert.That(policy, Does.Contain($"script-src '{HashOf(Regex.Match(page, "<script>(.*?)</script>", RegexOptions.Singleline))}'"));
        Assert.That(policy, Does.Contain($"style-src '{HashOf(Regex.Match(page, "<style>(.*?)</style>", RegexOptions.Singleline))}'"));
        Assert.That(Regex.Matches(page, """(src|href)="?(https?:|//)"""), Is.Empty);
    }

    [Test]
    public void Every_violation_of_a_driver_has_a_timeline_that_ends_with_it()
    {
        CampaignResult result = Small.Value;
        Dictionary<string, JsonElement> parts = Parts(new HtmlReport().ToText(result)).ToDictionary(part => part.Id, part => JsonDocument.Parse(part.Json).RootElement);
        JsonElement violations = parts["report"].GetProperty("violations");
        Assert.That(parts["report"].GetProperty("groups").GetArrayLength(), Is.GreaterThan(2));
        foreach (JsonElement group in parts["report"].GetProperty("groups").EnumerateArray())
        {
            JsonElement shown = violations[group.GetProperty("shown").GetInt32()];
            JsonElement history = parts[$"history-{shown.GetProperty("history").GetInt32()}"];
            Assert.That(history.GetProperty("violation").GetInt32(), Is.InRange(0, history.GetProperty("kind").GetArrayLength() - 1));
            Assert.That(history.GetProperty("step").EnumerateArray().Sum(step => step.GetInt32()), Is.EqualTo(shown.GetProperty("steps").GetInt32()));
        }
    }

    [Test]
    public void Same_campaign_same_bytes() => Assert.That(new HtmlReport().ToText(RunSmall()), Is.EqualTo(new HtmlReport().ToText(Small.Value)));

    [Test]
    public void A_history_that_ends_otherwise_than_recorded_is_not_shown()
    {
        CampaignResult result = Small.Value;
        CampaignResult forged = result with
        {
            Cells = [.. result.Cells.Select(cell => cell with { Violations = [.. cell.Violations.Select(v => v with { File = v.File! with { Hash = v.File.Hash + 1 } })] })],
        };
        Assert.That(Parts(new HtmlReport().ToText(forged)).Select(part => part.Id), Is.EqualTo(["report", "texts"]));
    }

    private static CampaignResult RunSmall()
    {
        IReadOnlyList<FirmwareProfile> profiles = FirmwareFile.LoadShipped();
        var campaign = new Campaign
        {
            Seed = "html",
            Runs = 10,
            Topology = TopologySpec.Default,
            Budgets = RunBudgets.Default,
            Catalogue = Catalogue.Shipped,
            Out = "artifacts",
            Formats = [],
            Cells =
            [
                .. from driver in (string[])["vfio-ap-2019-v2", "vfio-ap-6.6"]
                   from plan in (string[])["reset-storm", "slow-reset"]
                   select new CampaignCell(
                       DriverSource.Resolve(driver, Catalogue.Shipped)[0],
                       Catalogue.Shipped.FindPlans(plan)[0],
                       profiles.Single(profile => profile.Id == "irq-off-at-end"),
                       new SortedSet<string>(["pin-leak"], StringComparer.Ordinal)),
            ],
        };
        return new CampaignRunner(campaign).Run(2, null, null, CancellationToken.None);
    }

    private static CampaignResult Of(string sample) => sample switch
    {
        "AsExpected" => SampleResults.AsExpected(),
        _ => SampleResults.Hostile(),
    };

    private static IEnumerable<(string Id, string Json)> Parts(string page) =>
        DataPart().Matches(page).Select(match => (match.Groups["id"].Value, match.Groups["json"].Value));

    private static string HashOf(Match match) => "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(match.Groups[1].Value)));

    [GeneratedRegex("""<script type="application/json" id="(?<id>[^"]+)">(?<json>.*?)</script>\n""", RegexOptions.Singleline)]
    private static partial Regex DataPart();
}
