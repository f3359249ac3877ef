using System.Runtime.CompilerServices;
using System.Text;
using ApChaos.Abstractions;
using ApChaos.Campaigns;
using ApChaos.Hosting;
using ApChaos.Machine;
using ApChaos.Running;

namespace ApChaos.Suites.Variants;

/// <summary>
/// Which fault, alone, can trip which oracle on which shipped driver, approved. Each fault is at its own trigger and at four more places, with
/// each word of its options and with durations up to for ever; what a driver shows without any fault on the same hardware does not count.
/// </summary>
[TestFixture]
public sealed class FaultOracleMatrixTests
{
    private const int Runs = 60;

    private static readonly string[] Firmware = ["documented", "irq-off-at-end", "hostile"];

    // In the order of history.
    private static readonly string[] Drivers =
    [
        "vfio-ap-4.20", "vfio-ap-5.3", "vfio-ap-2019-v2", "vfio-ap-2019-v2-wait-empty", "vfio-ap-5.11", "vfio-ap-6.3", "vfio-ap-6.6", "vfio-ap-6.9", "golden",
    ];

    private static readonly Lazy<Dictionary<(string Fault, string Oracle), SortedSet<int>>> Tripped = new(Trip);

    private static readonly Lazy<SortedSet<(string Fault, string Oracle, int Driver)>> TrippedBeside = new(TripBeside);

    private static IEnumerable<string> Faults => Catalogue.Shipped.Faults.Select(fault => fault.Id);

    private static IEnumerable<string> Oracles => Catalogue.Shipped.Oracles.Select(oracle => oracle.Id);

    [Test]
    public void All_shipped_drivers_are_in_the_matrix() => Assert.That(Drivers, Is.EquivalentTo(CellUnderTest.AllDrivers));

    [Test]
    public Task The_matrix_is_the_approved_one() => Verify(Render()).UseDirectory("Approved");

    [TestCaseSource(nameof(Faults))]
    public void No_fault_is_without_a_bite(string fault) =>
        Assert.That(
            IsBiting(fault) || TrippedBeside.Value.Any(key => key.Fault == fault), Is.True, "a fault that no shipped driver minds, alone or beside another, tests nothing");

    [TestCaseSource(nameof(Oracles))]
    public void No_oracle_is_there_that_nothing_trips(string oracle) =>
        Assert.That(IsTripped(oracle) || File.Exists(Planted(oracle)), Is.True, "neither a fault on a shipped driver nor a planted bug in Suites/Negative");

    [Test]
    public void Alone_no_fault_makes_the_golden_driver_unsafe_where_a_driver_can_be_safe()
    {
        var result = CellUnderTest.Run(["golden"], [.. Catalogue.Shipped.Faults.Select(fault => PlanOf(fault, extremes: false))], ["documented", "irq-off-at-end"], Runs);
        Assert.That(result.Cells.Where(cell => cell.Violations.Count > 0).Select(cell => cell.Describe()), Is.Empty);
    }

    private static Dictionary<(string Fault, string Oracle), SortedSet<int>> Trip()
    {
        var calm = CellUnderTest.Run(Drivers, Catalogue.Shipped.FindPlans("calm"), Firmware, 4 * Runs).Cells
            .ToDictionary(cell => (cell.Driver, cell.Firmware), cell => cell.Oracles().ToHashSet());
        var tripped = new Dictionary<(string, string), SortedSet<int>>();
        foreach (var cell in CellUnderTest.Run(Drivers, [.. Catalogue.Shipped.Faults.Select(fault => PlanOf(fault, extremes: true))], Firmware, Runs).Cells)
        {
            foreach (var oracle in cell.Oracles().Where(oracle => !calm[(cell.Driver, cell.Firmware)].Contains(oracle)))
            {
                if (!tripped.TryGetValue((cell.Plan, oracle), out var drivers))
                {
                    tripped.Add((cell.Plan, oracle), drivers = []);
                }

                drivers.Add(Array.IndexOf(Drivers, cell.Driver));
            }
        }

        return tripped;
    }

