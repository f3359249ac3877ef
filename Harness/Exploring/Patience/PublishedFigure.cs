using ApChaos.Abstractions;

namespace ApChaos.Exploring;

/// <summary>A figure for the longest wait that somebody wrote down.</summary>
/// <param name="Driver">Driver id.</param>
/// <param name="WaitNs">Virtual nanoseconds; null when they say that there is no bound.</param>
/// <param name="Source">Who says so.</param>
/// <param name="Difference">Why the code waits otherwise, where it does; empty otherwise.</param>
public sealed record PublishedFigure(string Driver, long? WaitNs, string Source, string Difference = "")
{
    private const long Ms = VirtualTime.Millisecond;

    /// <summary>The figures that measurements are compared with.</summary>
    public static IReadOnlyList<PublishedFigure> All { get; } =
    [
        new("vfio-ap-4.20", 60 * Ms, "bug-history part D, G0"),
        new("vfio-ap-5.3", 260 * Ms, "bug-history part D, G1, added up from the code"),
        new("vfio-ap-5.3", 340 * Ms, "the thread of 2019: 5 x 20 ZAPQ + 2 x 20 empty + 5 x 20 AQIC + 5 x 20 irq clear",
            "the thread counts five refused ZAPQs of 20 ms; the code retries ZAPQ once, 20 ms"),
        new("vfio-ap-2019-v2", 60 * Ms, "bug-history part D, G2"),
        new("vfio-ap-2019-v2", 40 * Ms, "the thread of 2019: \"longer than 40 msec\"",
            "the thread counts the two looks for E=1 alone; a refused ZAPQ comes before them, 20 ms"),
        new("vfio-ap-5.11", 60 * Ms, "bug-history part D, G3"),
        new("vfio-ap-6.3", 200 * Ms, "bug-history part D, G4"),
        new("vfio-ap-6.6", null, "bug-history part D, G5"),
        new("vfio-ap-6.9", null, "bug-history part D, G6"),
        new("golden", null, "bug-history part D, G7"),
    ];
}
