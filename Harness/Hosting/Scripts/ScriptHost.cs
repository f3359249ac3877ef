using System.Globalization;
using System.Text;
using ApChaos.Abstractions;
using ApChaos.Scripts;

namespace ApChaos.Hosting;

/// <summary>What a script may use.</summary>
/// <param name="MemoryBytes">Managed memory of the process that compiles and evaluates it.</param>
/// <param name="Processor">Processor time of its evaluation: for what cannot be counted in steps.</param>
/// <param name="Patience">Real time for compiling and evaluating, the start of the process included.</param>
public sealed record ScriptLimits(long MemoryBytes, TimeSpan Processor, TimeSpan Patience)
{
    /// <summary>256 MB, 5 s, and 10 min for a machine that is busy with other things: what does not end is stopped by its steps, memory or processor time.</summary>
    public static ScriptLimits Default { get; } = new(256L << 20, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(10));
}

/// <summary>
/// Plans and drivers that are C# scripts (*.csx). A script is compiled and evaluated in a child process with limits; what it came to, a plan
/// as JSON or an assembly, is kept on disk by its content, so that a second use reads one file.
/// </summary>
/// <remarks>A process serves several scripts, then the next one; when no script has come for a while it ends.</remarks>
public sealed class ScriptHost : IDisposable
{
    /// <summary>What the name of a script ends in.</summary>
    public const string Extension = ".csx";

    private const int ScriptsPerProcess = 200;
    private const int CharactersMax = 256 << 10;

    private static readonly TimeSpan _idle = TimeSpan.FromSeconds(5);

    // Every build of the compiler, of the words and of the runtime makes entries of its own.
    private static readonly string _version =
        $"{typeof(PlanScript).Assembly.ManifestModule.ModuleVersionId} {typeof(Driver).Assembly.ManifestModule.ModuleVersionId} {Environment.Version}";

    private readonly Lock _gate = new();
    private readonly ScriptCache _cache;
    private readonly ScriptLimits _limits;
    private readonly Timer _retire;
    private ScriptProcess? _process;

    /// <summary>Makes a host.</summary>
    /// <param name="cacheFolder">Where results are kept; null for nowhere.</param>
    /// <param name="limits">What a script may use; null for <see cref="ScriptLimits.Default"/>.</param>
    public ScriptHost(string? cacheFolder, ScriptLimits? limits = null)
    {
        _cache = new ScriptCache(cacheFolder);
        _limits = limits ?? ScriptLimits.Default;
        _retire = new Timer(_ => Retire());
    }

    /// <summary>The host of this process; the command line replaces it when it is given a cache folder.</summary>
    public static ScriptHost Default { get; set; } = new(ScriptCache.DefaultFolder());

    /// <summary>How many scripts were compiled: not found in the cache.</summary>
    public int Compilations { get; private set; }

    /// <summary>How many processes were started.</summary>
    public int Processes { get; private set; }

    /// <summary>Most memory that a process was seen to hold after a script, in bytes.</summary>
    public long WorkingSetMax { get; private set; }

    /// <summary>The process that was started last, or 0.</summary>
    public int ProcessId { get; private set; }

    /// <summary>Whether a path names a script.</summary>
    /// <param name="path">The path.</param>
    /// <returns>Whether it ends in .csx.</returns>
    public static bool IsScript(string path) => path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase);

    /// <summary>Evaluates a plan script.</summary>
    /// <param name="source">Its text.</param>
    /// <param name="file">The file, as messages name it, or null.</param>
    /// <param name="catalogue">The known faults.</param>
    /// <returns>The plan: the same as if its JSON had been read.</returns>
    /// <exception cref="InputException">The script is wrong, or what it makes is no plan: with the place in the script.</exception>
    public Plan ReadPlan(string source, string? file, Catalogue catalogue)
    {
        var lines = Encoding.UTF8.GetString(Make(0, source, file)).Split('\n');
        var json = new string[lines.Length];
        var places = new (int Line, int Column)[lines.Length];
        for (var i = 0; i < lines.Length; i++)
        {
            var (colon, tab) = (lines[i].IndexOf(':'), lines[i].IndexOf('\t'));
            places[i] = (int.Parse(lines[i].AsSpan(0, colon), CultureInfo.InvariantCulture), int.Parse(lines[i].AsSpan(colon + 1, tab - colon - 1), CultureInfo.InvariantCulture));
            json[i] = lines[i][(tab + 1)..];
        }

        return new PlanReader(file, catalogue).Read(PlacedJson.Parse(string.Join('\n', json), file, line => places[Math.Clamp(line - 1, 0, places.Length - 1)]));
    }

    /// <summary>Compiles a driver script.</summary>
    /// <param name="source">Its text.</param>
    /// <param name="file">The file, as messages name it, or null.</param>
    /// <returns>An assembly that refers to ApChaos.Abstractions.</returns>
    /// <exception cref="InputException">The script is wrong: with the place.</exception>
    public byte[] CompileDriver(string source, string? file) => Make(1, source, file);

    /// <inheritdoc/>
    public void Dispose()
    {
        Retire();
        _retire.Dispose();
    }

    private byte[] Make(byte kind, string source, string? file)
    {
        CheckText(source, file);
        var key = ScriptCache.KeyOf($"{kind} {_version}", source);
        if (_cache.TryRead(key) is { } known)
        {
            return known;
        }

        var answer = Compile(kind, source);
        if (!answer.IsDone)
        {
            throw new InputException(Encoding.UTF8.GetString(answer.Bytes), file, answer.Line, answer.Column);
        }

        _cache.TryWrite(key, answer.Bytes);
        return answer.Bytes;
    }

    private ScriptAnswer Compile(byte kind, string source)
    {
        lock (_gate)
        {
            _retire.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            Compilations++;
            if (_process is null)
            {
                _process = ScriptProcess.Start(_limits);
                Processes++;
                ProcessId = _process.Id;
            }

            try
            {
                var answer = _process.Ask(kind, source);
                WorkingSetMax = Math.Max(WorkingSetMax, _process.WorkingSet);
                return answer;
            }
            finally
            {
                if (!_process.IsUsable || _process.Answered == ScriptsPerProcess)
                {
                    _process.Dispose();
                    _process = null;
                }

                _retire.Change(_idle, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void Retire()
    {
        lock (_gate)
        {
            _process?.Dispose();
            _process = null;
        }
    }

    /// <summary>What no editor shows has no place in a script: it may read otherwise than it is.</summary>
    private static void CheckText(string source, string? file)
    {
        if (source.Length > CharactersMax)
        {
            throw new InputException($"the script has {source.Length} characters; expected at most {CharactersMax}", file, 1, 1);
        }

        var (line, column) = (1, 0);
        for (var i = 0; i < source.Length; i++)
        {
            column++;
            var c = source[i];
            if (c == '\n')
            {
                (line, column) = (line + 1, 0);
                continue;
            }

            var category = char.GetUnicodeCategory(c);
            var isHidden = category is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                && c is not ('\t' or '\r');
            if (isHidden && !(c == '\uFEFF' && i == 0))
            {
                throw new InputException($"the script has the invisible character U+{(int)c:X4}; expected text that reads as it is", file, line, column);
            }
        }
    }
}
