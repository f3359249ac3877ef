using System.Text.Json;
using ApChaos.Campaigns;
using ApChaos.Hosting;

namespace ApChaos.Suites.Engine.Cli;

[TestFixture]
[Parallelizable(ParallelScope.Children)]
public sealed class ListTests
{
    private static readonly string[] Kinds = ["drivers", "faults", "firmware", "operations", "oracles", "plans", "reports", "strategies"];

    private static readonly string[] Verbs = ["run", "approve", "list", "replay", "schema", "shrink"];

    [TestCaseSource(nameof(Kinds))]
    public void Each_list_has_one_line_each_and_the_same_as_json(string kind)
    {
        using var apchaos = new Apchaos();
        Ending lines = apchaos.Run("list", kind), json = apchaos.Run("list", kind, "--json");
        Assert.That((lines.ExitCode, lines.Errors, json.ExitCode, json.Errors), Is.EqualTo((0, "", 0, "")));
        JsonElement[] entries = [.. JsonDocument.Parse(json.Output).RootElement.EnumerateArray()];
        string?[] ids = [.. entries.Select(entry => entry.GetProperty("id").GetString())];
        Assert.That(lines.OutputLines.Select(line => line.Split(' ')[0]), Is.EqualTo(ids));
        Assert.That(ids, Is.Unique);
        Assert.That(entries.Select(entry => entry.GetProperty("summary").GetString()), Has.All.Not.Empty);
    }

    [Test]
    public void Json_may_stand_in_front_and_may_go_to_a_file()
    {
        using var apchaos = new Apchaos();
        string text = apchaos.Run("list", "drivers", "--json").Output;
        Assert.That(apchaos.Run("list", "--json", "drivers").Output, Is.EqualTo(text));
        Assert.That(apchaos.Run("list", "drivers", "--json", "-").Output, Is.EqualTo(text));
        Assert.That(apchaos.Run("list", "drivers", "--json", "drivers.json").Output, Is.Empty);
        Assert.That(apchaos.Get("drivers.json"), Is.EqualTo(text));
    }

    [Test]
    public void Faults_say_what_motivates_them()
    {
        using var apchaos = new Apchaos();
        Assert.That(apchaos.Run("list", "faults").OutputLines, Has.All.Match(@"^\S+ +.+ \[.+\]$"));
    }

    [Test]
    public void The_table_of_the_folder_of_faults_is_the_one_that_the_command_prints()
    {
        using var apchaos = new Apchaos();
        string readme = File.ReadAllText(Repository.Absolute("Faults/README.md"));
        Assert.That(readme, Does.Contain("\n\n" + apchaos.Run("list", "faults", "--markdown").Output + "\n"));
        Assert.That(apchaos.Run("list", "drivers", "--markdown").ExitCode, Is.EqualTo(2));
    }

    [TestCaseSource(nameof(Verbs))]
    public void Help_of_a_verb_has_examples(string verb)
    {
        using var apchaos = new Apchaos();
        Ending help = apchaos.Run(verb, "--help");
        Assert.That((help.ExitCode, help.Errors), Is.EqualTo((0, "")));
        Assert.That(help.Output, Does.Contain("\nExamples:\n  apchaos " + verb));
    }

    [Test]
    public void Help_names_every_verb_and_every_shared_option()
    {
        using var apchaos = new Apchaos();
        Ending help = apchaos.Run("--help");
        string[] options =
            ["--config", "--driver", "--plan", "--firmware", "--seed", "--runs", "--strategy", "--workers", "--budget", "--json", "--out", "--quiet", "--no-color"];
        Assert.That(options.Concat(Verbs.Select(verb => $"  {verb} ")).Where(word => !help.Output.Contains(word, StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void The_committed_schema_is_the_one_that_the_command_prints()
    {
        using var apchaos = new Apchaos();
        Assert.That(apchaos.Run("schema").Output, Is.EqualTo(File.ReadAllText(Repository.Absolute("Harness/chaos.schema.json"))));
    }

    [Test]
    public void The_shipped_configuration_is_valid()
    {
        ChaosConfig config = ChaosConfigFile.Load(null, Repository.Root);
        Campaign campaign = Campaign.Resolve(config, CampaignOverrides.None, Catalogue.Shipped, Repository.Root);
        Assert.That(campaign.Cells.Select(cell => cell.Driver.Id).Distinct(), Is.EquivalentTo(Catalogue.Shipped.Drivers.Select(driver => driver.Id)));
        Assert.That(campaign.Cells.Select(cell => cell.Plan.Name).Distinct(), Is.EquivalentTo(Catalogue.Shipped.Plans.Select(plan => plan.Name)));
    }
}
