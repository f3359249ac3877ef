using System.Diagnostics;

namespace ApChaos.Suites.Browser;

/// <summary>The page's script and style in the repository are what their sources and the lock file make.</summary>
[TestFixture]
public sealed class AssetTests
{
    [Test]
    public void The_bundle_can_be_made_again_byte_by_byte()
    {
        Requires.Npm();
        string assets = Source.PathOf("Reports/Assets");
        DirectoryInfo scratch = Directory.CreateTempSubdirectory("apchaos-assets-");
        try
        {
            foreach (string file in Directory.GetFiles(assets).Concat(Directory.GetFiles(Path.Combine(assets, "src"))))
            {
                string copy = Path.Combine(scratch.FullName, Path.GetRelativePath(assets, file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }

            Npm(scratch.FullName, "ci", "--ignore-scripts", "--no-audit", "--no-fund");
            Npm(scratch.FullName, "run", "build");
            foreach (string file in Directory.GetFiles(Path.Combine(assets, "dist")))
            {
                Assert.That(
                    File.ReadAllBytes(Path.Combine(scratch.FullName, "dist", Path.GetFileName(file))),
                    Is.EqualTo(File.ReadAllBytes(file)),
                    $"{Path.GetFileName(file)} is not what Reports/Assets/src makes; 'npm ci && npm run build' there, and commit dist");
            }
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    [Test]
    public void The_lock_file_names_no_registry() =>
        Assert.That(File.ReadAllText(Source.PathOf("Reports/Assets/package-lock.json")), Does.Not.Contain("\"resolved\"").And.Not.Contain("http"));

    private static void Npm(string folder, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("npm", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, $"npm {string.Join(' ', arguments)}\n{output.Result}{errors.Result}");
    }
}
