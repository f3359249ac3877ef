using System.Text;

namespace ApChaos.Native;

/// <summary>The C sources and tables that travel inside this assembly.</summary>
internal static class ShimFiles
{
    /// <summary>Their names: <c>shim/kernel.h</c>, <c>runtime/heap.c</c>, …, in ordinal order.</summary>
    internal static IReadOnlyList<string> Names { get; } =
        [.. typeof(ShimFiles).Assembly.GetManifestResourceNames().Select(name => name.Replace('\\', '/')).Order(StringComparer.Ordinal)];

    /// <summary>The text of one.</summary>
    internal static string Text(string name)
    {
        var resource = typeof(ShimFiles).Assembly.GetManifestResourceNames().First(found => found.Replace('\\', '/') == name);
        using var reader = new StreamReader(typeof(ShimFiles).Assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
