using ApChaos.Abstractions;
using NUnit.Framework;

namespace ApChaos.Conformance;

/// <summary>A word of this kit in NUnit's sentences: <c>Is.MemorySafe</c>.</summary>
public static class IsWords
{
    extension(Is)
    {
        /// <summary>Neither the hardware nor the driver touched memory that was given back.</summary>
        public static NoViolationConstraint MemorySafe => new NoViolationConstraint().In(OracleGroup.MemorySafety);
    }
}

/// <summary>A word of this kit in NUnit's sentences: <c>Has.NoViolation</c>.</summary>
public static class HasWords
{
    extension(Has)
    {
        /// <summary>No oracle spoke; <c>Has.NoViolation.Of("pin-leak")</c> and <c>.In(group)</c> are about some.</summary>
        public static NoViolationConstraint NoViolation => new();
    }
}
