using System.Diagnostics;

namespace ApChaos.Suites.Engine.Cli;

/// <summary>The command that the README publishes: compiled ahead of time, without the sources beside it.</summary>
[TestFixture]
public sealed class PublishTests
{
    private static readonly string[] Explore = ["explore", "--driver", "vfio-ap-2019-v2", "--firmware", "irq-off-at-end", "--out", "out"];

    private readonly string _sources = Directory.CreateTempSubdirectory("apchaos-publish-").FullName;

    [OneTimeTearDown]
    public void RemoveSources() => Directory.Delete(_sources, recursive: true);

    [Test]
    public void What_is_published_says_what_is_said_by_what_is_built_and_changes_no_lock_file()
    {
        // A copy: the projects of this tree are in use by other tests.
        foreach (string file in Repository.Files.Where(file => !file.StartsWith("Suites/", StringComparison.Ordinal)))
        {
            string copy = Path.Combine(_sources, file);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(Repository.Absolute(file), copy);
        }

        Publish();
        Assert.That(Repository.Files.Where(file => Path.GetFileName(file) == "packages.lock.json" && File.Exists(Path.Combine(_sources, file))
            && File.ReadAllText(Path.Combine(_sources, file)) != File.ReadAllText(Repository.Absolute(file))), Is.Empty);
        using var apchaos = new Apchaos();
        Ending built = apchaos.Run(Explore);
        Ending published = Apchaos.Finish(Process.Start(new ProcessStartInfo(Path.Combine(_sources, "published", "apchaos"), Explore)
        {
            WorkingDirectory = apchaos.Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!);
        Assert.That(published.Output, Does.Contain("nib-store-after-unpin").And.EqualTo(built.Output));
        Assert.That((published.ExitCode, published.Errors), Is.EqualTo((built.ExitCode, built.Errors)));
    }

    private void Publish()
    {
        using Process process = Process.Start(new ProcessStartInfo("dotnet", ["publish", "Harness/Cli", "-o", "published", "--nologo", "--disable-build-servers"])
        {
            WorkingDirectory = _sources,
            RedirectStandardOutput = true,
        })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0 && output.Contains("error NU1301", StringComparison.Ordinal) && Environment.GetEnvironmentVariable("CI") != "true")
            Assert.Ignore("skipped: no package registry to get the compiler from that compiles ahead of time");

        Assert.That(process.ExitCode, Is.Zero, output);
    }
}
