using ApChaos.Hosting;

namespace ApChaos.Campaigns;

/// <summary>What is known of one point of a sweep.</summary>
public enum SweepVerdict
{
    /// <summary>Nothing: it was stopped before.</summary>
    Unknown,

    /// <summary>No violation.</summary>
    Safe,

    /// <summary>A violation.</summary>
    Violated,
}

/// <summary>One row of a map: all values of x at one value of y.</summary>
/// <param name="Y">Position of the value of y; 0 when there is no y.</param>
/// <param name="Cells">What is known of each value of x.</param>
/// <param name="Measured">Which of them were run; the others lie between two that were and agree.</param>
/// <param name="LastSafe">The largest x that is known to be safe below the boundary, found by bisection; null when there is none.</param>
/// <param name="FirstViolated">The smallest x that is known to be violated; null when there is none.</param>
/// <param name="Samples">Points away from the boundary that were run to check that there is one boundary.</param>
/// <param name="IsMonotone">Whether they agree; when not, every point of the row was run.</param>
public sealed record SweepRow(
    int Y, IReadOnlyList<SweepVerdict> Cells, IReadOnlyList<bool> Measured, long? LastSafe, long? FirstViolated, int Samples, bool IsMonotone);

/// <summary>The map of one driver.</summary>
/// <param name="Driver">The driver.</param>
/// <param name="Rows">The rows, ascending in y.</param>
public sealed record SweepMap(DriverEntry Driver, IReadOnlyList<SweepRow> Rows);

/// <summary>What a sweep found.</summary>
/// <param name="X">The axis of the columns.</param>
/// <param name="Y">The axis of the rows, or null.</param>
/// <param name="Firmware">Id of the firmware profile.</param>
/// <param name="Settings">Seed, runs and oracles.</param>
/// <param name="Maps">A map for each driver.</param>
/// <param name="Points">How many points were run.</param>
/// <param name="Interrupted">Whether it was stopped before its end.</param>
public sealed record SweepResult(
    SweepAxis X, SweepAxis? Y, string Firmware, ProbeSettings Settings, IReadOnlyList<SweepMap> Maps, int Points, bool Interrupted);
