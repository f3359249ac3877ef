using System.Reflection;
using ApChaos.Abstractions;
using ApChaos.Drivers;
using ApChaos.Faults;
using ApChaos.Oracles;

namespace ApChaos.Hosting;

/// <summary>A driver that can be made.</summary>
/// <param name="Id">Its id: columns, expectations, results.</param>
/// <param name="Summary">One line.</param>
/// <param name="Reference">What a user types to get exactly this one: the id, <c>plugin:path.dll#Type</c> or <c>script:path.csx#Type</c>.</param>
/// <param name="Create">Makes an instance; each engine needs its own. Throws <see cref="InputException"/> when a plugin's constructor fails.</param>
/// <param name="Assumptions">What the model of the driver's surroundings takes for granted, by id; null for drivers in C#.</param>
public sealed record DriverEntry(
    string Id, string Summary, string Reference, Func<Driver> Create, IReadOnlyDictionary<string, string>? Assumptions = null);

/// <summary>
/// What is there: drivers, faults, oracles and plans, found by looking into assemblies. Nothing is registered by hand. Everything is in
/// the ordinal order of ids.
/// </summary>
public sealed class Catalogue
{
    private static readonly Lazy<Catalogue> _shipped = new(LoadShipped);

    private readonly Lazy<IReadOnlyList<Plan>> _plans;
    private readonly IReadOnlyList<Assembly> _assemblies;
    private readonly IReadOnlyList<Func<Oracle>> _oracles;

    private Catalogue(
        IReadOnlyList<Assembly> assemblies, IEnumerable<DriverEntry> drivers, IEnumerable<Fault> faults, IEnumerable<(Oracle Sample, Func<Oracle> Create)> oracles)
    {
        _assemblies = assemblies;
        Drivers = Sorted(drivers, driver => driver.Id, "driver");
        Faults = Sorted(faults, fault => fault.Id, "fault");
        var sorted = Sorted(oracles, oracle => oracle.Sample.Id, "oracle");
        Oracles = [.. sorted.Select(oracle => oracle.Sample)];
        _oracles = [.. sorted.Select(oracle => oracle.Create)];
        _plans = new Lazy<IReadOnlyList<Plan>>(LoadPlans);
    }

    /// <summary>What comes with ApChaos.</summary>
    public static Catalogue Shipped => _shipped.Value;

    /// <summary>The drivers.</summary>
    public IReadOnlyList<DriverEntry> Drivers { get; }

    /// <summary>The faults. A fault keeps no fields: one instance serves all engines.</summary>
    public IReadOnlyList<Fault> Faults { get; }

    /// <summary>The oracles, to read their ids and summaries; engines need instances of their own, see <see cref="CreateOracles"/>.</summary>
    public IReadOnlyList<Oracle> Oracles { get; }

    /// <summary>The plans that are embedded in the assemblies.</summary>
    public IReadOnlyList<Plan> Plans => _plans.Value;

    /// <summary>Looks a fault up.</summary>
    /// <param name="id">Its id.</param>
    /// <returns>The fault, or null.</returns>
    public Fault? FindFault(string id) => Faults.FirstOrDefault(fault => fault.Id == id);

    /// <summary>New instances of all oracles, in the order of their ids.</summary>
    /// <returns>The oracles of one engine.</returns>
    public IReadOnlyList<Oracle> CreateOracles() => [.. _oracles.Select(create => create())];

    /// <summary>The plans with a name or a pattern over names.</summary>
    /// <param name="text">For instance <c>thread-scenario-*</c>.</param>
    /// <returns>The plans, at least one.</returns>
    /// <exception cref="InputException">There is none.</exception>
    public IReadOnlyList<Plan> FindPlans(string text)
    {
        IReadOnlyList<Plan> found = [.. Plans.Where(plan => IdPattern.Matches(text, plan.Name))];
        return found.Count > 0 ? found : throw new InputException(InputText.Unknown("plan", text, [.. Plans.Select(plan => plan.Name)]));
    }

    /// <summary>The ids of the oracles with an id or a pattern over ids.</summary>
    /// <param name="text">For instance <c>nib-*</c>.</param>
    /// <returns>At least one, in the order of ids.</returns>
    /// <exception cref="InputException">There is none.</exception>
    public IReadOnlyList<string> FindOracles(string text)
    {
        IReadOnlyList<string> ids = [.. Oracles.Select(oracle => oracle.Id)];
        IReadOnlyList<string> found = [.. ids.Where(id => IdPattern.Matches(text, id))];
        return found.Count > 0 ? found : throw new InputException(InputText.Unknown("oracle", text, ids));
    }

