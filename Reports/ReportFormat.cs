using ApChaos.Campaigns;

namespace ApChaos.Reports;

/// <summary>
/// A report format: a function from a campaign's result to a text. Found by being there: any public class of this assembly with a
/// parameterless constructor that derives from this one.
/// </summary>
/// <remarks>The text depends on the result alone: invariant culture, LF, no clock, no host name, no path of the machine.</remarks>
public abstract class ReportFormat
{
    /// <summary>The id that users type, kebab-case.</summary>
    public abstract string Id { get; }

    /// <summary>One line: what it is for.</summary>
    public abstract string Summary { get; }

    /// <summary>Name of the file in the out folder.</summary>
    public abstract string FileName { get; }

    /// <summary>Writes the report.</summary>
    /// <param name="result">The result.</param>
    /// <param name="writer">Where to; UTF-8 without byte order mark when it is a file.</param>
    public abstract void Write(CampaignResult result, TextWriter writer);

    /// <summary>The report as one text.</summary>
    /// <param name="result">The result.</param>
    /// <returns>The text, with LF at the end of each line.</returns>
    public string ToText(CampaignResult result)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        Write(result, writer);
        return writer.ToString();
    }
}

/// <summary>The report formats that there are.</summary>
public static class ReportCatalogue
{
    /// <summary>The shipped formats, ordered by id.</summary>
    public static IReadOnlyList<ReportFormat> All { get; } =
    [
        .. typeof(ReportFormat).Assembly.GetExportedTypes()
            .Where(type => type.IsSubclassOf(typeof(ReportFormat)) && !type.IsAbstract && type.GetConstructor(Type.EmptyTypes) is not null)
            .Select(type => (ReportFormat)Activator.CreateInstance(type)!)
            .OrderBy(format => format.Id, StringComparer.Ordinal),
    ];

    /// <summary>Looks a format up.</summary>
    /// <param name="id">Its id.</param>
    /// <returns>The format, or null.</returns>
    public static ReportFormat? Find(string id) => All.FirstOrDefault(format => format.Id == id);
}
