using System.Text.Encodings.Web;
using System.Text.Json;
using ApChaos.Exploring.Shrinking;
using ApChaos.Hosting;
using ApChaos.Running;

namespace ApChaos.Campaigns.Shrinking;

/// <summary>
/// Says of a replay file that nothing can be left out of it or made smaller, row by row (schema <c>apchaos.certificate/1</c>). It is checked
/// by making it anew.
/// </summary>
/// <param name="Schema">Schema id.</param>
/// <param name="Oracle">The oracle that speaks.</param>
/// <param name="Steps">Steps of the history.</param>
/// <param name="Hash">Hash of its final step: which history it is about.</param>
/// <param name="ShortestProven">Whether every history of the same parts with fewer steps was gone through.</param>
/// <param name="GlobalMinimum">Whether every choice of some of the parts was gone through as well.</param>
/// <param name="SearchRuns">Runs of the search for fewer steps.</param>
/// <param name="SearchStates">States of that search; a row has a tenth.</param>
/// <param name="ChanceRuns">Runs by chance of each row.</param>
/// <param name="RowRuns">Runs of the search of each row.</param>
/// <param name="Rows">The rows.</param>
public sealed record Certificate(
    string Schema, string Oracle, int Steps, string Hash, bool ShortestProven, bool GlobalMinimum, int SearchRuns, int SearchStates, int ChanceRuns, int RowRuns,
    IReadOnlyList<MinimalityRow> Rows)
{
    private const string SchemaId = "apchaos.certificate/1";
    private const int FileBytesMax = 8 << 20;

    private static readonly JsonSerializerOptions Layout = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>The certificate of a finished report.</summary>
    /// <param name="report">The report.</param>
    /// <param name="options">With how much work it was made.</param>
    /// <returns>The certificate.</returns>
    public static Certificate Of(ShrinkReport report, ShrinkOptions options) => new(
        SchemaId,
        report.Minimal.Oracle,
        report.Minimal.Steps,
        TraceHash.Format(report.Minimal.Hash),
        report.ShortestProven,
        report.GlobalMinimum,
        options.SearchRuns,
        options.SearchStates,
        options.ChanceRuns,
        options.RowRuns,
        report.Rows);

    /// <summary>Reads one.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="folder">Folder that it is relative to.</param>
    /// <returns>The certificate.</returns>
    /// <exception cref="InputException">It cannot be read, or is none.</exception>
    public static Certificate Read(string path, string folder)
    {
        var text = TextFile.Read(path, folder, "certificate", "a file that 'apchaos shrink' wrote", FileBytesMax);
        try
        {
            return JsonSerializer.Deserialize<Certificate>(text, Layout) is { Schema: SchemaId } certificate
                ? certificate
                : throw new InputException($"expected a certificate of schema '{SchemaId}'", path, 1, 1);
        }
        catch (JsonException e)
        {
            throw new InputException("this is not a certificate that 'apchaos shrink' wrote", path, (int)(e.LineNumber ?? 0) + 1, (int)(e.BytePositionInLine ?? 0) + 1);
        }
    }

    /// <summary>The certificate as a text.</summary>
    /// <returns>JSON with LF.</returns>
    public string Write() => JsonSerializer.Serialize(this, Layout) + "\n";

    /// <summary>With how much work it was made.</summary>
    /// <returns>The options of the shrinker.</returns>
    public ShrinkOptions Work() => ShrinkOptions.Default with { SearchRuns = SearchRuns, SearchStates = SearchStates, ChanceRuns = ChanceRuns, RowRuns = RowRuns };

    /// <summary>The rows that do not hold when they are made anew, and what they are then.</summary>
    /// <param name="anew">What it claims anew.</param>
    /// <returns>By the number of the row, from 0; null for a row that is not there any more.</returns>
    public IReadOnlyList<(int Row, MinimalityRow? Anew)> Failing(MinimalityClaim anew) =>
        [.. Enumerable.Range(0, Rows.Count).Select(row => (row, anew.Rows.ElementAtOrDefault(row))).Where(pair => pair.Item2 != Rows[pair.row])];

    /// <summary>Whether all of it holds.</summary>
    /// <param name="anew">What it claims anew.</param>
    /// <returns>Whether it does.</returns>
    public bool Holds(MinimalityClaim anew) => anew.Rows.SequenceEqual(Rows)
        && (anew.ShortestProven || !ShortestProven) && (anew.GlobalMinimum || !GlobalMinimum);
}
