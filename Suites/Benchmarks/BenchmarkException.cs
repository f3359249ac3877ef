namespace ApChaos.Suites.Benchmarks;

/// <summary>A benchmark cannot be made: what is missing or wrong, and what is expected.</summary>
/// <param name="message">The line that is printed.</param>
internal sealed class BenchmarkException(string message) : Exception(message);
