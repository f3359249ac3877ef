using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace ApChaos.Suites.Engine;

/// <summary>The source tree that the running tests were built from.</summary>
internal static class Repository
{
    private static readonly string[] Generated = ["bin", "obj", "artifacts", "node_modules", "TestResults", "StrykerOutput", "BenchmarkDotNet.Artifacts"];

    public static string Root { get; } = FindRoot();

    /// <summary>Every source file, relative to the root, with forward slashes, in ordinal order.</summary>
    public static IReadOnlyList<string> Files { get; } = [.. Walk(Root).Order(StringComparer.Ordinal)];

    public static IReadOnlyList<string> Projects { get; } = [.. Files.Where(file => file.EndsWith(".csproj", StringComparison.Ordinal))];

    public static string Absolute(string relative) => Path.Combine(Root, relative);

    /// <summary>The source folders right below the given one.</summary>
    public static IEnumerable<string> FoldersIn(string relative) => Directory.GetDirectories(Absolute(relative))
        .Where(IsSource).Select(Relative).Order(StringComparer.Ordinal);

    /// <summary>Project file name without extension → names of the projects that it refers to; not those that are only built before it.</summary>
    public static SortedDictionary<string, string[]> References()
    {
        var references = new SortedDictionary<string, string[]>(StringComparer.Ordinal);
        foreach (string project in Projects)
        {
            XDocument xml = XDocument.Load(Absolute(project));
            references.Add(
                Path.GetFileNameWithoutExtension(project),
                [.. xml.Descendants("ProjectReference").Where(item => (string?)item.Attribute("ReferenceOutputAssembly") != "false")
                    .Select(item => Path.GetFileNameWithoutExtension(((string)item.Attribute("Include")!).Replace('\\', '/')))
                    .Order(StringComparer.Ordinal)]);
        }

        return references;
    }

    private static IEnumerable<string> Walk(string folder) => Directory.GetFiles(folder)
        .Where(file => !file.Contains(".received.", StringComparison.Ordinal)).Select(Relative)
        .Concat(Directory.GetDirectories(folder).Where(IsSource).SelectMany(Walk));

    // .ci belongs to the sources; .git, .vs and the like do not. A link would leave the tree.
    private static bool IsSource(string folder)
    {
        string name = Path.GetFileName(folder);
        bool hidden = name.StartsWith('.') && name != ".ci" && name != ".config";
        return !hidden && !Generated.Contains(name) && new DirectoryInfo(folder).LinkTarget is null;
    }

    private static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static string FindRoot([CallerFilePath] string here = "")
    {
        string? folder = Path.GetDirectoryName(here);
        while (folder is not null && !File.Exists(Path.Combine(folder, "ApChaos.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException($"no ApChaos.sln above {here}");
    }
}
