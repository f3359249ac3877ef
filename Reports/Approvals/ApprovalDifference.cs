namespace ApChaos.Reports.Approvals;

/// <summary>Where a result parts from what was approved: which cells, and which histories.</summary>
/// <param name="Approved">Path of the approved file, as messages name it.</param>
/// <param name="Lines">One line a cell that differs, with indented lines that say how; plain text.</param>
/// <param name="Cells">How many cells differ.</param>
public sealed record ApprovalDifference(string Approved, IReadOnlyList<string> Lines, int Cells)
{
    /// <summary>In one line.</summary>
    public string OneLine => $"{Texts.VerdictText.Count(Cells, "cell")} {(Cells == 1 ? "differs" : "differ")} from {Approved}; apchaos approve accepts {(Cells == 1 ? "it" : "them")}";

    /// <summary>Compares a result with what was approved.</summary>
    /// <param name="old">What was approved.</param>
    /// <param name="now">The result.</param>
    /// <param name="approved">Path of the approved file, as messages name it.</param>
    /// <returns>The difference, or null when there is none.</returns>
    public static ApprovalDifference? Between(ApprovedCells old, ApprovedCells now, string approved)
    {
        ArgumentNullException.ThrowIfNull(old);
        ArgumentNullException.ThrowIfNull(now);
        var lines = new List<string>();
        var count = 0;
        if (old.Origin != now.Origin)
        {
            lines.Add($"it was a run of {old.Origin}, and is one of {now.Origin}");
            count++;
        }

        var before = old.Cells.ToDictionary(cell => cell.Name, StringComparer.Ordinal);
        foreach (var cell in now.Cells)
        {
            if (!before.Remove(cell.Name, out var was))
            {
                lines.Add($"+ {cell.Name}: {cell.Verdict}");
                lines.AddRange(Oracles(cell).Select(oracle => $"    {oracle.Count}"));
                count++;
            }
            else if (!ApprovedCells.IsSame(was, cell))
            {
                lines.Add($"~ {cell.Name}: {(was.Verdict == cell.Verdict ? cell.Verdict + ", otherwise" : $"was {was.Verdict}, is {cell.Verdict}")}");
                lines.AddRange(Changes(was, cell));
                count++;
            }
        }

        foreach (var cell in old.Cells.Where(cell => before.ContainsKey(cell.Name)))
        {
            lines.Add($"- {cell.Name}: {cell.Verdict}");
            count++;
        }

        return count == 0 ? null : new ApprovalDifference(approved, lines, count);
    }

    private static IEnumerable<string> Changes(ApprovedCell old, ApprovedCell now)
    {
        var before = Oracles(old).ToDictionary(oracle => oracle.Id, StringComparer.Ordinal);
        foreach (var (id, count, history) in Oracles(now))
        {
            if (!before.Remove(id, out var was))
            {
                yield return $"  + {count}";
                foreach (var line in history)
                {
                    yield return $"    {line.Trim()}";
                }

                continue;
            }

            if (was.Count != count)
            {
                yield return $"    {id}: was {was.Count[(id.Length + 2)..]}, is {count[(id.Length + 2)..]}";
            }

            if (!was.History.SequenceEqual(history))
            {
                yield return $"    {id}: another shortest history";
                foreach (var (mark, line) in was.History.Except(history).Select(line => ('-', line)).Concat(history.Except(was.History).Select(line => ('+', line))))
                {
                    yield return $"      {mark} {line.Trim()}";
                }
            }
        }

        foreach (var gone in Oracles(old).Where(oracle => before.ContainsKey(oracle.Id)))
        {
            yield return $"  - {gone.Count}";
        }
    }

    /// <summary>The violations of a cell: a line with oracle and count, and its indented lines.</summary>
    private static List<(string Id, string Count, List<string> History)> Oracles(ApprovedCell cell)
    {
        var oracles = new List<(string Id, string Count, List<string> History)>();
        foreach (var line in cell.Lines)
        {
            if (line.StartsWith(' ') && oracles.Count > 0)
            {
                oracles[^1].History.Add(line);
            }
            else
            {
                oracles.Add((line.Split(": ")[0], line, []));
            }
        }

        return oracles;
    }
}
