using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using ApChaos.Abstractions;

namespace ApChaos.Hosting;

/// <summary>
/// A plugin assembly in a load context of its own: its private dependencies stand beside the host's, the words of ApChaos are shared.
/// Nothing of it runs on the caller's thread: code of a plugin may never return.
/// </summary>
internal sealed class PluginAssembly
{
    private const string Plugin = "plugin";

    private readonly string _kind;
    private readonly string _path;
    private readonly TimeSpan? _patience;

    private PluginAssembly(string kind, string path, Assembly assembly, TimeSpan? patience)
    {
        _kind = kind;
        _path = path;
        _patience = patience;
        Assembly = assembly;
    }

    internal Assembly Assembly { get; }

    /// <summary>Loads an assembly.</summary>
    /// <param name="path">Path as the user wrote it; messages and references keep it.</param>
    /// <param name="folder">Folder that it is relative to, or null for the current one.</param>
    /// <param name="patience">How long its code may take, or null.</param>
    internal static PluginAssembly Load(string path, string? folder, TimeSpan? patience)
    {
        string full;
        try
        {
            full = Path.GetFullPath(folder is null ? path : Path.Combine(folder, path));
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException or PathTooLongException)
        {
            throw new InputException($"plugin {InputText.QuotePath(path)} is no path; expected the path of a .NET assembly (*.dll)");
        }

        if (!File.Exists(full))
        {
            throw new InputException($"plugin {InputText.QuotePath(path)} does not exist (looked at {full}); expected the path of a .NET assembly (*.dll)");
        }

        var assembly = Run(Plugin, path, () => $"loading {path}", patience, () =>
        {
            try
            {
                return new PluginContext(full).LoadFromAssemblyPath(full);
            }
            catch (BadImageFormatException)
            {
                throw new InputException($"plugin {InputText.QuotePath(path)} is not a .NET assembly; expected a class library that refers to ApChaos.Abstractions");
            }
        });
        return new PluginAssembly(Plugin, path, assembly, patience);
    }

    /// <summary>Loads a driver script, compiled; nothing of it is left when its drivers are gone.</summary>
    /// <param name="path">Path of the script as the user wrote it.</param>
    /// <param name="image">The assembly.</param>
    /// <param name="patience">How long its code may take, or null.</param>
    internal static PluginAssembly OfScript(string path, byte[] image, TimeSpan? patience)
    {
        var context = new AssemblyLoadContext(Path.GetFileName(path), isCollectible: true);
        using var stream = new MemoryStream(image);
        return new PluginAssembly("script", path, context.LoadFromStream(stream), patience);
    }

    /// <summary>The usable types of a plug point, in the order of their names.</summary>
    internal IReadOnlyList<Type> TypesOf<T>() =>
        Run(_kind, _path, () => $"reading the types of {_path}", _patience, () => Catalogue.TypesOf(Assembly, typeof(T)).ToList());

    /// <summary>The driver type that a user names.</summary>
    /// <param name="name">Full or simple name, or null for the only one.</param>
    internal Type FindDriver(string? name) => Find(typeof(Driver), "driver", name);

    /// <summary>The type of a plug point that a user names.</summary>
    /// <param name="plug">What it has to derive from.</param>
    /// <param name="noun">How messages call it.</param>
    /// <param name="name">Full or simple name, or null for the only one.</param>
    internal Type Find(Type plug, string noun, string? name)
    {
        var usable = Run(_kind, _path, () => $"reading the types of {_path}", _patience, () => Catalogue.TypesOf(Assembly, plug).ToList());
        var names = usable.Count == 0 ? "(it has none)" : InputText.List(usable.Select(type => type.FullName!));
        if (name is null)
        {
            return usable.Count == 1
                ? usable[0]
                : throw new InputException($"{_kind} {InputText.QuotePath(_path)} has {(usable.Count == 0 ? $"no {noun}" : $"several {noun}s")}; "
                    + (usable.Count == 0 ? $"expected a public class that derives from {plug.FullName}" : $"expected {_path}#TYPE with one of: {names}"));
        }

        var all = Run(_kind, _path, () => $"reading the types of {_path}", _patience, Assembly.GetTypes);
        var found = all.Where(type => type.FullName == name).ToList();
        if (found.Count == 0)
        {
            found = [.. all.Where(type => type.Name == name)];
        }

        var type = found.Count switch
        {
            1 => found[0],
            0 => throw new InputException($"{_kind} {InputText.QuotePath(_path)} has no type {InputText.Quote(name)}; expected one of: {names}"),
            _ => throw new InputException($"{_kind} {InputText.QuotePath(_path)} has several types {InputText.Quote(name)}; expected a full name: {InputText.List(found.Select(t => t.FullName!))}"),
        };
        var fault = !plug.IsAssignableFrom(type) ? $"does not derive from {plug.FullName}"
            : type.IsAbstract ? "is abstract"
            : !type.IsVisible ? "is not public"
            : !Catalogue.IsUsable(type) ? "has no public constructor without parameters"
            : null;
        return fault is null ? type : throw new InputException($"type {InputText.Quote(type.FullName!)} of {_kind} {InputText.QuotePath(_path)} {fault}; expected one of: {names}");
    }

