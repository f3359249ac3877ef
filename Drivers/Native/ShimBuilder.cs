using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace ApChaos.Native;

/// <summary>
/// Compiles the driver of a tree with the shim into a shared library, or into a program of its own. What is compiled stays in a cache on the user's computer, under the
/// hash of everything that it was made from; nothing of it is ever part of this program.
/// </summary>
public static class ShimBuilder
{
    /// <summary>Builds the driver of a tree, or takes it from the cache.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="options">How it is compiled; null for the usual way.</param>
    /// <param name="cache">Folder of the cache, or null for the user's.</param>
    /// <returns>The program that can be run.</returns>
    /// <exception cref="KernelTreeException">There is no compiler, or the driver does not compile.</exception>
    public static NativeProgram Build(KernelTree tree, NativeOptions? options = null, string? cache = null)
    {
        ArgumentNullException.ThrowIfNull(tree);
        var how = options ?? NativeOptions.None;
        var toolchain = new Toolchain(how);
        var folder = Path.Combine(cache ?? CacheFolder(), KeyOf(tree, toolchain));
        var binary = Path.Combine(folder, toolchain.BinaryName);
        var cached = File.Exists(binary);
        if (!cached)
        {
            BuildInto(tree, toolchain, folder, binary);
        }

        return new NativeProgram(tree, how, binary, cached);
    }

    /// <summary>The user's cache folder.</summary>
    /// <returns>A path; it need not exist.</returns>
    public static string CacheFolder()
    {
#pragma warning disable RS0030 // Where compiled drivers are kept decides nothing about a run.
        var home = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
#pragma warning restore RS0030
        return Path.Combine(
            string.IsNullOrEmpty(home) ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache") : home, "apchaos", "kernel");
    }

    private static string KeyOf(KernelTree tree, Toolchain toolchain)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Add(string text) => hash.AppendData(Encoding.UTF8.GetBytes(text + "\0"));
        Add(toolchain.Version);
        Add(tree.Root);
        foreach (var text in toolchain.AllFlags.Concat(tree.Defines).Concat(tree.Files).Concat(tree.Files.Select(tree.TextOf)))
        {
            Add(text);
        }

        foreach (var name in ShimFiles.Names)
        {
            Add(name);
            Add(ShimFiles.Text(name));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..24];
    }

