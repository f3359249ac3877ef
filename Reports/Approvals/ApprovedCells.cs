using System.Text;
using ApChaos.Hosting;

namespace ApChaos.Reports.Approvals;

/// <summary>A cell as it was approved.</summary>
/// <param name="Driver">Driver id.</param>
/// <param name="Plan">Plan name.</param>
/// <param name="Firmware">Firmware id.</param>
/// <param name="Verdict">Its verdict, with the reason where there is one.</param>
/// <param name="Lines">For each violation a line with its oracle and count, and indented ones with its shortest history.</param>
public sealed record ApprovedCell(string Driver, string Plan, string Firmware, string Verdict, IReadOnlyList<string> Lines)
{
    /// <summary>How files and messages call it.</summary>
    public string Name => $"{Driver} / {Plan} / {Firmware}";
}

/// <summary>The cells of an approved file, or of a result that could be approved.</summary>
/// <param name="Origin">Seed and runs.</param>
/// <param name="Cells">The cells.</param>
public sealed record ApprovedCells(string Origin, IReadOnlyList<ApprovedCell> Cells)
{
    private const string Heading = "ApChaos cells, apchaos.approval/1";

    private static readonly string[] MergeMarkers = ["<<<<<<<", "|||||||", "=======", ">>>>>>>"];

    /// <summary>Nothing was approved.</summary>
    public static ApprovedCells None { get; } = new("", []);

    /// <summary>The file: LF, no trailing blanks.</summary>
    /// <returns>The text.</returns>
    public string ToText()
    {
        var text = new StringBuilder($"{Heading}\n{Origin}\n\n");
        foreach (var cell in Cells)
        {
            text.Append(cell.Name).Append(": ").Append(cell.Verdict.TrimEnd()).Append('\n');
            foreach (var line in cell.Lines)
            {
                text.Append("  ").Append(line.TrimEnd()).Append('\n');
            }
        }

        return text.ToString();
    }

    /// <summary>Reads a file.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="file">The file, as messages name it.</param>
    /// <returns>The cells.</returns>
    /// <exception cref="InputException">It is none, or a merge left markers in it.</exception>
    public static ApprovedCells Parse(string text, string file)
    {
        ArgumentNullException.ThrowIfNull(text);
        var lines = text.TrimStart('\uFEFF').ReplaceLineEndings("\n").Split('\n');
        if (Array.FindIndex(lines, line => MergeMarkers.Any(marker => line.StartsWith(marker, StringComparison.Ordinal))) is >= 0 and var marked)
        {
            throw new InputException($"a merge left its marker {InputText.Quote(lines[marked])} in the approved file; expected it resolved, or the file removed and approved anew", file, marked + 1, 1);
        }

        if (lines[0] != Heading)
        {
            throw new InputException($"this is no approved file of this version: it begins with {InputText.Quote(lines[0])}; expected {InputText.Quote(Heading)}, or the file removed and approved anew", file, 1, 1);
        }

        var cells = new List<ApprovedCell>();
        for (var at = 2; at < lines.Length; at++)
        {
            if (lines[at].Length > 0)
            {
                cells.Add(ParseCell(lines, ref at, file));
            }
        }

        var twice = cells.GroupBy(cell => cell.Name).FirstOrDefault(group => group.Count() > 1);
        return twice is null
            ? new ApprovedCells(lines.ElementAtOrDefault(1) ?? "", cells)
            : throw new InputException($"the cell {twice.Key} is there twice; expected each cell once", file, 1, 1);
    }

    /// <summary>These cells, with those that match in place of them taken from a new result.</summary>
    /// <param name="now">The new result.</param>
    /// <param name="drivers">Driver ids or globs; none for all.</param>
    /// <param name="plans">Plan names or globs; none for all.</param>
    /// <param name="firmware">Firmware ids or globs; none for all.</param>
    /// <returns>The cells, in the order of the new result, and how many of them are new or other than before.</returns>
    /// <exception cref="InputException">No cell matches.</exception>
    public (ApprovedCells Cells, int Changed) Accept(
        ApprovedCells now, IReadOnlyList<string> drivers, IReadOnlyList<string> plans, IReadOnlyList<string> firmware)
    {
        ArgumentNullException.ThrowIfNull(now);
        var all = drivers.Count + plans.Count + firmware.Count == 0;
        var before = Cells.ToDictionary(cell => cell.Name, StringComparer.Ordinal);
        var accepted = new List<ApprovedCell>();
        var changed = 0;
        if (!all && !now.Cells.Concat(Cells).Any(Matches))
        {
            throw new InputException($"no cell of the last run matches; expected drivers, plans and firmware of its {now.Cells.Count} cells, such as {(now.Cells.Count == 0 ? "none" : now.Cells[0].Name)}");
        }

        foreach (var cell in now.Cells)
        {
            before.Remove(cell.Name, out var old);
            if (Matches(cell))
            {
                changed += old is not null && IsSame(old, cell) ? 0 : 1;
                accepted.Add(cell);
            }
            else if (old is not null)
            {
                accepted.Add(old);
            }
        }

        // What the run no longer has goes when it is meant, and stays behind the others when it is not.
        var left = Cells.Where(cell => before.ContainsKey(cell.Name)).ToList();
        changed += left.Count(Matches);
        accepted.AddRange(left.Where(cell => !Matches(cell)));
        return (new ApprovedCells(all ? now.Origin : Origin.Length > 0 ? Origin : now.Origin, accepted), changed);

        bool Matches(ApprovedCell cell) => IsAny(drivers, cell.Driver) && IsAny(plans, cell.Plan) && IsAny(firmware, cell.Firmware);
    }

    /// <summary>Whether two cells are the same in all that is approved.</summary>
    internal static bool IsSame(ApprovedCell old, ApprovedCell now) => old.Verdict == now.Verdict && old.Lines.SequenceEqual(now.Lines);

    private static bool IsAny(IReadOnlyList<string> patterns, string id) => patterns.Count == 0 || patterns.Any(pattern => IdPattern.Matches(pattern, id));

    private static ApprovedCell ParseCell(string[] lines, ref int at, string file)
    {
        var head = lines[at];
        var colon = head.IndexOf(": ", StringComparison.Ordinal);
        var names = colon < 0 ? [] : head[..colon].Split(" / ");
        if (names.Length != 3 || head[0] == ' ')
        {
            throw new InputException($"{InputText.Quote(head)} is no cell; expected DRIVER / PLAN / FIRMWARE: VERDICT", file, at + 1, 1);
        }

        var rest = new List<string>();
        while (at + 1 < lines.Length && lines[at + 1].StartsWith("  ", StringComparison.Ordinal))
        {
            rest.Add(lines[++at][2..]);
        }

        return new ApprovedCell(names[0], names[1], names[2], head[(colon + 2)..], rest);
    }
}
