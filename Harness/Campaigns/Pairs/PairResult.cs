using ApChaos.Hosting;

namespace ApChaos.Campaigns;

/// <summary>One fault at one instruction.</summary>
/// <param name="Fault">Position among the faults.</param>
/// <param name="Place">The instruction.</param>
public readonly record struct PairPoint(int Fault, PairPlace Place) : IComparable<PairPoint>
{
    /// <inheritdoc/>
    public int CompareTo(PairPoint other) => (Fault, Place).CompareTo((other.Fault, other.Place));
}

/// <summary>What came of a point.</summary>
/// <param name="Point">The point.</param>
/// <param name="Fired">Whether the instruction was reached.</param>
/// <param name="Bit">Whether the fault found something to bend there.</param>
/// <param name="Oracles">Bit per oracle that spoke, besides those that speak without any fault.</param>
public sealed record PairAlone(PairPoint Point, bool Fired, bool Bit, ulong Oracles);

/// <summary>Points that violate together and not alone.</summary>
/// <param name="Oracle">Position of the oracle.</param>
/// <param name="Pairs">How many pairs.</param>
/// <param name="First">One point of the pair whose violation takes the fewest steps.</param>
/// <param name="Second">The other.</param>
/// <param name="Steps">Its steps.</param>
/// <param name="History">Its history, replayed; null until then.</param>
public sealed record PairTogether(int Oracle, long Pairs, PairPoint First, PairPoint Second, int Steps, ReplayFile? History);

/// <summary>Two points that never met: in no run both fired.</summary>
/// <param name="First">One.</param>
/// <param name="Second">The other.</param>
/// <param name="Lost">Which instruction did not come; the second when each came in a run of its own.</param>
public readonly record struct PairMissed(PairPoint First, PairPoint Second, PairPlace Lost);

/// <summary>What a sweep over pairs found for one driver.</summary>
/// <param name="Driver">The driver.</param>
/// <param name="Places">The instructions that some run reached, ascending.</param>
/// <param name="Beyond">How many instructions were left out because of their number.</param>
/// <param name="Alone">The points, ascending.</param>
/// <param name="Pairs">How many pairs there are.</param>
/// <param name="Made">How many of them were run.</param>
/// <param name="Reached">In how many both faults fired.</param>
/// <param name="Missed">The pairs that were run and of which one fault never fired, ascending.</param>
/// <param name="Together">What needs two faults, ascending by oracle.</param>
/// <param name="Runs">How many runs were made.</param>
public sealed record PairsOfDriver(
    DriverEntry Driver,
    IReadOnlyList<PairPlace> Places,
    int Beyond,
    IReadOnlyList<PairAlone> Alone,
    long Pairs,
    long Made,
    long Reached,
    IReadOnlyList<PairMissed> Missed,
    IReadOnlyList<PairTogether> Together,
    long Runs)
{
    /// <summary>Whether each pair was run.</summary>
    public bool IsComplete => Made == Pairs;
}