    /// <summary>
    /// What faults that trip nothing alone trip beside one other at some instructions, though neither does alone there. They shift when things
    /// happen; it takes another fault that makes it matter.
    /// </summary>
    private static SortedSet<(string Fault, string Oracle, int Driver)> TripBeside()
    {
        var tripped = new SortedSet<(string, string, int)>();
        var firmware = FirmwareFile.LoadShipped().Single(profile => profile.Id == "irq-off-at-end");
        foreach (var fault in Faults.Where(fault => !IsBiting(fault)))
        {
            foreach (var other in Faults.Where(other => other != fault))
            {
                var settings = new PairSettings(
                    "apchaos", 2, 2, ThreadModel.Scenario, RunBudgets.Default, Catalogue.Shipped, [.. ((string[])[fault, other]).Order(StringComparer.Ordinal)]);
                for (var driver = 0; driver < Drivers.Length; driver++)
                {
                    var found = new PairSweep(settings, firmware).Run(DriverSource.Resolve(Drivers[driver], Catalogue.Shipped)[0], 2, null, CancellationToken.None);
                    foreach (var together in found.Together.Where(together => together.First.Fault != together.Second.Fault))
                    {
                        tripped.Add((fault, Catalogue.Shipped.Oracles[together.Oracle].Id, driver));
                    }
                }
            }
        }

        return tripped;
    }

    /// <summary>A swarm of one fault, at the places of <c>mixed</c>.</summary>
    private static Plan PlanOf(Fault fault, bool extremes)
    {
        var option = extremes ? string.Concat(fault.Options.Select(Extremes)) : "";
        string[] places =
        [
            "",
            """, "on": { "instruction": "zapq", "actor": "driver", "when": "after", "nth": 1 }""",
            """, "on": { "instruction": "tapq", "when": "after", "nth": 1 }""",
            """, "on": { "instruction": "aqic", "when": "after", "nth": 1 }""",
            """, "on": { "operation": "close-device", "nth": 1 }""",
        ];
        var faults = places.Select(place => $$"""{ "fault": "{{fault.Id}}"{{place}}{{option}} }""");
        return PlanFile.Parse($$"""{ "name": "{{fault.Id}}", "swarm": { "armed": 0.4, "firing": 0.6 }, "faults": [ {{string.Join(", ", faults)}} ] }""", null, Catalogue.Shipped);
    }

    /// <summary>Each word of an option, and of a duration what the fault has without options, twenty times that, and for ever.</summary>
    private static string Extremes(FaultOption option)
    {
        string[] values = option.Kind switch
        {
            FaultOptionKind.Word => option.Words,
            FaultOptionKind.Duration =>
            [
                VirtualTime.Format(option.Default), VirtualTime.Format(Math.Min(option.Default * 20, option.Maximum)), .. option.AllowsNever ? ["never"] : Array.Empty<string>(),
            ],
            _ => [],
        };
        return values.Length == 0 ? "" : $$""", "{{option.Name}}": { "oneOf": [{{string.Join(", ", values.Select(value => $"\"{value}\""))}}] }""";
    }

    private static string Render()
    {
        var text = new StringBuilder();
        text.Append("Which fault, alone, can trip which oracle on which shipped driver: ").Append(Runs).Append(" runs under each of ")
            .Append(string.Join(", ", Firmware)).Append(".\n\n");
        for (var i = 0; i < Drivers.Length; i++)
        {
            text.Append("  ").Append(i).Append("  ").Append(Drivers[i]).Append('\n');
        }

        foreach (var fault in Faults.Where(IsBiting))
        {
            Append(text, fault, oracle => Tripped.Value.GetValueOrDefault((fault, oracle)));
        }

        text.Append("\nBeside one other fault, when neither does it alone (two schedules of the small scenario, irq-off-at-end)\n");
        foreach (var fault in Faults.Where(fault => !IsBiting(fault)))
        {
            Append(text, fault, oracle => [.. TrippedBeside.Value.Where(key => key.Fault == fault && key.Oracle == oracle).Select(key => key.Driver)]);
        }

        text.Append("\nOracles that no fault alone trips on a shipped driver; planted bugs do (Suites/Negative)\n");
        foreach (var oracle in Oracles.Where(oracle => !IsTripped(oracle)))
        {
            text.Append("  ").Append(oracle).Append('\n');
        }

        return text.ToString().TrimEnd('\n');
    }

    private static void Append(StringBuilder text, string fault, Func<string, ICollection<int>?> driversOf)
    {
        text.Append('\n').Append(fault).Append('\n');
        foreach (var oracle in Oracles)
        {
            if (driversOf(oracle) is { Count: > 0 } drivers)
            {
                text.Append("  ").Append(oracle.PadRight(26))
                    .Append(string.Concat(Enumerable.Range(0, Drivers.Length).Select(i => drivers.Contains(i) ? (char)('0' + i) : '.'))).Append('\n');
            }
        }
    }

    private static bool IsBiting(string fault) => Tripped.Value.Keys.Any(key => key.Fault == fault);

    private static bool IsTripped(string oracle) => Tripped.Value.Keys.Any(key => key.Oracle == oracle);

    private static string Planted(string oracle, [CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "../Negative", string.Concat(oracle.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..])) + "Tests.cs");
}
