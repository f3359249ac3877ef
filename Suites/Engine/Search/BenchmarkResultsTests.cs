using ApChaos.Suites.Benchmarks;

namespace ApChaos.Suites.Engine.Search;

/// <summary>Published figures are those that were measured: the table of Suites/Benchmarks/README.md is made of the lines in Results/.</summary>
[TestFixture]
public sealed class BenchmarkResultsTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "Suites", "Benchmarks");

    [Test]
    public void The_table_of_the_readme_is_what_was_measured()
    {
        var readme = File.ReadAllText(Path.Combine(Folder, "README.md"));
        Assert.That(
            ResultTable.Replace(readme, ResultTable.Render(Path.Combine(Folder, "Results"))),
            Is.EqualTo(readme),
            "write it anew: dotnet run -c Release --project Suites/Benchmarks -- table");
    }

    [Test]
    public void Every_goal_has_a_measured_line([Range(1, 11)] int goal) =>
        Assert.That(ResultTable.Lines(Path.Combine(Folder, "Results")).Select(line => line.Goal), Does.Contain($"{goal}"));

    [Test]
    public void Every_line_says_how_it_was_measured() => Assert.That(
        ResultTable.Lines(Path.Combine(Folder, "Results")),
        Is.All.Matches<ResultLine>(line => line!.Command.StartsWith("dotnet run", StringComparison.Ordinal) && line.Rounds >= 1 && line.Load.Length > 0));

    [Test]
    public void A_table_without_a_place_is_refused() =>
        Assert.That(() => ResultTable.Replace("# Benchmarks\n", "| |"), Throws.TypeOf<BenchmarkException>());
}
