using System.Text.Json;
using System.Text.RegularExpressions;

namespace ApChaos.Native;

/// <summary>What is known of a kind of tree: tree.json.</summary>
internal sealed record TreeDescription(
    IReadOnlyList<string> Sources,
    IReadOnlyList<string> Headers,
    SortedDictionary<string, string> Borrowed,
    IReadOnlyList<TreeProbe> Probes,
    IReadOnlyList<TreeEra> Eras)
{
    private static readonly JsonSerializerOptions _options = new() { PropertyNameCaseInsensitive = true, ReadCommentHandling = JsonCommentHandling.Skip };

    /// <summary>The one of this version.</summary>
    internal static TreeDescription Shipped { get; } = JsonSerializer.Deserialize<TreeDescription>(ShimFiles.Text("tree.json"), _options)!;
}

/// <summary>A difference between kernels that is found by looking for text.</summary>
/// <param name="Name">Its name.</param>
/// <param name="About">What it means when the text is there.</param>
/// <param name="File">Where to look.</param>
/// <param name="Pattern">Regular expression.</param>
/// <param name="Define">Macros when it is there, separated by blanks.</param>
/// <param name="Otherwise">Macros when it is not.</param>
internal sealed record TreeProbe(string Name, string About, string File, string Pattern, string? Define = null, string? Otherwise = null);

/// <summary>An era of the interfaces around the driver.</summary>
/// <param name="Era">Its letter.</param>
/// <param name="About">What marks it.</param>
/// <param name="File">Where to look.</param>
/// <param name="Pattern">Regular expression.</param>
/// <param name="Supported">Whether the glue knows it.</param>
internal sealed record TreeEra(string Era, string About, string File, string Pattern, bool Supported);

/// <summary>A Linux tree of the user's, as far as the vfio_ap driver needs it: a dozen files, read and never copied.</summary>
public sealed class KernelTree
{
    private readonly SortedDictionary<string, string> _texts = new(StringComparer.Ordinal);

    private KernelTree(string path, string root)
    {
        Path = path;
        Root = root;
    }

    /// <summary>The path as the user wrote it.</summary>
    public string Path { get; }

    /// <summary>The full path.</summary>
    public string Root { get; }

    /// <summary>The name that the driver's id has: the folder's, in the characters of an id.</summary>
    public string Name { get; private set; } = "";

    /// <summary>The era of its interfaces, and what marks it.</summary>
    public string Era { get; private set; } = "";

    /// <summary>What marks the era.</summary>
    public string EraAbout { get; private set; } = "";

    /// <summary>The probes: name, what it means, whether the text is there.</summary>
    public IReadOnlyList<(string Name, string About, bool Found)> Probes { get; private set; } = [];

    /// <summary>The files that are read, relative to the root, in ordinal order.</summary>
    public IReadOnlyCollection<string> Files => _texts.Keys;

    /// <summary>Lines of the driver's own sources.</summary>
    public int SourceLines => TreeDescription.Shipped.Sources.Sum(file => _texts[file].Count(c => c == '\n'));

    /// <summary>Whether a work item of its own watches each reset (6.6 and later).</summary>
    public bool HasResetWork => Has("reset-work");

    /// <summary>Macros that the probes ask for.</summary>
    internal IReadOnlyList<string> Defines { get; private set; } = [];

    /// <summary>Whether a probe found its text.</summary>
    internal bool Has(string probe) => Probes.Any(p => p.Name == probe && p.Found);

    /// <summary>Text of a file that is read.</summary>
    internal string TextOf(string file) => _texts[file];

    /// <summary>Looks at a tree.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="folder">Folder that it is relative to, or null for the current one.</param>
    /// <returns>The tree.</returns>
    /// <exception cref="KernelTreeException">It is none, has no vfio_ap driver, or is of an era that is not known.</exception>
    public static KernelTree Open(string path, string? folder = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        string root;
        try
        {
            root = System.IO.Path.GetFullPath(folder is null ? path : System.IO.Path.Combine(folder, path));
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException or PathTooLongException)
        {
            throw new KernelTreeException($"'{path}' is no path; expected the root of a Linux source tree");
        }

        if (!Directory.Exists(root))
        {
            throw new KernelTreeException($"kernel tree '{path}' does not exist (looked at {root}); expected the root of a Linux source tree");
        }

        var tree = new KernelTree(path, root);
        tree.Read();
        tree.Probe();
        return tree;
    }

    private void Read()
    {
        var known = TreeDescription.Shipped;
        List<string> missing = [];
        foreach (var file in known.Sources.Concat(known.Headers).Concat(known.Borrowed.Values))
        {
            var full = System.IO.Path.Combine(Root, file);
            if (File.Exists(full))
            {
                _texts[file] = File.ReadAllText(full);
            }
            else
            {
                missing.Add(file);
            }
        }

        if (missing.Contains(known.Sources[0]))
        {
            throw new KernelTreeException($"kernel tree '{Path}' has no {known.Sources[0]}; expected the root of a Linux source tree that has the vfio_ap driver, of 6.1 or later");
        }

        if (missing.Count > 0)
        {
            throw new KernelTreeException($"kernel tree '{Path}' lacks {string.Join(", ", missing)}; expected these files too (a sparse checkout needs {known.Sources.Count + known.Headers.Count + known.Borrowed.Count} files)");
        }

        var name = new string([.. System.IO.Path.GetFileName(Root.TrimEnd('/')).ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '-')]).Trim('-', '.');
        Name = name.Length == 0 ? "tree" : name[..Math.Min(name.Length, 48)].Trim('-', '.');
    }

    private void Probe()
    {
        var known = TreeDescription.Shipped;
        List<string> defines = [];
        List<(string, string, bool)> probes = [];
        foreach (var probe in known.Probes)
        {
            var found = Regex.IsMatch(_texts[probe.File], probe.Pattern, RegexOptions.CultureInvariant);
            probes.Add((probe.Name, probe.About, found));
            defines.AddRange((found ? probe.Define : probe.Otherwise)?.Split(' ') ?? []);
        }

        Probes = probes;
        Defines = defines;
        var era = known.Eras.FirstOrDefault(e => Regex.IsMatch(_texts[e.File], e.Pattern, RegexOptions.CultureInvariant))
            ?? throw new KernelTreeException($"kernel tree '{Path}' is of no era that is known; {EraTable()}");
        if (!era.Supported)
        {
            throw new KernelTreeException($"kernel tree '{Path}' is of era {era.Era} ({era.About}), which is not supported; {EraTable()}");
        }

        Era = era.Era;
        EraAbout = era.About;
    }

    private static string EraTable() =>
        "expected one of: " + string.Join("; ", TreeDescription.Shipped.Eras.Where(e => e.Supported).Select(e => $"{e.Era} = {e.About}"));
}
