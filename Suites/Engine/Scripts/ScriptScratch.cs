using ApChaos.Hosting;

namespace ApChaos.Suites.Engine.Scripts;

/// <summary>A folder for scripts and their cache, and a host that uses it; both end with the test.</summary>
internal sealed class ScriptScratch : IDisposable
{
    private readonly ScriptHost former = ScriptHost.Default;

    public ScriptScratch(ScriptLimits? limits = null)
    {
        Folder = Directory.CreateTempSubdirectory("apchaos-scripts-").FullName;
        Limits = limits;
        Host = NewHost();
        ScriptHost.Default = Host;
    }

    public string Folder { get; }

    public string CacheFolder => Path.Combine(Folder, "cache");

    public ScriptLimits? Limits { get; }

    public ScriptHost Host { get; }

    public ScriptHost NewHost() => new(CacheFolder, Limits);

    public string Put(string name, string text)
    {
        string path = Path.Combine(Folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose()
    {
        ScriptHost.Default = former;
        Host.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
