using ApChaos.Machine;

namespace ApChaos.Campaigns;

/// <summary>Something that the hardware may promise: a knob of the firmware profiles that is kept at its mildest, or denied.</summary>
/// <param name="Knob">The knob.</param>
/// <param name="Kept">Its value under <c>documented</c>.</param>
/// <param name="Denied">Its value under <c>hostile</c>.</param>
/// <param name="Meaning">What the kept value says of the hardware.</param>
/// <param name="Evidence">Source that leaves it open.</param>
public sealed record Promise(string Knob, string Kept, string Denied, string Meaning, string Evidence)
{
    /// <summary>Assumption id: knob and kept value.</summary>
    public string Id => $"{Knob}={Kept}";

    /// <summary>Whether the knob is a list of durations: then the promise may be kept in part.</summary>
    public bool IsDuration => KnobCatalogue.Find(Knob)!.DurationsMeaning is not null;

    /// <summary>All promises: each knob in which the mildest and the worst profile differ.</summary>
    /// <param name="mildest">The mildest profile.</param>
    /// <param name="worst">The worst profile.</param>
    /// <returns>The promises, in the order of the knobs.</returns>
    public static IReadOnlyList<Promise> Between(FirmwareProfile mildest, FirmwareProfile worst)
    {
        ArgumentNullException.ThrowIfNull(mildest);
        ArgumentNullException.ThrowIfNull(worst);
        return
        [
            .. mildest.Assumptions.Zip(worst.Assumptions).Where(pair => pair.First.Value != pair.Second.Value)
                .Select(pair => new Promise(pair.First.Knob, pair.First.Value, pair.Second.Value, pair.First.Meaning, pair.First.Evidence)),
        ];
    }
}

/// <summary>A promise of a minimal set.</summary>
/// <param name="Promise">The promise.</param>
/// <param name="BoundNs">For durations: the longest that is still enough, in virtual nanoseconds; null for words, and when nothing less than the promise is.</param>
/// <param name="Counterexample">The shortest violation when it alone is denied, shrunk.</param>
/// <param name="History">That violation as it can be replayed.</param>
public sealed record NeededPromise(Promise Promise, long? BoundNs, ProbeHit? Counterexample, ReplayFile? History);

/// <summary>The promises under which a driver is safe.</summary>
/// <param name="Driver">Driver id.</param>
/// <param name="Sets">The minimal sets; one empty set when it is safe whatever the hardware does, none when nothing helps.</param>
/// <param name="Without">The shortest violation when nothing helps, or null.</param>
/// <param name="Questions">How many sets were asked about.</param>
/// <param name="Samples">How many larger sets were asked about, to see whether more is never worse.</param>
/// <param name="Contradictions">How many of them were worse.</param>
/// <param name="IsComplete">Whether these are all sets; otherwise the search was stopped.</param>
public sealed record PromisesOfDriver(
    string Driver, IReadOnlyList<IReadOnlyList<NeededPromise>> Sets, ProbeHit? Without, int Questions, int Samples, int Contradictions, bool IsComplete);
