using ApChaos.Campaigns;
using ApChaos.Hosting;

namespace ApChaos.Reports;

/// <summary>
/// A report format: a function from a campaign's result to a text. Found by being there: any public class of this assembly with a
/// parameterless constructor that derives from this one. One of a user's own is named: <c>plugin:path.dll#Type</c>.
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

    /// <summary>The format that a text names: an id, or <c>plugin:path.dll#Type</c> for one of the user's own.</summary>
    /// <param name="text">What the user wrote.</param>
    /// <param name="folder">Folder that the path of a plugin is relative to; null for the current one.</param>
    /// <returns>The format.</returns>
    /// <exception cref="InputException">There is none, or the plugin cannot be used.</exception>
    public static ReportFormat Resolve(string text, string? folder = null)
    {
        if (!PluginSource.IsPlugin(text))
        {
            return Find(text) ?? throw new InputException(InputText.Unknown("report format", text, [.. All.Select(format => format.Id), "plugin:PATH.dll#TYPE"]));
        }

        var format = PluginSource.Make<ReportFormat>(text, "report format", folder);
        if (!IdPattern.IsId(format.Id ?? ""))
        {
            throw new InputException($"the report format {InputText.QuotePath(text)} has the id {InputText.Quote(format.Id ?? "")}; expected {IdPattern.Expected}");
        }

        return Path.GetFileName(format.FileName) == format.FileName && format.FileName.Length > 0 && format.FileName[0] != '.'
            ? format
            : throw new InputException($"the report format {InputText.QuotePath(text)} writes to {InputText.Quote(format.FileName ?? "")}; expected the name of a file, without a folder");
    }
}
