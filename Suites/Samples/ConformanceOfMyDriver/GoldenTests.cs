using ApChaos.Conformance;

namespace Samples;

/// <summary>Another way to name a driver: by its id, or <c>script:PATH.csx</c>. The thread's first two scenarios, on two kinds of hardware.</summary>
[Driver("golden")]
[Plan("thread-scenario-1", "thread-scenario-2")]
[Firmware("documented", "irq-off-at-end")]
[Runs(20)]
public sealed class GoldenTests : DriverConformance;