    /// <summary>The ids of the faults with an id or a pattern over ids.</summary>
    /// <param name="text">For instance <c>*-storm</c>.</param>
    /// <returns>At least one, in the order of ids.</returns>
    /// <exception cref="InputException">There is none.</exception>
    public IReadOnlyList<string> FindFaults(string text)
    {
        IReadOnlyList<string> ids = [.. Faults.Select(fault => fault.Id)];
        IReadOnlyList<string> found = [.. ids.Where(id => IdPattern.Matches(text, id))];
        return found.Count > 0 ? found : throw new InputException(InputText.Unknown("fault", text, ids));
    }

    /// <summary>This catalogue and all that a plugin assembly has: drivers, faults, oracles, plans.</summary>
    /// <param name="path">Path of the assembly.</param>
    /// <param name="folder">Folder that it is relative to; null for the current one.</param>
    /// <param name="patience">How long the plugin's code may take; null for the watchdog's default.</param>
    /// <returns>The larger catalogue.</returns>
    /// <exception cref="InputException">The plugin cannot be used, or an id is there already.</exception>
    public Catalogue WithPlugin(string path, string? folder = null, TimeSpan? patience = null)
    {
        var plugin = PluginAssembly.Load(path, folder, patience);
        return new Catalogue(
            [.. _assemblies, plugin.Assembly],
            [.. Drivers, .. plugin.TypesOf<Driver>().Select(plugin.MakeDriverEntry)],
            [.. Faults, .. plugin.TypesOf<Fault>().Select(plugin.Make<Fault>)],
            [.. Oracles.Zip(_oracles), .. plugin.TypesOf<Oracle>().Select(type => (plugin.Make<Oracle>(type), (Func<Oracle>)(() => plugin.Make<Oracle>(type))))]);
    }

    /// <summary>Types that a plug point finds: public, not abstract, with a public constructor without parameters.</summary>
    internal static IEnumerable<Type> TypesOf(Assembly assembly, Type plug) => assembly.GetExportedTypes()
        .Where(type => plug.IsAssignableFrom(type) && IsUsable(type)).OrderBy(type => type.FullName, StringComparer.Ordinal);

    internal static bool IsUsable(Type type) =>
        type is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false } && type.GetConstructor(Type.EmptyTypes) is not null;

    private static Catalogue LoadShipped()
    {
        Assembly[] assemblies = [typeof(Golden).Assembly, typeof(SlowReset).Assembly, typeof(NibStoreAfterUnpin).Assembly];
        return new Catalogue(
            assemblies,
            assemblies.SelectMany(assembly => TypesOf(assembly, typeof(Driver))).Select(type =>
            {
                var sample = New<Driver>(type);
                return new DriverEntry(sample.Id, sample.Summary, sample.Id, () => New<Driver>(type));
            }),
            assemblies.SelectMany(assembly => TypesOf(assembly, typeof(Fault))).Select(New<Fault>),
            assemblies.SelectMany(assembly => TypesOf(assembly, typeof(Oracle))).Select(type => (New<Oracle>(type), (Func<Oracle>)(() => New<Oracle>(type)))));
    }

    private static T New<T>(Type type) => (T)Activator.CreateInstance(type)!;

    private static IReadOnlyList<T> Sorted<T>(IEnumerable<T> all, Func<T, string> id, string kind)
    {
        var sorted = all.OrderBy(id, StringComparer.Ordinal).ToList();
        for (var i = 0; i < sorted.Count; i++)
        {
            if (!IdPattern.IsId(id(sorted[i])))
            {
                throw new InputException($"the {kind} id {InputText.Quote(id(sorted[i]))} cannot be used; expected {IdPattern.Expected}");
            }

            if (i > 0 && id(sorted[i]) == id(sorted[i - 1]))
            {
                throw new InputException($"the {kind} id {InputText.Quote(id(sorted[i]))} is there twice; expected each id once");
            }
        }

        return sorted;
    }

    private IReadOnlyList<Plan> LoadPlans()
    {
        var plans = new List<Plan>();
        foreach (var assembly in _assemblies)
        {
            foreach (var name in assembly.GetManifestResourceNames().Where(PlanFile.IsPlanResource))
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                var plan = PlanFile.Read(reader.ReadToEnd(), name, this);
                plans.Add(PlanFile.IsResourceOf(plan.Name, name)
                    ? plan
                    : throw new InputException($"the plan is named {InputText.Quote(plan.Name)}; expected the name of its file", name, 1, 1));
            }
        }

        return Sorted(plans, plan => plan.Name, "plan");
    }
}
