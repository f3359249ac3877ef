using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using ApChaos.Native;

namespace ApChaos.Suites.Native;

/// <summary>Where trees come from: the toy of this folder, real ones from the user's cache, and copies with changed lines.</summary>
internal static class Trees
{
    private const string Ops = "drivers/s390/crypto/vfio_ap_ops.c";
    private static readonly bool _isCi = Environment.GetEnvironmentVariable("CI") == "true";

    /// <summary>The toy driver.</summary>
    internal static string Toy { get; } = Path.Combine(Here(), "toytree");

    /// <summary>Skips the test when there is no compiler; with CI=true that is a failure.</summary>
    internal static void NeedCompiler() => Need("gcc", "gcc");

    /// <summary>Skips the test when there is no compiler for s390x, or nothing to run its programs with.</summary>
    internal static void NeedS390x()
    {
        Need("s390x-linux-gnu-gcc", "gcc-s390x-linux-gnu");
        Need("qemu-s390x", "qemu-user");
    }

    private static void Need(string tool, string package)
    {
        try
        {
            Process.Start(new ProcessStartInfo(tool, "--version") { RedirectStandardOutput = true })!.WaitForExit();
        }
        catch (Win32Exception)
        {
            Missing($"{tool} is not there: install it (Debian: apt-get install {package})");
        }
    }

    /// <summary>A real tree, or the test is skipped.</summary>
    /// <param name="name">Name of Debian's package, for instance <c>linux-source-6.1</c>.</param>
    internal static string Real(string name)
    {
        NeedCompiler();
        var path = Path.Combine(Path.GetDirectoryName(ShimBuilder.CacheFolder())!, "trees", name);
        if (!File.Exists(Path.Combine(path, Ops)))
        {
            Missing($"{path} is not there: .ci/kernel-trees takes it out of Debian's package {name}");
        }

        return path;
    }

    /// <summary>A copy of a tree with changes in its main source.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="changes">What is put in the place of what; each text must be there.</param>
    internal static TemporaryTree Changed(string tree, params (string From, string To)[] changes)
    {
        var copy = TemporaryTree.Of(KernelTree.Open(tree));
        copy.Edit(Ops, text =>
        {
            foreach (var (from, to) in changes)
            {
                Assert.That(text, Does.Contain(from), "the place of the change");
                text = text.Replace(from, to, StringComparison.Ordinal);
            }

            return text;
        });
        return copy;
    }

    /// <summary>A copy of a tree with a pattern of its main source replaced.</summary>
    internal static TemporaryTree Mutant(string tree, string pattern, string replacement)
    {
        var copy = TemporaryTree.Of(KernelTree.Open(tree));
        copy.Edit(Ops, text =>
        {
            Assert.That(text, Does.Match(pattern), "the place of the change");
            return Regex.Replace(text, pattern, replacement, RegexOptions.CultureInvariant);
        });
        return copy;
    }

    private static void Missing(string message)
    {
        if (_isCi)
        {
            Assert.Fail(message);
        }

        Assert.Ignore(message);
    }

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}

/// <summary>A copy of the few files of a tree that are read; gone with the test.</summary>
internal sealed class TemporaryTree : IDisposable
{
    private TemporaryTree(string path) => Path = path;

    internal string Path { get; }

    internal static TemporaryTree Of(KernelTree tree)
    {
        var copy = new TemporaryTree(Directory.CreateTempSubdirectory("apchaos-tree-").FullName);
        foreach (var file in tree.Files)
        {
            var to = System.IO.Path.Combine(copy.Path, file);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(to)!);
            File.Copy(System.IO.Path.Combine(tree.Root, file), to);
        }

        return copy;
    }

    internal void Edit(string file, Func<string, string> change)
    {
        var path = System.IO.Path.Combine(Path, file);
        File.WriteAllText(path, change(File.ReadAllText(path)));
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
