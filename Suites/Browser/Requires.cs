namespace ApChaos.Suites.Browser;

/// <summary>What these tests need beyond the SDK. Without it they are skipped; where CI=true they fail.</summary>
internal static class Requires
{
    /// <summary>The browser and its driver.</summary>
    public static void Chromium()
    {
        Command("chromium", "chromium");
        Command("chromedriver", "chromium-driver");
    }

    /// <summary>The package manager that makes the page's script.</summary>
    public static void Npm() => Command("npm", "npm");

    /// <summary>Where a command is.</summary>
    public static string? Find(string command) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, command)).FirstOrDefault(File.Exists);

    private static void Command(string command, string package)
    {
        if (Find(command) is not null)
            return;
        string message = $"{command} is not here; to run this test: apt-get install {package}";
        if (Environment.GetEnvironmentVariable("CI") is "true" or "1")
            Assert.Fail(message);
        Assert.Ignore(message);
    }
}
