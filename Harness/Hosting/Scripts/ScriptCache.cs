using System.Security.Cryptography;
using System.Text;

namespace ApChaos.Hosting;

/// <summary>
/// What scripts came to, on disk: a script takes no input, so that the same text gives the same result. A folder that cannot be written, or a
/// file that is damaged, is no error: the script is compiled again.
/// </summary>
internal sealed class ScriptCache(string? folder)
{
    private const string FolderName = "apchaos";
    private const string EntriesName = "scripts";

    /// <summary>The folder that is used when nobody says otherwise: APCHAOS_CACHE, or that of the user's caches; null for none.</summary>
    internal static string? DefaultFolder()
    {
        var named = Environment.GetEnvironmentVariable("APCHAOS_CACHE");
        if (!string.IsNullOrWhiteSpace(named))
        {
            return named;
        }

        var caches = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (string.IsNullOrWhiteSpace(caches) || !Path.IsPathRooted(caches))
        {
            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            caches = OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                : home.Length == 0 ? ""
                : Path.Combine(home, ".cache");
        }

        return caches.Length == 0 ? null : Path.Combine(caches, FolderName);
    }

    /// <summary>Name of the entry of a script.</summary>
    /// <param name="kind">What it is compiled to, and by what: every change of it makes new entries.</param>
    /// <param name="source">The script.</param>
    internal static string KeyOf(string kind, string source) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(kind + "\n" + source)));

    /// <summary>Reads an entry; null when there is none.</summary>
    internal byte[]? TryRead(string key)
    {
        try
        {
            if (folder is null || PathOf(key) is not { } path || !File.Exists(path))
            {
                return null;
            }

            var bytes = File.ReadAllBytes(path);
            return bytes.Length >= SHA256.HashSizeInBytes && SHA256.HashData(bytes.AsSpan(SHA256.HashSizeInBytes)).AsSpan().SequenceEqual(bytes.AsSpan(0, SHA256.HashSizeInBytes))
                ? bytes[SHA256.HashSizeInBytes..]
                : null;
        }
        catch (Exception e) when (IsOfDisk(e))
        {
            return null;
        }
    }

    /// <summary>Writes an entry, whole or not at all.</summary>
    internal void TryWrite(string key, byte[] content)
    {
        if (folder is null)
        {
            return;
        }

        try
        {
            var path = PathOf(key);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var draft = $"{path}.{Environment.ProcessId}.{Environment.CurrentManagedThreadId}";
            File.WriteAllBytes(draft, [.. SHA256.HashData(content), .. content]);
            File.Move(draft, path, overwrite: true);
        }
        catch (Exception e) when (IsOfDisk(e))
        {
            // A cache that cannot be written only costs time.
        }
    }

    private static bool IsOfDisk(Exception e) => e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException or System.Security.SecurityException;

    private string PathOf(string key) => Path.Combine(folder!, EntriesName, key);
}
