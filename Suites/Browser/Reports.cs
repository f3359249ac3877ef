using System.Diagnostics;

namespace ApChaos.Suites.Browser;

/// <summary>The pages that are opened, made once by the real command in a folder of their own.</summary>
[SetUpFixture]
internal sealed class Reports
{
    private const string Polling = """
        public sealed class Polling : VfioApDriver
        {
            public override string Id => "polling";
            public override string Summary => "asks a hundred times a millisecond";
            protected override async ApTask<int> ResetQueue(ApQueue queue)
            {
                for (var ms = 0; ms < 1200; ms++)
                {
                    for (var i = 0; i < 110; i++) await Tapq(queue.Apqn);
                    await Msleep(1);
                }
                return 0;
            }
        }
        """;

    /// <summary>A text that would do harm if anybody took it for markup.</summary>
    public const string Evil = "<img src=x onerror=alert(1)>";

    private const string Hostile = """
        public sealed class Hostile : VfioApDriver
        {
            public override string Id => "hostile";
            public override string Summary => "logs markup";
            protected override async ApTask<int> ResetQueue(ApQueue queue)
            {
                await Zapq(queue.Apqn);
                await Warn(queue.Apqn, Op.Zapq, "<img src=x onerror=alert(1)></script><script>alert(2)</script>");
                await FreeIrqResources(queue);
                await Log(queue.Apqn, Op.Zapq, "<svg onload=alert(3)>");
                return 0;
            }
        }
        """;

    private static string folder = "";

    /// <summary>The shipped campaign, with fewer runs.</summary>
    public static string Shipped => Page("shipped/report.html");

    /// <summary>The campaign of a driver whose log lines are markup.</summary>
    public static string OfHostileDriver => Page("hostile/report.html");

    /// <summary>The replay of a history of more than 100,000 entries.</summary>
    public static string Long => Page("long.html");

    /// <summary>A history of the shipped campaign, shrunk.</summary>
    public static string Shrunk => Page("minimal.html");

    [OneTimeSetUp]
    public void Make()
    {
        if (Requires.Find("chromium") is null)
            return;
        folder = Directory.CreateTempSubdirectory("apchaos-browser-").FullName;
        Run("run", "--config", Source.PathOf("chaos.json"), "--runs", "5", "--out", "shipped", "--quiet");
        string failure = Directory.GetFiles(Path.Combine(folder, "shipped/failures"), "vfio-ap-2019-v2--*--nib-store-after-unpin.json").Order(StringComparer.Ordinal).First();
        Run("shrink", failure, "--out", "minimal.json", "--html", "minimal.html", "--quiet");

        File.WriteAllText(Path.Combine(folder, "hostile.csx"), Hostile);
        File.WriteAllText(Path.Combine(folder, "polling.csx"), Polling);
        File.WriteAllText(Path.Combine(folder, "hostile.json"), Config("hostile", "slow-reset", 30));
        File.WriteAllText(Path.Combine(folder, "polling.json"), Config("polling", "calm", 1));
        Run("run", "--config", "hostile.json", "--out", "hostile", "--quiet");
        Run("run", "--config", "polling.json", "--out", "polling", "--quiet");
        string history = Directory.GetFiles(Path.Combine(folder, "polling/failures"), "*lock-held-too-long.json").Single();
        Run("replay", history, "--html", "long.html", "--quiet");
    }

    [OneTimeTearDown]
    public void Remove()
    {
        if (folder.Length > 0)
            Directory.Delete(folder, recursive: true);
    }

    private static string Config(string driver, string plan, int runs) => $$"""
        { "runs": {{runs}}, "drivers": ["script:{{driver}}.csx"], "plans": ["{{plan}}"], "firmware": ["irq-off-at-end"], "reports": { "formats": ["html"] } }
        """;

    private static string Page(string name) => new Uri(Path.Combine(folder, name)).AbsoluteUri;

    /// <summary>Whatever the verdict is: what counts is the page.</summary>
    private static void Run(params string[] arguments)
    {
        var place = new DirectoryInfo(AppContext.BaseDirectory);
        string program = Source.PathOf(Path.Combine("Harness/Cli/bin", place.Parent!.Name, place.Name, "apchaos.dll"));
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.AnyOf(0, 1, 3), $"{string.Join(' ', arguments)}\n{output.Result}{errors.Result}");
    }
}
