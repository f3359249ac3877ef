using System.Numerics;
using ApChaos.Hosting;
using ApChaos.Machine;

namespace ApChaos.Campaigns;

/// <summary>
/// Puts each fault at each instruction, and each pair of faults at each pair of instructions, and says how many of them were reached.
/// </summary>
/// <remarks>
/// <para>The instructions are found by running: those of the run without faults, and whatever comes in a run with one fault (a retry, a
/// second AQIC), until no run with one fault shows a new one.</para>
/// <para>One rule makes it complete: up to the first fault a run with two is a run with one. So whatever a pair can reach is reached by one of its
/// faults, and a pair that never met cannot meet.</para>
/// </remarks>
/// <param name="settings">What the points share.</param>
/// <param name="firmware">The hardware.</param>
public sealed class PairSweep(PairSettings settings, FirmwareProfile firmware)
{
    private readonly int _faults = settings.Faults.Count;
    private long _made;
    private long _runs;

    /// <summary>Sweeps.</summary>
    /// <param name="driver">The driver.</param>
    /// <param name="workers">Threads, at least 1; the result does not depend on it.</param>
    /// <param name="progress">Told now and then, or null.</param>
    /// <param name="stop">Stops it; what was done is kept.</param>
    /// <returns>What was found.</returns>
    public PairsOfDriver Run(DriverEntry driver, int workers, IProgress<CampaignProgress>? progress, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(driver);
        (_made, _runs) = (0, 0);
        var (alone, places, calm) = RunAlone(driver, workers, stop);
        var kept = places.Where(place => place.Nth <= settings.NthMost).ToArray();
        var kinds = (from first in Enumerable.Range(0, _faults) from second in Enumerable.Range(first, _faults - first) select (first, second)).ToArray();
        var total = kinds.Sum(kind => Pairs(kind, kept.Length));
        var parts = new Part[kinds.Length];
        var ofPoint = alone.ToDictionary(point => point.Point, point => point.Oracles);
        Workers.Share("a run of pairs", workers, kinds.Length, (i, token) =>
        {
            parts[i] = RunKind(driver, kinds[i], kept, ofPoint, calm, token);
            progress?.Report(new CampaignProgress(i + 1, kinds.Length, Interlocked.Add(ref _made, parts[i].Made), total, driver.Id));
        }, stop);

        var together = parts.SelectMany(part => part.Together).GroupBy(found => found.Oracle).OrderBy(group => group.Key)
            .Select(group => group.MinBy(found => (found.Steps, found.First, found.Second))! with { Pairs = group.Sum(found => found.Pairs) })
            .Select(found => found with { History = new PairBench(settings, driver, firmware, false, found.First.Fault, found.Second.Fault).Record(found.Oracle, found.First, found.Second) });
        return new PairsOfDriver(
            driver, kept, places.Count - kept.Length, alone, total, parts.Sum(part => part.Made), parts.Sum(part => part.Reached),
            [.. parts.SelectMany(part => part.Missed).Order(Comparer<PairMissed>.Create((a, b) => (a.First, a.Second).CompareTo((b.First, b.Second))))],
            [.. together], _runs + parts.Sum(part => (long)part.Runs));
    }

    private static long Pairs((int First, int Second) kind, long places) => kind.First == kind.Second ? places * (places - 1) / 2 : places * places;

    /// <summary>Each fault at each instruction, until no run shows a new one.</summary>
    private (PairAlone[] Alone, SortedSet<PairPlace> Places, ulong Calm) RunAlone(DriverEntry driver, int workers, CancellationToken stop)
    {
        var calm = new PairBench(settings, driver, firmware, seesPlaces: true);
        var calmOracles = calm.Run().Oracles;
        var places = new SortedSet<PairPlace>(calm.Seen);
        var done = new SortedDictionary<PairPoint, PairAlone>();
        _runs = calm.Runs;
        for (PairPlace[] fresh = [.. places]; fresh.Length > 0 && !stop.IsCancellationRequested;)
        {
            var seen = new SortedSet<PairPlace>[_faults];
            var found = new List<PairAlone>[_faults];
            Workers.Share("a run of pairs", workers, _faults, (fault, token) =>
            {
                (seen[fault], found[fault]) = ([], []);
                var bench = new PairBench(settings, driver, firmware, seesPlaces: true, fault);
                using var watch = settings.Watchdog?.Watch(driver.Id, () => bench.LastOperation, () => bench.Runs);
                foreach (var place in fresh)
                {
                    if (token.IsCancellationRequested || place.Nth > settings.NthMost)
                    {
                        continue;
                    }

                    var (fired, _, bit, oracles) = bench.Run(place);
                    found[fault].Add(new PairAlone(new PairPoint(fault, place), fired, bit, oracles & ~calmOracles));
                    seen[fault].UnionWith(bench.Seen);
                }

                Interlocked.Add(ref _runs, bench.Runs);
            }, stop);
            foreach (var point in found.SelectMany(points => points))
            {
                done.Add(point.Point, point);
            }

            fresh = [.. seen.SelectMany(some => some).Distinct().Where(place => !places.Contains(place)).Order()];
            places.UnionWith(fresh);
        }

        return ([.. done.Values], places, calmOracles);
    }

    /// <summary>All pairs of two faults.</summary>
    private Part RunKind(
        DriverEntry driver, (int First, int Second) kind, PairPlace[] places, Dictionary<PairPoint, ulong> alone, ulong calm, CancellationToken stop)
    {
        var part = new Part();
        if (stop.IsCancellationRequested)
        {
            return part;
        }

        var bench = new PairBench(settings, driver, firmware, false, kind.First, kind.Second);
        using var watch = settings.Watchdog?.Watch(driver.Id, () => bench.LastOperation, () => bench.Runs);
        for (var i = 0; i < places.Length; i++)
        {
            for (var j = kind.First == kind.Second ? i + 1 : 0; j < places.Length && !stop.IsCancellationRequested; j++)
            {
                var (first, second) = (new PairPoint(kind.First, places[i]), new PairPoint(kind.Second, places[j]));
                var (fired, firstFired, _, oracles) = bench.Run(places[i], places[j]);
                part.Made++;
                if (fired)
                {
                    part.Reached++;
                }
                else
                {
                    part.Missed.Add(new PairMissed(first, second, firstFired ? second.Place : first.Place));
                }

                part.Note(bench, oracles & ~(calm | alone.GetValueOrDefault(first) | alone.GetValueOrDefault(second)), first, second);
            }
        }

        part.Runs = bench.Runs;
        return part;
    }

    /// <summary>What came of the pairs of two faults.</summary>
    private sealed class Part
    {
        internal long Made { get; set; }

        internal long Reached { get; set; }

        internal int Runs { get; set; }

        internal List<PairMissed> Missed { get; } = [];

        /// <summary>For each oracle the pair with the fewest steps.</summary>
        internal List<PairTogether> Together { get; } = [];

        internal void Note(PairBench bench, ulong oracles, PairPoint first, PairPoint second)
        {
            for (; oracles != 0; oracles &= oracles - 1)
            {
                var oracle = BitOperations.TrailingZeroCount(oracles);
                var steps = bench.Steps[oracle];
                var known = Together.FindIndex(found => found.Oracle == oracle);
                if (known < 0)
                {
                    Together.Add(new PairTogether(oracle, 1, first, second, steps, null));
                }
                else
                {
                    var found = Together[known];
                    Together[known] = (steps < found.Steps ? found with { First = first, Second = second, Steps = steps } : found) with { Pairs = found.Pairs + 1 };
                }
            }
        }
    }
}
