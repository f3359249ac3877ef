using ApChaos.Abstractions;
using ApChaos.Campaigns;
using NUnit.Framework;

namespace ApChaos.Conformance;

/// <summary>
/// The standard scenarios, for the driver that the type argument names. A user's test project has one class:
/// <c>public sealed class MyDriverTests : DriverConformance&lt;MyDriver&gt;;</c>
/// </summary>
/// <typeparam name="TDriver">The driver under test.</typeparam>
public abstract class DriverConformance<TDriver> : DriverConformance
    where TDriver : Driver, new();

/// <summary>
/// The standard scenarios, for the driver that <see cref="DriverAttribute"/> names: each promise that a driver makes, under each plan and
/// each firmware profile. <see cref="PlanAttribute"/>, <see cref="FirmwareAttribute"/>, <see cref="RunsAttribute"/> and
/// <see cref="SeedAttribute"/> narrow them down, on the class or on a test of one's own.
/// </summary>
/// <remarks>
/// Each test makes runs of its own; their seed is the full name of the test, so that the same test makes the same runs everywhere, alone or
/// among others.
/// </remarks>
public abstract class DriverConformance
{
    /// <summary>Neither the hardware nor the driver touches memory that was given back.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="firmware">The firmware profile.</param>
    [EachCell("memory is safe", OracleGroup.MemorySafety)]
    public void Memory_is_safe(string plan, string firmware) => Assert.That(Run(plan, firmware), Is.MemorySafe);

    /// <summary>Pins, interruption subclasses, references and queues are given back, and clean.</summary>
    /// <inheritdoc cref="Memory_is_safe"/>
    [EachCell("everything is given back clean", OracleGroup.Cleanup)]
    public void Everything_is_given_back_clean(string plan, string firmware) => Assert.That(Run(plan, firmware), Has.NoViolation.In(OracleGroup.Cleanup));

    /// <summary>A guest gets its own queues and interrupts and nobody else's.</summary>
    /// <inheritdoc cref="Memory_is_safe"/>
    [EachCell("guests are kept apart", OracleGroup.Isolation)]
    public void Guests_are_kept_apart(string plan, string firmware) => Assert.That(Run(plan, firmware), Has.NoViolation.In(OracleGroup.Isolation));

    /// <summary>Operations end, locks are held for a while only, no queue is lost.</summary>
    /// <inheritdoc cref="Memory_is_safe"/>
    [EachCell("everything ends in time", OracleGroup.Liveness)]
    public void Everything_ends_in_time(string plan, string firmware) => Assert.That(Run(plan, firmware), Has.NoViolation.In(OracleGroup.Liveness));

    /// <summary>Errors are handled or reported, and the driver does nothing that it may not do.</summary>
    /// <inheritdoc cref="Memory_is_safe"/>
    [EachCell("no error is swallowed", OracleGroup.Diagnosis)]
    public void No_error_is_swallowed(string plan, string firmware) => Assert.That(Run(plan, firmware), Has.NoViolation.In(OracleGroup.Diagnosis));

    /// <summary>Runs the driver under a plan: for tests of one's own.</summary>
    /// <param name="plan">Name of a plan, the path of a plan file (<c>*.csx</c>, <c>file:PATH.json</c>), or a plan in JSON.</param>
    /// <param name="firmware">Id of a firmware profile.</param>
    /// <returns>What came of it, for <c>Is.MemorySafe</c>, <c>Has.NoViolation</c> and <c>Has.NoViolation.Of("pin-leak")</c>.</returns>
    protected CellResult Run(string plan, string firmware = "documented")
    {
        var test = TestContext.CurrentContext.Test;
        var settings = FixtureSettings.Of(GetType(), test.MethodName is { } method ? GetType().GetMethod(method) : null);
        return CellRun.Make(GetType(), settings, PlanText.Read(plan), PlanText.Firmware(firmware), settings.Seed ?? test.FullName ?? GetType().FullName!);
    }
}
