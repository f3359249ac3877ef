using ApChaos.Native;

namespace ApChaos.Hosting;

/// <summary>
/// How a driver gets in: an id, a pattern over ids (<c>vfio-ap-*</c>), <c>plugin:path.dll#Type</c>, <c>script:path.csx#Type</c>, where
/// <c>#Type</c> may be left out when there is one driver, or <c>kernel:path#options</c> for the vfio_ap of a
/// Linux tree, where options are those of <see cref="NativeOptions"/>.
/// </summary>
public static class DriverSource
{
    internal const string PluginPrefix = "plugin:";

    internal const string ScriptPrefix = "script:";

    internal const string KernelPrefix = "kernel:";

    private const string ExpectedPlugin = "plugin:PATH.dll#TYPE";
    private const string ExpectedScript = "script:PATH.csx";
    private const string ExpectedKernel = "kernel:PATH-OF-A-LINUX-TREE";
    private const int ScriptBytesMax = 1 << 20;

    /// <summary>The drivers that a text names.</summary>
    /// <param name="text">What the user wrote.</param>
    /// <param name="catalogue">What there is.</param>
    /// <param name="folder">Folder that the path of a plugin is relative to; null for the current one.</param>
    /// <param name="patience">How long the constructor of a plugin may take; null for the watchdog's default.</param>
    /// <returns>At least one, in the order of the catalogue.</returns>
    /// <exception cref="InputException">There is none, or the plugin cannot be used.</exception>
    public static IReadOnlyList<DriverEntry> Resolve(string text, Catalogue catalogue, string? folder = null, TimeSpan? patience = null)
    {
        if (text.StartsWith(PluginPrefix, StringComparison.Ordinal))
        {
            return [ResolvePlugin(text, folder, patience)];
        }

        if (text.StartsWith(ScriptPrefix, StringComparison.Ordinal))
        {
            return [ResolveScript(text, folder, patience)];
        }

        if (text.StartsWith(KernelPrefix, StringComparison.Ordinal))
        {
            return [ResolveKernel(text, folder)];
        }

        IReadOnlyList<DriverEntry> found = [.. catalogue.Drivers.Where(driver => IdPattern.Matches(text, driver.Id))];
        return found.Count > 0
            ? found
            : throw new InputException(InputText.Unknown("driver", text, [.. catalogue.Drivers.Select(driver => driver.Id), ExpectedPlugin, ExpectedScript, ExpectedKernel]));
    }

    /// <summary>The drivers that several texts name, each once, in the order of the texts.</summary>
    /// <param name="texts">What the user wrote.</param>
    /// <param name="catalogue">What there is.</param>
    /// <param name="folder">Folder that paths of plugins are relative to; null for the current one.</param>
    /// <param name="patience">How long the constructor of a plugin may take; null for the watchdog's default.</param>
    /// <returns>The drivers.</returns>
    /// <exception cref="InputException">A text names none, or two different drivers have one id.</exception>
    public static IReadOnlyList<DriverEntry> ResolveAll(IEnumerable<string> texts, Catalogue catalogue, string? folder = null, TimeSpan? patience = null)
    {
        var all = new List<DriverEntry>();
        foreach (var entry in texts.SelectMany(text => Resolve(text, catalogue, folder, patience)))
        {
            var other = all.Find(driver => driver.Id == entry.Id);
            if (other is null)
            {
                all.Add(entry);
            }
            else if (other.Reference != entry.Reference)
            {
                throw new InputException($"{InputText.QuotePath(other.Reference)} and {InputText.QuotePath(entry.Reference)} both have the id {InputText.Quote(entry.Id)}; expected each driver to have an id of its own");
            }
        }

        return all;
    }

    private static DriverEntry ResolvePlugin(string text, string? folder, TimeSpan? patience)
    {
        var (path, type) = SplitPlugin(text);
        var plugin = PluginAssembly.Load(path, folder, patience);
        return plugin.MakeDriverEntry(plugin.FindDriver(type));
    }

    private static DriverEntry ResolveScript(string text, string? folder, TimeSpan? patience)
    {
        var (path, type) = Split(text, ScriptPrefix, "script", ExpectedScript);
        var source = TextFile.Read(path, folder, "driver script", "the path of a script with a class that derives from VfioApDriver or Driver (*.csx)", ScriptBytesMax);
        var script = PluginAssembly.OfScript(path, ScriptHost.Default.CompileDriver(source, path), patience);
        return script.MakeDriverEntry(script.FindDriver(type));
    }

    /// <summary>Path and type of <c>plugin:PATH.dll#TYPE</c>.</summary>
    internal static (string Path, string? Type) SplitPlugin(string text) => Split(text, PluginPrefix, "plugin", ExpectedPlugin);

    private static DriverEntry ResolveKernel(string text, string? folder)
    {
        var rest = text[KernelPrefix.Length..];
        var hash = rest.LastIndexOf('#');
        var path = hash < 0 ? rest : rest[..hash];
        if (path.Trim().Length == 0 || path.Contains('\0'))
        {
            throw new InputException($"{InputText.Quote(text)} names no kernel tree; expected {ExpectedKernel}");
        }

        try
        {
            var options = hash < 0 ? NativeOptions.None : NativeOptions.Parse(rest[(hash + 1)..]);
            var program = ShimBuilder.Build(KernelTree.Open(path, folder), options);
            return new DriverEntry(program.Id, InputText.OneLine(program.Summary), text, program.CreateDriver, KernelAssumptions.All);
        }
        catch (KernelTreeException e)
        {
            throw new InputException(InputText.OneLine(e.Message));
        }
    }

    private static (string Path, string? Type) Split(string text, string prefix, string kind, string expected)
    {
        var rest = text[prefix.Length..];
        var hash = rest.LastIndexOf('#');
        var path = hash < 0 ? rest : rest[..hash];
        var type = hash < 0 ? null : rest[(hash + 1)..];
        return path.Trim().Length == 0 || path.Contains('\0') || type?.Trim().Length == 0
            ? throw new InputException($"{InputText.Quote(text)} names no {kind}; expected {expected}")
            : (path, type);
    }
}
