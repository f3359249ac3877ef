using ApChaos.Conformance;
using NUnit.Framework;

namespace Samples;

/// <summary>What a driver hears that frees too early. Explicit: it fails, and must.</summary>
[Explicit("fails on purpose; try it with --filter Driver=impatient")]
[Plan("thread-scenario-2")]
[Firmware("irq-off-at-end")]
public sealed class ImpatientDriverTests : DriverConformance<ImpatientDriver>;
