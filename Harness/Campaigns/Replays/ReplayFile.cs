using ApChaos.Hosting;
using ApChaos.Machine;
using ApChaos.Running;

namespace ApChaos.Campaigns;

/// <summary>One history that can be run again: driver × plan × firmware × scenario × choices (schema <c>apchaos.replay/1</c>).</summary>
public sealed record ReplayFile
{
    /// <summary>Schema id.</summary>
    public const string Schema = "apchaos.replay/1";

    /// <summary>Driver, as a user types it: an id, or <c>plugin:path.dll#Type</c>.</summary>
    public required string Driver { get; init; }

    /// <summary>Id of the driver, for the file's name.</summary>
    public required string DriverId { get; init; }

    /// <summary>The plan, in full.</summary>
    public required Plan Plan { get; init; }

    /// <summary>The hardware, in full.</summary>
    public required FirmwareProfile Firmware { get; init; }

    /// <summary>Topology and workloads, in full.</summary>
    public required Scenario Scenario { get; init; }

    /// <summary>Bounds.</summary>
    public required RunBudgets Budgets { get; init; }

    /// <summary>Oracle whose violation the history ends with.</summary>
    public required string Oracle { get; init; }

    /// <summary>The answers to all open questions, in order.</summary>
    public required IReadOnlyList<int> Choices { get; init; }

    /// <summary>Steps up to the violation.</summary>
    public required int Steps { get; init; }

    /// <summary>Hash of the trace after the final step.</summary>
    public required ulong Hash { get; init; }

    /// <summary>Where it was found; for the reader only.</summary>
    public string Origin { get; init; } = "";

    /// <summary>Name of the file in the out folder's "failures": cell and oracle.</summary>
    public string FileName => Clean($"{DriverId}--{Plan.Name}--{Firmware.Id}--{Oracle}") + ".json";

    private static string Clean(string text) =>
        string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' ? c : '_'));
}
