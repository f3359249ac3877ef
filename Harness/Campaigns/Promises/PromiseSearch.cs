using ApChaos.Abstractions;
using ApChaos.Campaigns.Shrinking;
using ApChaos.Exploring;
using ApChaos.Exploring.Shrinking;
using ApChaos.Hosting;
using ApChaos.Machine;

namespace ApChaos.Campaigns;

/// <summary>
/// Which promises of the hardware a driver needs: the minimal sets of knobs that have to be at their mildest, all others being at their
/// worst, for no oracle that counts to speak.
/// </summary>
/// <param name="probe">Asks about one profile.</param>
/// <param name="plans">The plans; a driver is safe when it is in each of them.</param>
public sealed class PromiseSearch(CellProbe probe, IReadOnlyList<Plan> plans)
{
    private const int QuestionsMax = 400;
    private const int SamplesEach = 4;

    /// <summary>How much work a counterexample may be made smaller with: its steps matter, and no certificate is wanted.</summary>
    private static readonly ShrinkOptions Shrinking = new(Executions: 1500, SearchRuns: 500, RowRuns: 20, ContinuationRuns: 1);

    private static readonly IReadOnlyList<FirmwareProfile> Shipped = FirmwareFile.LoadShipped();
    private static readonly FirmwareProfile Mildest = Shipped.First(profile => profile.Id == "documented");
    private static readonly FirmwareProfile Worst = Shipped.First(profile => profile.Id == "hostile");

    /// <summary>The promises that are tried.</summary>
    public static IReadOnlyList<Promise> All { get; } = Promise.Between(Mildest, Worst);

    /// <summary>Searches for several drivers.</summary>
    /// <param name="drivers">The drivers.</param>
    /// <param name="workers">Threads, at least 1; the result does not depend on it.</param>
    /// <param name="progress">Told of each driver, or null.</param>
    /// <param name="stop">Stops it; drivers that are done are kept.</param>
    /// <returns>For each driver its promises, or null when it was not done.</returns>
    public IReadOnlyList<PromisesOfDriver?> Run(IReadOnlyList<DriverEntry> drivers, int workers, IProgress<CampaignProgress>? progress, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(drivers);
        var found = new PromisesOfDriver?[drivers.Count];
        var done = 0;
        Workers.Share("a search for promises", workers, drivers.Count, (i, token) =>
        {
            try
            {
                found[i] = Find(drivers[i], token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            var now = Interlocked.Increment(ref done);
            progress?.Report(new CampaignProgress(now, drivers.Count, now, drivers.Count, drivers[i].Id));
        }, stop);
        return found;
    }

    /// <summary>Searches for one driver.</summary>
    /// <param name="driver">The driver.</param>
    /// <param name="stop">Stops it with <see cref="OperationCanceledException"/>.</param>
    /// <returns>Its promises.</returns>
    public PromisesOfDriver Find(DriverEntry driver, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(driver);
        var all = (1UL << All.Count) - 1;
        var sets = new MinimalSets(All.Count, kept => IsSafe(driver, ProfileOf(kept), stop), QuestionsMax).Find();
        var samples = sets.Sets.SelectMany((set, i) => Samples(set, all, (ulong)i)).Distinct().ToList();
        var contradictions = samples.Count(kept => !IsSafe(driver, ProfileOf(kept), stop));
        return new PromisesOfDriver(
            driver.Id,
            [.. sets.Sets.Select(set => Explain(driver, set, stop))],
            sets.Sets.Count == 0 ? Shortest(driver, ProfileOf(all), stop)?.Hit : null,
            sets.Questions,
            samples.Count,
            contradictions,
            sets.IsComplete);
    }

    private static FirmwareProfile ProfileOf(ulong kept, params IEnumerable<(string Knob, string Value)> others) => FirmwareVariation.Of(
        Worst, "promises", "some promises are kept, all others are denied", All.Where((_, i) => ((kept >> i) & 1) != 0).Select(promise => (promise.Knob, promise.Kept)).Concat(others));

    private static IEnumerable<ulong> Samples(ulong set, ulong all, ulong seed)
    {
        var random = new RandomNumbers(RandomNumbers.Seed("promises", seed));
        for (var i = 0; i < SamplesEach; i++)
        {
            var more = set;
            for (var bit = 0; bit < All.Count; bit++)
            {
                more |= random.Next(2) == 1 ? 1UL << bit : 0;
            }

            if (more != set && more != all)
            {
                yield return more;
            }
        }
    }

    private bool IsSafe(DriverEntry driver, FirmwareProfile firmware, CancellationToken stop) =>
        plans.All(plan => probe.First(driver, plan, firmware, stop) is null);

    private List<NeededPromise> Explain(DriverEntry driver, ulong set, CancellationToken stop)
    {
        var needed = new List<NeededPromise>();
        for (var i = 0; i < All.Count; i++)
        {
            if (((set >> i) & 1) != 0)
            {
                var without = ProfileOf(set & ~(1UL << i));
                var bound = All[i].IsDuration ? LongestEnough(driver, set, All[i], stop) : null;
                needed.Add(Shortest(driver, without, stop) is { } found
                    ? Counterexample(All[i], bound, driver, found.Hit, probe.Record(driver, found.Plan, without, found.Hit), stop)
                    : new NeededPromise(All[i], bound, null, null));
            }
        }

        return needed;
    }

    /// <summary>The shortest of the runs, shrunk: as few steps as can be had.</summary>
    private NeededPromise Counterexample(Promise promise, long? bound, DriverEntry driver, ProbeHit hit, ReplayFile history, CancellationToken stop)
    {
        var small = new HistoryShrinker(history, driver, probe.Settings.Catalogue).Shrink(Shrinking, null, stop);
        stop.ThrowIfCancellationRequested();
        return new NeededPromise(promise, bound, hit with { Steps = small.Violation.Steps, TimeNs = small.Violation.TimeNs }, small.Minimal);
    }

    private (Plan Plan, ProbeHit Hit)? Shortest(DriverEntry driver, FirmwareProfile firmware, CancellationToken stop)
    {
        (Plan Plan, ProbeHit Hit)? shortest = null;
        foreach (var plan in plans)
        {
            if (probe.Shortest(driver, plan, firmware, stop) is { } hit && (shortest is null || hit.Steps < shortest.Value.Hit.Steps))
            {
                shortest = (plan, hit);
            }
        }

        return shortest;
    }

    /// <summary>How much of a promise about a duration is needed: the longest duration that is still enough, by bisection to 1 ms.</summary>
    private long? LongestEnough(DriverEntry driver, ulong set, Promise promise, CancellationToken stop)
    {
        var low = Durations(promise.Kept).Max();
        var high = Durations(promise.Denied).Max();
        var enough = Boundary.Find(low, high, VirtualTime.Millisecond, longest => !IsSafe(
            driver, ProfileOf(set, (promise.Knob, $"{VirtualTime.Format(0)},{VirtualTime.Format(longest / 2)},{VirtualTime.Format(longest)}")), stop)).Last;
        return enough == low ? null : enough;
    }

    private static IEnumerable<long> Durations(string text) =>
        text.Split(',').Select(duration => VirtualTime.TryParse(duration, out var ns, out _) ? ns : throw new InvalidOperationException($"'{duration}' is no duration."));
}
