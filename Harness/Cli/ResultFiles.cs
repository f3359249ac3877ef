// What a run leaves behind. In the out folder: one file per report format, failures/*.json to replay, approval.txt, which `approve` accepts,
// and run.json, which says of what run these files are, so that only the cells of a whole run of today's configuration can be approved, and
// the next run knows which files are its predecessor's to remove.

using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ApChaos.Campaigns;
using ApChaos.Campaigns.Shrinking;
using ApChaos.Hosting;
using ApChaos.Reports;
using ApChaos.Reports.Approvals;

namespace ApChaos.Cli;

/// <summary>What run.json holds.</summary>
/// <param name="Schema">Schema id.</param>
/// <param name="Config">SHA-256 of the configuration.</param>
/// <param name="Partial">Why it is not the run that the configuration describes, or null.</param>
/// <param name="Report">SHA-256 of the report that can be approved.</param>
/// <param name="Files">The files, relative to the folder.</param>
internal sealed record RunRecord(string Schema, string Config, string? Partial, string Report, IReadOnlyList<string> Files);

/// <summary>Writes and reads the out folder of a campaign.</summary>
internal static class ResultFiles
{
    /// <summary>Name of the file with all that differs from what was approved.</summary>
    public const string DifferenceName = "difference.txt";

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

            if (Directory.Exists(path))
            {
                CheckWritable(shown, path);
                return;
            }
        }
    }

    /// <summary>Makes a folder beside what will be written, and removes it again: rights, quotas and read-only disks all show in that.</summary>
    private static void CheckWritable(string shown, string folder)
    {
        try
        {
            var probe = Path.Combine(folder, $".apchaos-{Environment.ProcessId}");
            Directory.CreateDirectory(probe);
            Directory.Delete(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"the out folder '{shown}' cannot be written: {Why(e)}; expected a folder in which files can be made");
        }
    }

    /// <summary>Refuses a path that cannot be written; writes nothing.</summary>
    public static void CheckFile(string option, string shown, CliContext context)
    {
        var path = context.PathOf(shown);
        if (shown.Length == 0 || Directory.Exists(path) || !Directory.Exists(Path.GetDirectoryName(path)))
        {
            throw new InputException($"{option} {(shown.Length == 0 ? "names no file" : $"'{shown}' is no file in a folder that is there")}; expected PATH{(option == "--json" ? ", or - for standard output" : "")}");
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
                        : violation with
                        {
                            Replay = $"{outFolder.TrimEnd('/')}/{FailuresFolder}/{violation.File.FileName}",
                            MinimalReplay = violation.Shrunk is null ? null : $"{outFolder.TrimEnd('/')}/{FailuresFolder}/{MinimalName(violation.File)}.json",
                            MinimalCertificate = violation.Shrunk is { Finished: true } ? $"{outFolder.TrimEnd('/')}/{FailuresFolder}/{MinimalName(violation.File)}.certificate.json" : null,
                        }),
                ],
            }),
        ],
    };

    /// <summary>Writes everything. What cannot be written does not keep the rest from being written.</summary>
    /// <param name="campaign">The campaign.</param>
    /// <param name="config">Its configuration.</param>
    /// <param name="result">What came of it, with replay paths.</param>
    /// <param name="formats">The reports that are wanted.</param>
    /// <param name="partial">Why it is not the run that the configuration describes, or null.</param>
    /// <param name="difference">Where it differs from what was approved, or null.</param>
    /// <param name="context">The surroundings.</param>
    /// <returns>What could not be written, in one line; or null.</returns>
    public static string? WriteAll(
        Campaign campaign,
        ChaosConfig config,
        CampaignResult result,
        IReadOnlyList<ReportFormat> formats,
        string? partial,
        ApprovalDifference? difference,
        CliContext context)
    {
        var folder = context.PathOf(campaign.Out);
        var files = new FileSet(folder, campaign.Out);
        files.RemoveAll(ReadRecord(folder)?.Files ?? []);
        var approval = new ApprovalReport().ToText(result);
        files.Add(ApprovalReport.Name, approval);
        foreach (var format in formats.Where(format => format is not ApprovalReport).OrderBy(IsOfUser))
        {
            files.Add(format.FileName, () => IsOfUser(format) ? Watchdog.Bound(format.Id, () => "writing a report", () => format.ToText(result)) : format.ToText(result));
        }

        foreach (var file in result.Cells.SelectMany(cell => cell.Violations).Select(violation => violation.File).OfType<ReplayFile>())
        {
            files.Add($"{FailuresFolder}/{file.FileName}", ReplayJson.Write(file));
        }

        foreach (var violation in result.Cells.SelectMany(cell => cell.Violations).Where(violation => violation.Shrunk is not null))
        {
            var (name, report) = (MinimalName(violation.File!), violation.Shrunk!);
            files.Add($"{FailuresFolder}/{name}.json", ReplayJson.Write(report.Minimal));
            if (report.Finished)
            {
                files.Add($"{FailuresFolder}/{name}.certificate.json", Certificate.Of(report, CampaignShrinker.Options).Write());
            }
        }

        if (difference is not null)
        {
            files.Add(DifferenceName, $"{difference.OneLine}\n\n{string.Join('\n', difference.Lines)}\n");
        }

        var record = new RunRecord(RecordSchema, Hash(config.Source.Text), partial, Hash(approval), files.Names);
        files.Add(RecordName, JsonSerializer.Serialize(record, Layout) + "\n");
        return files.Problem;
    }

    private static string MinimalName(ReplayFile file) => Path.GetFileNameWithoutExtension(file.FileName) + ".min";

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
    public static void Write(string path, string text) => Write(path, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false).GetBytes(text));

    /// <summary>Writes a file at once or not at all.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            if (IsWrittenInPlace(new FileInfo(path)))
            {
                File.WriteAllBytes(path, content);
                return;
            }

            var unfinished = path + ".tmp";
            try
            {
                File.WriteAllBytes(unfinished, content);
                File.Move(unfinished, path, overwrite: true);
            }
            catch
            {
                File.Delete(unfinished);
                throw;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"cannot write {path}: {Why(e)}; expected a place that can be written");
        }
    }

    /// <summary>Why the system refused, in its words but without the path.</summary>
    public static string Why(Exception e)
    {
        var text = e.Message.TrimEnd('.');
        return text.IndexOf(" : ", StringComparison.Ordinal) is > 0 and var end ? text[..end] : text;
    }

    /// <summary>SHA-256 of a text, whatever its line ends.</summary>
    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\n"))));

    /// <summary>Code of a user's own may do anything: it comes last, and its end is not waited for without bound.</summary>
    private static bool IsOfUser(ReportFormat format) => format.GetType().Assembly != typeof(ReportFormat).Assembly;

    /// <summary>A link, a pipe or a device must not be replaced by a file; they, and files that hold nothing, have nothing that could be lost.</summary>
    private static bool IsWrittenInPlace(FileInfo file) => file.LinkTarget is not null || (file.Exists && file.Length == 0);
}
