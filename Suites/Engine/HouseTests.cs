using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace ApChaos.Suites.Engine;

/// <summary>The order of the house: what a reader may rely on in every folder and every file.</summary>
[TestFixture]
public sealed partial class HouseTests
{
    private static readonly string[] NamesThatSayNothing = ["Utils", "Util", "Utilities", "Helpers", "Helper", "Common", "Misc", "Shared"];

    [Test]
    public void Top_level_is_exactly_the_rooms_of_the_plan() =>
        Assert.That(Repository.FoldersIn("").Where(Visible), Is.EqualTo(["Drivers", "Faults", "Harness", "Reports", "Suites"]));

    [Test]
    public void Every_room_has_a_readme()
    {
        IEnumerable<string> rooms = Repository.FoldersIn("").Where(Visible).Concat(Repository.FoldersIn("Harness"));
        Assert.That(rooms.Where(room => !File.Exists(Repository.Absolute($"{room}/README.md"))), Is.Empty);
    }

    [Test]
    public void No_folder_has_a_name_that_says_nothing()
    {
        IEnumerable<string> folders = Repository.Files.SelectMany(file => file.Split('/')[..^1]).Distinct();
        Assert.That(folders.Where(name => NamesThatSayNothing.Contains(name, StringComparer.OrdinalIgnoreCase)), Is.Empty);
    }

    [Test]
    public void Every_project_is_in_the_solution()
    {
        string solution = File.ReadAllText(Repository.Absolute("ApChaos.sln")).Replace('\\', '/');
        Assert.That(Repository.Projects.Where(project => !solution.Contains($"\"{project}\"", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void Every_engine_project_is_under_the_ban_of_clocks_chance_and_threads()
    {
        string[] engine = ["Abstractions", "Machine", "Running", "Oracles", "Exploring", "Drivers", "Native", "Faults"];
        IEnumerable<string> banned = Repository.Projects
            .Where(project => (string?)XDocument.Load(Repository.Absolute(project)).Descendants("ApChaosEngine").SingleOrDefault() == "true")
            .Select(project => Path.GetFileNameWithoutExtension(project)["ApChaos.".Length..]);
        Assert.That(banned, Is.EquivalentTo(engine));
    }

    [Test]
    public void No_file_names_a_place_on_somebodys_machine()
    {
        IEnumerable<string> places = Repository.Files.Where(file => ReadText(file) is { } text && MachinePath().IsMatch(text));
        Assert.That(places, Is.Empty);
    }

    [Test]
    public void Texts_are_utf8_with_line_feeds()
    {
        IEnumerable<string> others = Repository.Files
            .Where(file => ReadText(file) is { } text && text.Contains('\r'));
        Assert.That(others, Is.Empty);
    }

    private static bool Visible(string folder) => !folder.StartsWith('.');

    // Not a part of a longer relative path, such as ../work/.
    [GeneratedRegex(@"(?<![\w.\-])/(work|root|home/\w+)/")]
    private static partial Regex MachinePath();

    /// <summary>Null for a file that is no text.</summary>
    private static string? ReadText(string file)
    {
        byte[] bytes = File.ReadAllBytes(Repository.Absolute(file));
        return bytes.AsSpan(0, Math.Min(bytes.Length, 8000)).Contains((byte)0) ? null : Encoding.UTF8.GetString(bytes);
    }
}
