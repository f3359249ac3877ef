// What README.md says was found is found by the commands that it names.

using ApChaos.Suites.Engine.Cli;

namespace ApChaos.Suites.Native;

public sealed class FindingsTests
{
    private static readonly string Readme = Path.Combine(Path.GetDirectoryName(Trees.Toy)!, "README.md");
    private static readonly string Plans = Path.Combine(Path.GetDirectoryName(Trees.Toy)!, "findings.json");

    private static IEnumerable<TestCaseData> Findings() =>
        from line in File.ReadLines(Readme)
        where line.StartsWith("| linux-source-", StringComparison.Ordinal)
        let cells = line.Trim('|').Split('|', StringSplitOptions.TrimEntries)
        select new TestCaseData(cells[0], cells[1].Trim('`'), cells[3].Trim('`')).SetArgDisplayNames(cells[0], cells[1].Trim('`'));

    [Test]
    public void The_readme_lists_findings() => Assert.That(Findings().Count(), Is.GreaterThanOrEqualTo(8));

    [TestCaseSource(nameof(Findings))]
    public void It_is_found_with_these_words(string tree, string options, string says)
    {
        using var apchaos = new Apchaos();
        var end = apchaos.Run(["kernel", "run", "--config", Plans, "--kernel-tree", Trees.Real(tree), .. options.Split(' '), "--quiet"]);
        Assert.That(end.ExitCode, Is.EqualTo(1), end.Errors);
        Assert.That(string.Join(' ', end.OutputLines.Select(line => line.Trim())), Does.Contain(says));
    }
}