    /// <summary>In a folder beside the final one, in which the binary appears at once and whole.</summary>
    private static void BuildInto(KernelTree tree, Toolchain toolchain, string folder, string binary)
    {
        var parent = Path.GetDirectoryName(folder)!;
        Directory.CreateDirectory(parent);
        var work = Directory.CreateTempSubdirectory("apchaos-kernel-").FullName;
        try
        {
            foreach (var name in ShimFiles.Names.Where(name => name.Contains('/', StringComparison.Ordinal)))
            {
                Write(Path.Combine(work, name), ShimFiles.Text(name));
            }

            WriteIncludes(tree, Path.Combine(work, "inc"));
            Directory.CreateDirectory(folder);
            var sources = TreeDescription.Shipped.Sources.Select(file => Path.Combine(tree.Root, file))
                .Concat(ShimFiles.Names.Where(toolchain.Needs).Select(name => Path.Combine(work, name))).ToList();

            // Counts of lines go beside the objects, so those of the driver stay.
            var objects = sources.Select((source, i) => Path.Combine(toolchain.KeepsObjects && source.StartsWith(tree.Root, StringComparison.Ordinal) ? folder : work, $"{i}.o")).ToList();
            Require(tree, Compiler.RunAll(toolchain.Gcc, [.. sources.Select((source, i) => Arguments(tree, toolchain, work, source, objects[i]))], work));

            var made = Path.Combine(work, toolchain.BinaryName);
            Require(tree, Compiler.RunAll(toolchain.Gcc, [[.. toolchain.LinkFlags, "-Wl,-z,now", "-o", made, .. objects, "-lrt"]], work));
            var beside = binary + "." + Path.GetFileName(work);
            File.Copy(made, beside, overwrite: true);
            File.Move(beside, binary, overwrite: true);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static void Require(KernelTree tree, IReadOnlyList<(int Code, string Output)> runs)
    {
        foreach (var (code, output) in runs)
        {
            if (code != 0)
            {
                throw new KernelTreeException(Explain(tree, output));
            }
        }
    }

    private static List<string> Arguments(KernelTree tree, Toolchain toolchain, string work, string source, string compiled)
    {
        var isRuntime = source.StartsWith(Path.Combine(work, "runtime"), StringComparison.Ordinal);
        List<string> arguments = [.. toolchain.FlagsOf(isRuntime, isDriver: source.StartsWith(tree.Root + "/", StringComparison.Ordinal)), .. tree.Defines.Select(define => "-D" + define)];
        arguments.Add($"-DAPX_TREE_AP_H=\"{Path.Combine(tree.Root, TreeDescription.Shipped.Borrowed["asm/ap.h"])}\"");
        if (!isRuntime)
        {
            arguments.AddRange(["-I" + Path.Combine(work, "inc"), "-I" + Path.Combine(work, "shim"), "-I" + Path.Combine(work, "glue")]);
            arguments.Add("-I" + Path.Combine(tree.Root, "drivers/s390/crypto"));
        }

        arguments.AddRange(["-c", source, "-o", compiled]);
        return arguments;
    }

    /// <summary>One line for each header that anybody includes: it leads to the shim, or to the tree's own.</summary>
    private static void WriteIncludes(KernelTree tree, string folder)
    {
        var headers = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var file in tree.Files)
        {
            foreach (Match match in Regex.Matches(tree.TextOf(file), @"^[ \t]*#[ \t]*include[ \t]*<([^>]+)>", RegexOptions.Multiline | RegexOptions.CultureInvariant))
            {
                headers.Add(match.Groups[1].Value);
            }
        }

        foreach (var header in headers)
        {
            Write(Path.Combine(folder, header), "#include \"kernel.h\"\n");
        }

        foreach (var (header, file) in TreeDescription.Shipped.Borrowed)
        {
            Write(Path.Combine(folder, header), header == "asm/ap.h" ? "#include \"../../shim/ap.h\"\n" : $"#include \"{Path.Combine(tree.Root, file)}\"\n");
        }
    }

    private static void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    /// <summary>Makes one line of the compiler's page: the name that is missing, who needs it, where the tree defines it, the era.</summary>
    private static string Explain(KernelTree tree, string output)
    {
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var error = lines.FirstOrDefault(line => line.Contains("undefined reference", StringComparison.Ordinal))
            ?? lines.FirstOrDefault(line => line.Contains("error:", StringComparison.Ordinal))
            ?? lines.FirstOrDefault() ?? "gcc said nothing";
        error = error.Replace(tree.Root + "/", "", StringComparison.Ordinal).Trim();
        var name = Regex.Match(
            error,
            @"(?:implicit declaration of function|undefined reference to|unknown type name|storage size of|has no member named) ['‘`]([^'’]+)['’]|['‘]([^'’]+)['’] undeclared|expected [^;]* before ['‘]([^'’]+)['’]",
            RegexOptions.CultureInvariant);
        var symbol = name.Groups.Cast<Group>().Skip(1).FirstOrDefault(group => group.Success)?.Value.Split(' ')[^1];
        var start = $"kernel tree '{tree.Path}' (era {tree.Era}: {tree.EraAbout}) needs ";
        return symbol is null
            ? $"{start}something that the shim does not have: {error}; expected a tree whose driver compiles, or a shim that knows it (Drivers/Native/shim)"
            : $"{start}the name '{symbol}' of {HeaderOf(tree, symbol)}, which the shim does not have: {error}; expected it in Drivers/Native/shim/kernel.h";
    }

    /// <summary>The header of the tree that has a name, as far as the tree is there; else the headers that the driver includes.</summary>
    private static string HeaderOf(KernelTree tree, string symbol)
    {
        var word = new Regex($@"(?<![A-Za-z0-9_]){Regex.Escape(symbol)}(?![A-Za-z0-9_])", RegexOptions.CultureInvariant);
        var included = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var file in TreeDescription.Shipped.Sources.Concat(TreeDescription.Shipped.Headers))
        {
            foreach (Match match in Regex.Matches(tree.TextOf(file), @"#[ \t]*include[ \t]*<([^>]+)>", RegexOptions.CultureInvariant))
            {
                included.Add(match.Groups[1].Value);
            }
        }

        foreach (var header in included)
        {
            foreach (var place in (string[])["include", "arch/s390/include", "include/uapi", "arch/s390/include/uapi"])
            {
                var file = Path.Combine(tree.Root, place, header);
                if (File.Exists(file) && word.IsMatch(File.ReadAllText(file)))
                {
                    return $"<{header}>";
                }
            }
        }

        return included.Count == 0 ? "an unknown header" : $"one of <{string.Join(">, <", included)}>";
    }
}
