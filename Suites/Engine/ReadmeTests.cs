using System.Text.RegularExpressions;

namespace ApChaos.Suites.Engine;

/// <summary>What a stranger copies out of a README is what the tests build and run.</summary>
[TestFixture]
public sealed partial class ReadmeTests
{
    private static IEnumerable<string> Readmes => Repository.Files.Where(file => Path.GetFileName(file) == "README.md");

    [Test]
    public void Every_snippet_is_the_file_that_it_names()
    {
        foreach (string readme in Readmes)
        {
            foreach (Match snippet in Snippet().Matches(File.ReadAllText(Repository.Absolute(readme))))
            {
                string source = File.ReadAllText(Repository.Absolute(snippet.Groups["file"].Value));
                Assert.That(snippet.Groups["text"].Value, Is.EqualTo(source), $"{readme}: put the text of {snippet.Groups["file"].Value} between the marks");
            }
        }
    }

    [Test]
    public void The_driver_of_the_first_page_is_complete_in_less_than_60_lines()
    {
        Match snippet = Snippet().Match(File.ReadAllText(Repository.Absolute("README.md")));
        Assert.That(snippet.Groups["text"].Value, Does.Contain(": VfioApDriver").And.Contain("using ApChaos.Abstractions;"));
        Assert.That(snippet.Groups["text"].Value.Split('\n'), Has.Length.LessThan(60));
    }

    [GeneratedRegex(@"<!-- snippet: (?<file>\S+) -->\n```\w+\n(?<text>.*?)```\n<!-- endsnippet -->", RegexOptions.Singleline)]
    private static partial Regex Snippet();
}
