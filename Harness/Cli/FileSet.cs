using System.Text;
using ApChaos.Hosting;

namespace ApChaos.Cli;

/// <summary>
/// The files of one folder that are written together. None is lost: what cannot be written where it belongs goes to a folder for temporary
/// files, and one line says so.
/// </summary>
internal sealed class FileSet(string folder, string shown)
{
    private readonly List<string> _names = [];
    private readonly List<string> _lost = [];
    private string? _first;
    private string? _rescue;

    /// <summary>Names of the files that were written, relative to the folder.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>What could not be written, and where it is instead, in one line; null when all was.</summary>
    public string? Problem
    {
        get
        {
            if (_first is null)
            {
                return null;
            }

            var more = _lost.Count > 1 ? $" (and {_lost.Count - 1} more)" : "";
            return $"{_first}{more}; {(_rescue is null ? "nothing else could be written either" : $"it is in {_rescue}")}; expected a place that can be written";
        }
    }

    /// <summary>Removes files of an earlier set; those that are outside of the folder are left alone.</summary>
    public void RemoveAll(IEnumerable<string> names)
    {
        foreach (var path in names.Select(name => Path.GetFullPath(name, folder)))
        {
            if (path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal) && new FileInfo(path) is { Exists: true, LinkTarget: null })
            {
                try
                {
                    File.Delete(path);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    Note(Path.GetRelativePath(folder, path), $"cannot remove {shown}/{Path.GetRelativePath(folder, path)}: {ResultFiles.Why(e)}");
                }
            }
        }
    }

    /// <summary>Writes a file: UTF-8.</summary>
    public void Add(string name, string text) => Add(name, Encoding.UTF8.GetBytes(text));

    /// <summary>Writes a file.</summary>
    public void Add(string name, byte[] content)
    {
        try
        {
            ResultFiles.Write(Path.Combine(folder, name), content);
            _names.Add(name);
        }
        catch (InputException e)
        {
            Note(name, e.Text.Split("; ")[0]);
            Rescue(name, content);
        }
    }

    /// <summary>Writes a file whose text is made by code of a user's own: what that throws is a problem of the file, not of the run.</summary>
    public void Add(string name, Func<string> make)
    {
        string text;
        try
        {
            text = make();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Note(name, $"cannot write {shown}/{name}: {(e is InputException ? "" : e.GetType().Name + ": ")}{e.Message.TrimEnd('.')}");
            return;
        }

        Add(name, text);
    }

    private void Note(string name, string problem)
    {
        _first ??= problem;
        _lost.Add(name);
    }

    private void Rescue(string name, byte[] content)
    {
        try
        {
            _rescue ??= Directory.CreateTempSubdirectory("apchaos-").FullName;
            ResultFiles.Write(Path.Combine(_rescue, name), content);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InputException)
        {
            _rescue = null;
        }
    }
}
