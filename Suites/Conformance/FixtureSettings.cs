using System.Reflection;
using ApChaos.Abstractions;
using ApChaos.Campaigns;
using ApChaos.Hosting;

namespace ApChaos.Conformance;

/// <summary>What a class, or a test of it, says: its driver, and how many runs under what. What a test says counts before what its class says.</summary>
/// <param name="Driver">The driver.</param>
/// <param name="Plans">What the plan attributes say; empty for all.</param>
/// <param name="Firmware">What the firmware attributes say; empty for all under which a driver can be safe.</param>
/// <param name="Runs">Runs of a test.</param>
/// <param name="Seed">The seed, or null for the name of the test.</param>
internal sealed record FixtureSettings(DriverEntry Driver, IReadOnlyList<string> Plans, IReadOnlyList<string> Firmware, int Runs, string? Seed)
{
    /// <summary>Reads the attributes.</summary>
    /// <exception cref="InputException">They name no driver, or one that does not exist; or the number of runs is none.</exception>
    internal static FixtureSettings Of(Type fixture, MethodInfo? test)
    {
        var runs = Said<RunsAttribute>(fixture, test).FirstOrDefault()?.Runs ?? RunsAttribute.Usual;
        if (runs is < 1 or > ChaosConfig.RunsMax)
        {
            throw new InputException($"[Runs({runs})] of {fixture.Name}; expected a whole number from 1 to {ChaosConfig.RunsMax}");
        }

        return new FixtureSettings(
            DriverOf(fixture),
            [.. Said<PlanAttribute>(fixture, test).SelectMany(said => said.Plans)],
            [.. Said<FirmwareAttribute>(fixture, test).SelectMany(said => said.Firmware)],
            runs,
            Said<SeedAttribute>(fixture, test).FirstOrDefault()?.Seed);
    }

    private static List<T> Said<T>(Type fixture, MethodInfo? test)
        where T : Attribute
    {
        var ofTest = test?.GetCustomAttributes<T>().ToList() ?? [];
        return ofTest.Count > 0 ? ofTest : [.. fixture.GetCustomAttributes<T>()];
    }

    private static DriverEntry DriverOf(Type fixture)
    {
        if (fixture.GetCustomAttribute<DriverAttribute>() is { } said)
        {
            var found = DriverSource.Resolve(said.Reference, Catalogue.Shipped);
            return found.Count == 1 ? found[0] : throw new InputException($"[Driver(\"{said.Reference}\")] of {fixture.Name} names {found.Count} drivers; expected one");
        }

        for (var type = fixture; type is not null; type = type.BaseType)
        {
            if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(DriverConformance<>))
            {
                return EntryOf(type.GenericTypeArguments[0]);
            }
        }

        throw new InputException($"{fixture.Name} names no driver; expected [Driver(\"…\")], or a class that derives from DriverConformance<MyDriver>");
    }

    private static DriverEntry EntryOf(Type type)
    {
        var sample = New(type);
        var shipped = Catalogue.Shipped.Drivers.FirstOrDefault(driver => driver.Id == sample.Id);
        if (shipped is not null && shipped.Create().GetType() == type)
        {
            return shipped;
        }

        // The whole path: the runner of the tests stands in another folder than whoever reads the failure.
        return new DriverEntry(sample.Id, sample.Summary, $"plugin:{type.Assembly.Location}#{type.FullName}", () => New(type));
    }

    private static Driver New(Type type) => (Driver)Activator.CreateInstance(type)!;
}
