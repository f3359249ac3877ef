using ApChaos.Abstractions;
using ApChaos.Campaigns;
using ApChaos.Hosting;
using NUnit.Framework.Constraints;

namespace ApChaos.Conformance;

/// <summary>A cell in which no oracle spoke, or none of some, but for those that are beyond a correct driver under its plan.</summary>
public sealed class NoViolationConstraint : Constraint
{
    private readonly IReadOnlyList<string> _oracles;
    private readonly string _what;

    /// <summary>No oracle at all.</summary>
    public NoViolationConstraint()
        : this("no violation", [.. Catalogue.Shipped.Oracles.Select(oracle => oracle.Id)])
    {
    }

    private NoViolationConstraint(string what, IReadOnlyList<string> oracles) => (_what, _oracles) = (what, oracles);

    /// <inheritdoc/>
    public override string Description => _what;

    /// <summary>Only these oracles count.</summary>
    /// <param name="oracles">Ids.</param>
    /// <returns>The constraint.</returns>
    public NoViolationConstraint Of(params string[] oracles)
    {
        var unknown = oracles.Where(id => Catalogue.Shipped.Oracles.All(oracle => oracle.Id != id)).ToList();
        return unknown.Count == 0
            ? new NoViolationConstraint($"no violation of {string.Join(", ", oracles)}", oracles)
            : throw new InputException($"unknown oracle '{unknown[0]}'; expected one of: {string.Join(", ", Catalogue.Shipped.Oracles.Select(oracle => oracle.Id))}");
    }

    /// <summary>Only the oracles of these groups count.</summary>
    /// <param name="groups">Groups.</param>
    /// <returns>The constraint.</returns>
    public NoViolationConstraint In(params OracleGroup[] groups) => new(
        $"no violation in {string.Join(", ", groups.Select(FailureText.Words))}",
        [.. Catalogue.Shipped.Oracles.Where(oracle => groups.Contains(oracle.Group)).Select(oracle => oracle.Id)]);

    /// <inheritdoc/>
    public override ConstraintResult ApplyTo<TActual>(TActual actual)
    {
        if (actual is not CellResult cell)
        {
            throw new ArgumentException("expected what Run(…) returns", nameof(actual));
        }

        IReadOnlyList<ViolationResult> broken = [.. cell.Violations.Where(violation => !violation.Expected && _oracles.Contains(violation.Oracle))];
        return new Outcome(this, cell, broken);
    }

    private sealed class Outcome(NoViolationConstraint constraint, CellResult cell, IReadOnlyList<ViolationResult> broken)
        : ConstraintResult(constraint, cell, broken.Count == 0 && cell.Verdict is CellVerdict.Safe or CellVerdict.Violated)
    {
        public override void WriteMessageTo(MessageWriter writer)
        {
            foreach (var line in FailureText.Lines(cell, broken, Description))
            {
                writer.WriteLine(line);
            }
        }
    }
}
