using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace ApChaos.Native;

/// <summary>
/// Compiles the driver of a tree with the shim into a shared library. What is compiled stays in a cache on the user's computer, under the
/// hash of everything that it was made from; nothing of it is ever part of this program.
/// </summary>
public static class ShimBuilder
{
    // Unoptimised enough to name lines, optimised enough to run; the kernel's own rules about aliasing, overflow and char.
    private static readonly string[] _flags =
    [
        "-std=gnu11", "-O1", "-g", "-fPIC", "-fvisibility=hidden", "-fno-strict-aliasing", "-fwrapv", "-fno-delete-null-pointer-checks",
        "-funsigned-char", "-fno-omit-frame-pointer", "-fno-common", "-fno-builtin-memcpy", "-fno-stack-protector",
        "-Werror=implicit-function-declaration", "-Werror=incompatible-pointer-types", "-fdiagnostics-color=never", "-fmax-errors=20",
    ];

    /// <summary>Builds the library of a tree, or takes it from the cache.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="cache">Folder of the cache, or null for the user's.</param>
    /// <returns>The program that can be run.</returns>
    /// <exception cref="KernelTreeException">There is no compiler, or the driver does not compile.</exception>
    public static NativeProgram Build(KernelTree tree, string? cache = null)
    {
        ArgumentNullException.ThrowIfNull(tree);
        var compiler = Compiler.Find();
        var folder = Path.Combine(cache ?? CacheFolder(), KeyOf(tree, compiler));
        var library = Path.Combine(folder, "libapx.so");
        var cached = File.Exists(library);
        if (!cached)
        {
            BuildInto(tree, folder, library);
        }

        return new NativeProgram(tree, library, cached);
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

    private static string KeyOf(KernelTree tree, string compiler)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Add(string text) => hash.AppendData(Encoding.UTF8.GetBytes(text + "\0"));
        Add(compiler);
        Add(tree.Root);
        foreach (var text in _flags.Concat(tree.Defines).Concat(tree.Files).Concat(tree.Files.Select(tree.TextOf)))
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

    /// <summary>In a folder beside the final one, which appears at once and whole.</summary>
    private static void BuildInto(KernelTree tree, string folder, string library)
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
            List<string> objects = [];
            foreach (var source in TreeDescription.Shipped.Sources.Select(file => Path.Combine(tree.Root, file))
                .Concat(ShimFiles.Names.Where(name => name.EndsWith(".c", StringComparison.Ordinal)).Select(name => Path.Combine(work, name))))
            {
                var compiled = Path.Combine(work, $"{objects.Count}.o");
                Compile(tree, work, source, compiled);
                objects.Add(compiled);
            }

            var made = Path.Combine(work, "libapx.so");
            var (code, output) = Compiler.Run("gcc", ["-shared", "-Wl,-z,now", "-Wl,-z,defs", "-o", made, .. objects, "-lrt"], work);
            if (code != 0)
            {
                throw new KernelTreeException(Explain(tree, output));
            }

            Directory.CreateDirectory(folder);
            var beside = library + "." + Path.GetFileName(work);
            File.Copy(made, beside, overwrite: true);
            File.Move(beside, library, overwrite: true);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static void Compile(KernelTree tree, string work, string source, string compiled)
    {
        List<string> arguments = [.. _flags, .. tree.Defines.Select(define => "-D" + define)];
        arguments.Add($"-DAPX_TREE_AP_H=\"{Path.Combine(tree.Root, TreeDescription.Shipped.Borrowed["asm/ap.h"])}\"");
        if (!source.StartsWith(Path.Combine(work, "runtime"), StringComparison.Ordinal))
        {
            arguments.AddRange(["-I" + Path.Combine(work, "inc"), "-I" + Path.Combine(work, "shim"), "-I" + Path.Combine(work, "glue")]);
            arguments.Add("-I" + Path.Combine(tree.Root, "drivers/s390/crypto"));
        }

        var (code, output) = Compiler.Run("gcc", [.. arguments, "-c", source, "-o", compiled], work);
        if (code != 0)
        {
            throw new KernelTreeException(Explain(tree, output));
        }
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