    /// <summary>A driver of the plugin; it was made once, so that what is wrong with it is known before anything runs.</summary>
    internal DriverEntry MakeDriverEntry(Type type)
    {
        var reference = $"{_kind}:{_path}#{type.FullName}";
        var (id, summary) = Run(_kind, _path, () => $"the constructor of {type.FullName}", _patience, () =>
        {
            PrepareMethods(type);
            var sample = New<Driver>(type);
            return (sample.Id, sample.Summary);
        });
        if (!IdPattern.IsId(id ?? ""))
        {
            throw new InputException($"driver type {type.FullName} of {_kind} {InputText.QuotePath(_path)} has the id {InputText.Quote(id ?? "")}; expected {IdPattern.Expected}");
        }

        return new DriverEntry(id!, InputText.OneLine(summary ?? ""), reference, () => Make<Driver>(type));
    }

    /// <summary>Makes an instance.</summary>
    internal T Make<T>(Type type) => Run(_kind, _path, () => $"the constructor of {type.FullName}", _patience, () => New<T>(type));

    private static T New<T>(Type type)
    {
        try
        {
            return (T)Activator.CreateInstance(type, BindingFlags.Instance | BindingFlags.Public | BindingFlags.DoNotWrapExceptions, null, null, null)!;
        }
        catch (Exception e) when (!IsForeign(e))
        {
            var cause = e is TypeInitializationException { InnerException: { } inner } ? inner : e;
            throw new InputException($"the constructor of {type.FullName} threw {cause.GetType().Name}: {Sentence(cause)}; expected one that returns");
        }
    }

    /// <summary>
    /// Compiles all methods now: one that needs what this ApChaos does not have is an error of the input, not a crash in the middle of a run.
    /// </summary>
    private static void PrepareMethods(Type type)
    {
        const BindingFlags own = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        foreach (var method in type.GetMembers(own).OfType<MethodBase>())
        {
            if (!method.IsAbstract && !method.ContainsGenericParameters)
            {
                RuntimeHelpers.PrepareMethod(method.MethodHandle);
            }
        }

        foreach (var nested in type.GetNestedTypes(BindingFlags.Public | BindingFlags.NonPublic).Where(nested => !nested.ContainsGenericParameters))
        {
            PrepareMethods(nested);
        }

        if (type.BaseType is { } above && above.Assembly == type.Assembly && !above.ContainsGenericParameters)
        {
            PrepareMethods(above);
        }
    }

    /// <summary>Whether the runtime could not bind the plugin to what it was built against.</summary>
    private static bool IsForeign(Exception e) => e is MissingMemberException or TypeLoadException or ReflectionTypeLoadException || LacksAssembly(e);

    private static string Sentence(Exception e) => e.Message.TrimEnd('.');

    private static bool LacksAssembly(Exception e) =>
        (e is FileNotFoundException file && IsAssemblyName(file.FileName)) || (e is FileLoadException load && IsAssemblyName(load.FileName));

    private static bool IsAssemblyName(string? name) => name?.Contains(", Version=", StringComparison.Ordinal) ?? false;

    private static T Run<T>(string kind, string path, Func<string> operation, TimeSpan? patience, Func<T> code)
    {
        try
        {
            return Watchdog.Bound(path, operation, code, patience);
        }
        catch (Exception e) when (IsForeign(e))
        {
            var cause = e is ReflectionTypeLoadException { LoaderExceptions: [{ } first, ..] } ? first : e;
            throw new InputException(LacksAssembly(cause)
                ? $"{kind} {InputText.QuotePath(path)} needs an assembly that cannot be loaded: {Sentence(cause)}; expected it beside the plugin"
                : $"{kind} {InputText.QuotePath(path)} was built against another ApChaos.Abstractions: {Sentence(cause)}; expected it built against this one");
        }
        catch (Exception e) when (e is not InputException)
        {
            throw new InputException($"{kind} {InputText.QuotePath(path)} cannot be used: {e.GetType().Name}: {Sentence(e)}; expected a class library that refers to ApChaos.Abstractions");
        }
    }

    private sealed class PluginContext(string path) : AssemblyLoadContext(Path.GetFileName(path))
    {
        private readonly AssemblyDependencyResolver _resolver = new(path);

        // The host's own assemblies are shared: a driver is a Driver of the host.
        protected override Assembly? Load(AssemblyName name) =>
            name.Name is { } simple && simple.StartsWith("ApChaos.", StringComparison.Ordinal) && IsOfHost(name)
                ? null
                : _resolver.ResolveAssemblyToPath(name) is { } file ? LoadFromAssemblyPath(file) : null;

        protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
            _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } file ? LoadUnmanagedDllFromPath(file) : 0;

        private static bool IsOfHost(AssemblyName name) => Default.Assemblies.Any(assembly => assembly.GetName().Name == name.Name);
    }
}
