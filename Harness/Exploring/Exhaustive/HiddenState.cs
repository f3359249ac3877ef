using System.Reflection;
using ApChaos.Abstractions;
using ApChaos.Running;

namespace ApChaos.Exploring;

/// <summary>Refuses what keeps state where it can neither be saved nor compared.</summary>
internal static class HiddenState
{
    private const BindingFlags Fields = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>Refuses a setup.</summary>
    /// <exception cref="UnsavableException">Which field the driver keeps.</exception>
    /// <exception cref="ExplorationException">What else keeps which field.</exception>
    internal static void Refuse(RunSetup setup)
    {
        RefuseSurroundings(setup);
        if (setup.Driver.KeepsElsewhere is { } elsewhere)
        {
            throw new UnsavableException($"driver '{setup.Driver.Id}' keeps {elsewhere}, which cannot be saved");
        }

        if (OfDriver(setup.Driver) is { } kept)
        {
            throw new UnsavableException($"driver '{setup.Driver.Id}' keeps the field {kept}; what is in ApQueue and MatrixMdev could be saved");
        }
    }

    /// <summary>The field that a driver keeps between its operations, or null.</summary>
    internal static string? OfDriver(Driver driver) => FieldOf(driver.GetType(), typeof(Driver), field => !field.IsInitOnly || !IsPlain(field.FieldType));

    /// <summary>Refuses oracles and faults that remember what they do not say.</summary>
    /// <exception cref="ExplorationException">What keeps which field.</exception>
    internal static void RefuseSurroundings(RunSetup setup)
    {
        foreach (var oracle in setup.Oracles)
        {
            var type = oracle.GetType();
            if (type.GetMethod(nameof(Oracle.Keep))!.DeclaringType == typeof(Oracle)
                && FieldOf(type, typeof(Oracle), field => !field.IsInitOnly && field.FieldType != typeof(Moment[])) is { } forgotten)
            {
                throw new ExplorationException(
                    $"oracle '{oracle.Id}' remembers {forgotten} and does not say so; expected it to override Oracle.Keep");
            }
        }

        foreach (var fault in setup.Faults)
        {
            // What a fault offers is the same for ever, though it may be made when it is first asked for.
            if (FieldOf(fault.Fault.GetType(), typeof(Fault), field => !field.IsInitOnly && field.FieldType != typeof(IReadOnlyList<FaultOption>)) is { } hidden)
            {
                throw new ExplorationException(
                    $"fault '{fault.Fault.Id}' keeps the field {hidden}, which exploration cannot see; expected what it remembers to be in FaultState");
            }
        }
    }

    private static bool IsPlain(Type type) => type.IsPrimitive || type.IsEnum || type == typeof(string);

    private static string? FieldOf(Type type, Type root, Func<FieldInfo, bool> isState)
    {
        for (var at = type; at is not null && at != root; at = at.BaseType)
        {
            if (at.GetFields(Fields).FirstOrDefault(isState) is { } field)
            {
                return $"{at.Name}.{field.Name}";
            }
        }

        return null;
    }
}
