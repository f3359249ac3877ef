namespace ApChaos.Hosting;

/// <summary>Things of a user's own that are neither drivers, faults, oracles nor plans: <c>plugin:path.dll#Type</c>, for any plug point.</summary>
public static class PluginSource
{
    /// <summary>Whether a text names something in a plugin.</summary>
    /// <param name="text">What the user wrote.</param>
    /// <returns>Whether it does.</returns>
    public static bool IsPlugin(string text) => text.StartsWith(DriverSource.PluginPrefix, StringComparison.Ordinal);

    /// <summary>Makes an instance of the type that a text names.</summary>
    /// <typeparam name="T">The plug point: what the type has to derive from.</typeparam>
    /// <param name="text"><c>plugin:PATH.dll#TYPE</c>; <c>#TYPE</c> may be left out when there is one.</param>
    /// <param name="noun">How messages call such a thing.</param>
    /// <param name="folder">Folder that the path is relative to; null for the current one.</param>
    /// <param name="patience">How long its constructor may take; null for the watchdog's default.</param>
    /// <returns>The instance.</returns>
    /// <exception cref="InputException">There is no such plugin or type, or it cannot be made.</exception>
    public static T Make<T>(string text, string noun, string? folder = null, TimeSpan? patience = null)
        where T : class
    {
        var (path, type) = DriverSource.SplitPlugin(text);
        var plugin = PluginAssembly.Load(path, folder, patience);
        return plugin.Make<T>(plugin.Find(typeof(T), noun, type));
    }
}
