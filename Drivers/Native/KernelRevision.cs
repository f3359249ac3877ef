using System.ComponentModel;
using System.Text.RegularExpressions;

namespace ApChaos.Native;

/// <summary>A revision of a git repository as a tree: the dozen files that are read, in the user's cache.</summary>
public static class KernelRevision
{
    /// <summary>Opens a revision.</summary>
    /// <param name="path">The repository, as the user wrote it.</param>
    /// <param name="revision">What git calls a commit: a tag, a branch, a hash.</param>
    /// <param name="folder">Folder that the path is relative to, or null for the current one.</param>
    /// <returns>The tree; its name is the revision.</returns>
    /// <exception cref="KernelTreeException">There is no such revision, or it has no vfio_ap.</exception>
    public static KernelTree Open(string path, string revision, string? folder = null)
    {
        ArgumentNullException.ThrowIfNull(revision);
        var root = folder is null ? path : Path.Combine(folder, path);
        var commit = Git(root, ["rev-parse", "--verify", "--quiet", revision + "^{commit}"], out var code).Trim();
        if (code != 0 || revision.StartsWith('-'))
        {
            throw new KernelTreeException($"'{revision}' is no revision of the git repository '{path}'; expected a tag, a branch or a commit");
        }

        var name = Regex.Replace(revision, "[^A-Za-z0-9.-]", "-", RegexOptions.CultureInvariant);
        var place = Path.Combine(ShimBuilder.CacheFolder(), "revisions", commit, name);
        var known = TreeDescription.Shipped;
        foreach (var file in known.Sources.Concat(known.Headers).Concat(known.Borrowed.Values))
        {
            var target = Path.Combine(place, file);
            if (File.Exists(target))
            {
                continue;
            }

            var text = Git(root, ["show", $"{commit}:{file}"], out code);
            if (code == 0)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.WriteAllText(target, text);
            }
        }

        Directory.CreateDirectory(place);
        return KernelTree.Open(place);
    }

    private static string Git(string root, IEnumerable<string> arguments, out int code)
    {
        try
        {
            (code, var output) = Compiler.Run("git", ["-C", root, .. arguments], null);
            return output;
        }
        catch (Win32Exception)
        {
            throw new KernelTreeException("git is not there; expected it to read revisions of a kernel tree with");
        }
    }
}
