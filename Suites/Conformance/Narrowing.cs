namespace ApChaos.Conformance;

/// <summary>Names the driver of a <see cref="DriverConformance"/> that has no type argument.</summary>
/// <param name="reference">An id, <c>script:PATH.csx</c> or <c>plugin:PATH.dll#TYPE</c>.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class DriverAttribute(string reference) : Attribute
{
    /// <summary>As the command line takes it.</summary>
    public string Reference { get; } = reference;
}

/// <summary>
/// Which plans: names, globs, <c>script:PATH.csx</c>, <c>file:PATH.json</c>; one with <c>!</c> before it takes away what it matches. Without this
/// attribute: all shipped plans.
/// </summary>
/// <param name="plans">In the order in which they are looked at.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true)]
public sealed class PlanAttribute(params string[] plans) : Attribute
{
    /// <summary>What was written.</summary>
    public IReadOnlyList<string> Plans { get; } = plans;
}

/// <summary>
/// Which firmware profiles: ids and globs, <c>!</c> as with plans. Without this attribute: each profile under which a driver can be safe.
/// </summary>
/// <param name="firmware">In the order in which they are looked at.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true)]
public sealed class FirmwareAttribute(params string[] firmware) : Attribute
{
    /// <summary>What was written.</summary>
    public IReadOnlyList<string> Firmware { get; } = firmware;
}

/// <summary>How many runs each test makes.</summary>
/// <param name="runs">1 to 10,000,000.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class RunsAttribute(int runs) : Attribute
{
    /// <summary>What holds without this attribute.</summary>
    public const int Usual = 100;

    /// <summary>The number.</summary>
    public int Runs { get; } = runs;
}

/// <summary>The seed in place of the full name of the test.</summary>
/// <param name="seed">Any text.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class SeedAttribute(string seed) : Attribute
{
    /// <summary>The text.</summary>
    public string Seed { get; } = seed;
}
