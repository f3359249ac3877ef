using System.Runtime.CompilerServices;

namespace ApChaos.Suites.Browser;

/// <summary>The source tree that the tests were built from.</summary>
internal static class Source
{
    public static string Root { get; } = FindRoot();

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    private static string FindRoot([CallerFilePath] string here = "")
    {
        string? folder = Path.GetDirectoryName(here);
        while (folder is not null && !File.Exists(Path.Combine(folder, "ApChaos.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException($"no ApChaos.sln above {here}");
    }
}
