// What a run leaves behind. In the out folder: one file per report format, failures/*.json to replay, and run.json, which says of what
// run these files are, so that `approve` accepts only the report of a whole run of today's configuration, and the next run knows
// which files are its predecessor's to remove.

using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ApChaos.Campaigns;
using ApChaos.Hosting;
using ApChaos.Reports;

namespace ApChaos.Cli;

/// <summary>What run.json holds.</summary>
/// <param name="Schema">Schema id.</param>
/// <param name="Config">SHA-256 of the configuration.</param>
/// <param name="Partial">Why it is not the run that the configuration describes, or null.</param>
/// <param name="Report">SHA-256 of the text report.</param>
/// <param name="Files">The files, relative to the folder.</param>
internal sealed record RunRecord(string Schema, string Config, string? Partial, string Report, IReadOnlyList<string> Files);

/// <summary>Writes and reads the out folder of a campaign.</summary>
internal static class ResultFiles
{
    private const string RecordName = "run.json";
    private const string RecordSchema = "apchaos.run/1";
    private const string FailuresFolder = "failures";

    private static readonly JsonSerializerOptions Layout = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Refuses an out folder that cannot be one; writes nothing.</summary>
    public static void CheckFolder(string shown, CliContext context)
    {
        for (var path = context.PathOf(shown); path is not null; path = Path.GetDirectoryName(path))
        {
            if (File.Exists(path))
            {
                throw new InputException($"the out folder '{shown}' cannot be made: {path} is a file; expected the path of a folder");
            }
        }
    }

    /// <summary>Refuses a path that cannot be written; writes nothing.</summary>
    public static void CheckFile(string option, string shown, CliContext context)
    {
        var path = context.PathOf(shown);
        if (shown.Length == 0 || Directory.Exists(path) || !Directory.Exists(Path.GetDirectoryName(path)))
        {
            throw new InputException($"{option} {(shown.Length == 0 ? "names no file" : $"'{shown}' is no file in a folder that is there")}; expected PATH, or - for standard output");
        }
    }

    /// <summary>Gives the violations the paths of their replay files.</summary>
    public static CampaignResult WithReplayPaths(CampaignResult result, string outFolder) => result with
    {
        Cells =
        [
            .. result.Cells.Select(cell => cell with
            {
                Violations =
                [
                    .. cell.Violations.Select(violation => violation.File is null
                        ? violation
                        : violation with { Replay = $"{outFolder.TrimEnd('/')}/{FailuresFolder}/{violation.File.FileName}" }),
                ],
            }),
        ],
    };

    /// <summary>Writes everything.</summary>
    public static void WriteAll(Campaign campaign, ChaosConfig config, CampaignResult result, string textReport, string? partial, CliContext context)
    {
        var folder = context.PathOf(campaign.Out);
        RemovePredecessor(folder);
        var files = new List<string>();
        foreach (var id in campaign.Formats)
        {
            var format = ReportCatalogue.Find(id)!;
            Add(format.FileName, format is TextReport ? textReport : format.ToText(result));
        }

        foreach (var file in result.Cells.SelectMany(cell => cell.Violations).Select(violation => violation.File).OfType<ReplayFile>())
        {
            Add($"{FailuresFolder}/{file.FileName}", ReplayJson.Write(file));
        }

        var record = new RunRecord(RecordSchema, Hash(config.Source.Text), partial, Hash(textReport), files);
        Write(Path.Combine(folder, RecordName), JsonSerializer.Serialize(record, Layout) + "\n");

        void Add(string name, string text)
        {
            Write(Path.Combine(folder, name), text);
            files.Add(name);
        }
    }

    /// <summary>The record of the last run, or null when there is none.</summary>
    public static RunRecord? ReadRecord(string folder)
    {
        try
        {
            var record = JsonSerializer.Deserialize<RunRecord>(File.ReadAllText(Path.Combine(folder, RecordName)), Layout);
            return record is { Schema: RecordSchema, Files: not null } ? record : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes a file at once or not at all: UTF-8, LF.</summary>
    public static void Write(string path, string text)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var unfinished = path + ".tmp";
            File.WriteAllText(unfinished, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            File.Move(unfinished, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"cannot write {path}: {e.Message.TrimEnd('.')}; expected a place that can be written");
        }
    }

    /// <summary>SHA-256 of a text, whatever its line ends.</summary>
    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\n"))));

    private static void RemovePredecessor(string folder)
    {
        foreach (var name in ReadRecord(folder)?.Files ?? [])
        {
            var path = Path.GetFullPath(name, folder);
            if (path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            {
                File.Delete(path);
            }
        }
    }
}
