using System.Text;

namespace ApChaos.Hosting;

/// <summary>Reads what a user wrote: UTF-8, not endless.</summary>
internal static class TextFile
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The path, as messages name it.</param>
    /// <param name="folder">Folder that it is relative to; null for the current one.</param>
    /// <param name="what">What it is, for instance <c>plan file</c>.</param>
    /// <param name="expected">What is expected, for instance <c>the path of a plan (*.json, *.csx)</c>.</param>
    /// <param name="bytesMax">How long it may be.</param>
    internal static string Read(string path, string? folder, string what, string expected, int bytesMax)
    {
        byte[] bytes;
        try
        {
            var info = new FileInfo(folder is null ? path : Path.Combine(folder, path));
            if (!info.Exists)
            {
                throw new InputException($"{what} {InputText.QuotePath(path)} does not exist (looked at {info.FullName}); expected {expected}");
            }

            using var stream = info.OpenRead();
            using var content = new MemoryStream();
            var buffer = new byte[64 << 10];
            for (var count = stream.Read(buffer); count > 0; count = stream.Read(buffer))
            {
                content.Write(buffer, 0, count);
                if (content.Length > bytesMax)
                {
                    throw new InputException($"the {what} has more than {bytesMax} bytes; expected at most that", path, 1, 1);
                }
            }

            bytes = content.ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InputException($"{what} {InputText.QuotePath(path)} cannot be read: {e.Message.TrimEnd('.')}; expected {expected}");
        }

        return System.Text.Unicode.Utf8.IsValid(bytes)
            ? Encoding.UTF8.GetString(bytes)
            : throw new InputException("the file is not UTF-8; expected a text in UTF-8", path, 1, 1);
    }
}
