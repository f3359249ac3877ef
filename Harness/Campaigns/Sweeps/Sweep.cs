using System.Text.Json.Nodes;
using ApChaos.Exploring;
using ApChaos.Hosting;
using ApChaos.Machine;

namespace ApChaos.Campaigns;

/// <summary>
/// Maps where a driver is safe, over one or two options of faults. In each row the boundary is found by bisection; points on both sides of
/// it are run to see whether there is only one, and where there are more, the whole row is run.
/// </summary>
/// <param name="probe">Asks about one point.</param>
/// <param name="x">The axis of the columns.</param>
/// <param name="y">The axis of the rows, or null.</param>
/// <param name="firmware">The hardware.</param>
public sealed class Sweep(CellProbe probe, SweepAxis x, SweepAxis? y, FirmwareProfile firmware)
{
    /// <summary>Firmware profile when nothing is said: the one that the thread of 2019 worries about.</summary>
    public const string UsualFirmware = "irq-off-at-end";

    /// <summary>Runs of a point when nothing is said.</summary>
    public const int UsualRuns = 60;

    private const string PlanName = "sweep";

    private int _points;
    private int _rowsDone;

    /// <summary>Sweeps.</summary>
    /// <param name="drivers">The drivers.</param>
    /// <param name="workers">Threads, at least 1; the result does not depend on it.</param>
    /// <param name="progress">Told of each row, or null.</param>
    /// <param name="stop">Stops it; what was done is kept.</param>
    /// <returns>The maps.</returns>
    public SweepResult Run(IReadOnlyList<DriverEntry> drivers, int workers, IProgress<CampaignProgress>? progress, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(drivers);
        var rowsEach = y?.Values.Count ?? 1;
        var rows = new SweepRow?[drivers.Count * rowsEach];
        Workers.Share("a sweep", workers, rows.Length, (i, token) =>
        {
            rows[i] = RunRow(drivers[i / rowsEach], i % rowsEach, token);
            var done = Interlocked.Increment(ref _rowsDone);
            progress?.Report(new CampaignProgress(done, rows.Length, done, rows.Length, drivers[i / rowsEach].Id));
        }, stop);
        return new SweepResult(
            x, y, firmware.Id, probe.Settings, [.. drivers.Select((driver, i) => new SweepMap(driver, [.. rows[(i * rowsEach)..((i + 1) * rowsEach)]!]))],
            _points, rows.Any(row => row!.Cells.Contains(SweepVerdict.Unknown)));
    }

    /// <summary>The plan of one point.</summary>
    /// <param name="atX">Value of x.</param>
    /// <param name="atY">Value of y; ignored when there is no y.</param>
    /// <returns>The plan.</returns>
    public Plan PlanAt(long atX, long atY)
    {
        var faults = new JsonArray { new JsonObject { ["fault"] = x.Fault.Id, [x.Option.Name] = Json(x, atX) } };
        if (y is not null)
        {
            var isSame = y.Fault.Id == x.Fault.Id;
            var fault = isSame ? faults[0]!.AsObject() : new JsonObject { ["fault"] = y.Fault.Id };
            fault[y.Option.Name] = Json(y, atY);
            if (!isSame)
            {
                faults.Add((JsonNode)fault);
            }
        }

        return PlanFile.Parse(new JsonObject { ["name"] = PlanName, ["faults"] = faults }.ToJsonString(), null, probe.Settings.Catalogue);
    }

    private static JsonNode Json(SweepAxis axis, long value) =>
        axis.Option.Kind == Abstractions.FaultOptionKind.Duration ? JsonValue.Create(axis.Format(value)) : JsonValue.Create(value);

    private SweepRow RunRow(DriverEntry driver, int row, CancellationToken stop)
    {
        var values = x.Values;
        var known = new SweepVerdict[values.Count];
        var samples = 0;
        var monotone = true;
        (long? Last, long? First) boundary = (null, null);
        try
        {
            if (!IsViolated(^1))
            {
                boundary = (values[^1], null);
            }
            else if (IsViolated(0))
            {
                boundary = (null, values[0]);
            }
            else
            {
                var (last, first) = Boundary.Find(0, values.Count - 1, 1, column => IsViolated((int)column));
                boundary = Boundary.Find(values[(int)last], values[(int)first], x.Resolution, at => Violates(at));
            }

            var end = FirstColumn(boundary.First);
            foreach (var column in (int[])[end / 3, end * 2 / 3, end + ((values.Count - end) / 3), end + ((values.Count - end) * 2 / 3)])
            {
                if (column < values.Count && known[column] == SweepVerdict.Unknown)
                {
                    samples++;
                    monotone &= IsViolated(column) == column >= end;
                }
            }

            for (var column = 0; column < values.Count && !monotone; column++)
            {
                IsViolated(column);
            }
        }
        catch (OperationCanceledException)
        {
            return new SweepRow(row, known, [.. known.Select(verdict => verdict != SweepVerdict.Unknown)], null, null, samples, monotone);
        }

        var measured = known.Select(verdict => verdict != SweepVerdict.Unknown).ToArray();
        var edge = FirstColumn(boundary.First);
        return new SweepRow(
            row,
            [.. known.Select((verdict, column) => verdict != SweepVerdict.Unknown ? verdict : column < edge ? SweepVerdict.Safe : SweepVerdict.Violated)],
            measured,
            monotone ? boundary.Last : null,
            monotone ? boundary.First : null,
            samples,
            monotone);

        int FirstColumn(long? first) => first is null ? values.Count : values.TakeWhile(value => value < first).Count();

        bool IsViolated(Index at)
        {
            var column = at.GetOffset(values.Count);
            if (known[column] == SweepVerdict.Unknown)
            {
                known[column] = Violates(values[column]) ? SweepVerdict.Violated : SweepVerdict.Safe;
            }

            return known[column] == SweepVerdict.Violated;
        }

        bool Violates(long value)
        {
            var hit = probe.First(driver, PlanAt(value, y?.Values[row] ?? 0), firmware, stop);
            Interlocked.Increment(ref _points);
            return hit is not null;
        }
    }
}
