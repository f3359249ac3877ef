using System.Reflection;

namespace ApChaos.Suites.Negative;

/// <summary>The oracles and their cases, found by being there.</summary>
internal static class Family
{
    /// <summary>All oracles of Harness/Oracles, by name.</summary>
    internal static IReadOnlyList<Type> Oracles { get; } =
        ConcreteTypesOf(typeof(PinLeak).Assembly, type => type.IsAssignableTo(typeof(Oracle)));

    /// <summary>All fixtures of this suite that are a case of an oracle, by name.</summary>
    internal static IReadOnlyList<Type> Cases { get; } =
        ConcreteTypesOf(typeof(Family).Assembly, type => OracleOf(type) is not null);

    /// <summary>Oracles that have no case named after them: <c>PinLeak</c> needs <c>PinLeakTests : OracleCase&lt;PinLeak&gt;</c>.</summary>
    /// <param name="oracles">The oracles.</param>
    /// <param name="cases">The cases.</param>
    /// <returns>The names of those oracles.</returns>
    internal static IReadOnlyList<string> WithoutCase(IEnumerable<Type> oracles, IReadOnlyList<Type> cases) =>
        [.. oracles.Where(oracle => !cases.Any(one => IsCaseOf(one, oracle))).Select(oracle => oracle.Name)];

    private static bool IsCaseOf(Type fixture, Type oracle) => OracleOf(fixture) == oracle && fixture.Name == oracle.Name + "Tests";

    private static IReadOnlyList<Type> ConcreteTypesOf(Assembly assembly, Func<Type, bool> fits) =>
        [.. assembly.GetTypes().Where(type => !type.IsAbstract && fits(type)).OrderBy(type => type.Name, StringComparer.Ordinal)];

    private static Type? OracleOf(Type fixture)
    {
        for (Type? type = fixture.BaseType; type is not null; type = type.BaseType)
        {
            if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(OracleCase<>))
                return type.GetGenericArguments()[0];
        }

        return null;
    }
}
