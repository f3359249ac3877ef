// Approval of texts: a test hands over a text, the approved one lies beside the test's source as
//     {Class}.{Method}_{parameter=value...}.verified.txt        UTF-8 with BOM, LF, nothing added at the end
// and what a failing test received lies next to it as .received.txt. File names, settings and calls are those of the package
// Verify.NUnit, so that it can take this file's place: see Suites/README.md.
//
// The one rule to know: a text that nobody approved fails. APCHAOS_ACCEPT=1 approves whatever is received.

using System.Collections;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using DiffEngine;
using NUnit.Framework;

namespace ApChaos.Approvals;

/// <summary>What tests call, by <c>global using static</c>.</summary>
public static class Verifier
{
    /// <summary>Compares a text with the approved one of the running test. Nothing happens until the result is awaited or returned.</summary>
    /// <remarks>Write <c>extension:</c> by name: in Verify it belongs to another overload.</remarks>
    public static SettingsTask Verify(string target, string extension = "txt", [CallerFilePath] string sourceFile = "") =>
        new(target, extension, sourceFile, TestContext.CurrentContext.Test);
}

/// <summary>A verification that is still being set up; awaiting it or turning it into a task performs it.</summary>
public sealed class SettingsTask
{
    private readonly string target;
    private readonly string extension;
    private readonly string sourceFile;
    private readonly string typeName;
    private readonly List<Action<StringBuilder>> scrubbers = [];
    private string methodName;
    private string? parameters;
    private string? directory;
    private bool autoVerify;
    private Task? task;

    internal SettingsTask(string target, string extension, string sourceFile, TestContext.TestAdapter test)
    {
        this.target = target;
        this.extension = extension;
        this.sourceFile = sourceFile;
        string className = test.ClassName ?? "";
        typeName = className[(className.LastIndexOf('.') + 1)..].Replace('+', '.');
        methodName = test.MethodName ?? test.Name;
        parameters = ParametersOf(test);
    }

    /// <summary>The folder of the approved text, relative to the test's source file.</summary>
    public SettingsTask UseDirectory(string relativeDirectory) { directory = relativeDirectory; return this; }

    /// <summary>Another name in place of the test method's.</summary>
    public SettingsTask UseMethodName(string name) { methodName = name; return this; }

    /// <summary>Another text in place of <c>name=value_name=value</c>.</summary>
    public SettingsTask UseTextForParameters(string text) { parameters = text; return this; }

    /// <summary>Changes the received text before it is compared; scrubbers run in the order in which they were added.</summary>
    public SettingsTask AddScrubber(Action<StringBuilder> scrubber) { scrubbers.Add(scrubber); return this; }

    /// <summary>Replaces each line; a line for which null is returned is dropped.</summary>
    public SettingsTask ScrubLinesWithReplace(Func<string, string?> replace) => AddScrubber(text =>
    {
        IEnumerable<string> lines = ApprovedFile.Normalize(text.ToString()).Split('\n').Select(replace).OfType<string>();
        string scrubbed = string.Join('\n', lines);
        text.Clear().Append(scrubbed);
    });

    /// <summary>Approves whatever this verification receives.</summary>
    public SettingsTask AutoVerify() { autoVerify = true; return this; }

    /// <summary>Performs the verification, once.</summary>
    public Task ToTask() => task ??= Perform();

    /// <summary>Makes the verification awaitable.</summary>
    public TaskAwaiter GetAwaiter() => ToTask().GetAwaiter();

    /// <summary>Lets a test return the verification as its task.</summary>
    public static implicit operator Task(SettingsTask settings) => settings.ToTask();

    private Task Perform()
    {
        var text = new StringBuilder(target);
        foreach (Action<StringBuilder> scrub in scrubbers)
            scrub(text);
        string name = $"{typeName}.{methodName}" + (string.IsNullOrEmpty(parameters) ? "" : "_" + parameters);
        string folder = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(sourceFile)!, directory ?? ""));
        bool accept = autoVerify || Environment.GetEnvironmentVariable("APCHAOS_ACCEPT") == "1";
        var file = new ApprovedFile(folder, name, extension);
        try
        {
            file.Check(text.ToString(), accept);
            return Task.CompletedTask;
        }
        catch (VerifyException exception)
        {
            TestContext.AddTestAttachment(file.Received);
            DiffTool.Show(file);
            return Task.FromException(exception);
        }
    }

    private static string? ParametersOf(TestContext.TestAdapter test)
    {
        if (test.Arguments.Length == 0)
            return null;
        string[] names = [.. (test.MethodInfo?.GetParameters() ?? []).Select(parameter => parameter.Name ?? "")];
        return string.Join('_', test.Arguments.Select((value, at) => (at < names.Length ? names[at] : $"{at}") + "=" + TextOf(value)));
    }

    private static string TextOf(object? value) => value switch
    {
        null => "null",
        string text => text,
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        IEnumerable many => "[" + string.Join(',', many.Cast<object?>().Select(TextOf)) + "]",
        _ => value.ToString() ?? "",
    };
}

/// <summary>A received text is not the approved one.</summary>
public sealed class VerifyException(string message) : Exception(message);

/// <summary>One approved text on disk, and the comparison with it.</summary>
public sealed class ApprovedFile
{
    private const int HunkLinesMax = 12;
    private const int HunkContext = 2;
    private static readonly UTF8Encoding Encoding = new(encoderShouldEmitUTF8Identifier: true);

    /// <summary>Names the pair of files; characters that some file system refuses become <c>-</c>.</summary>
    public ApprovedFile(string directory, string name, string extension = "txt")
    {
        string safe = string.Concat(name.Select(c => c < ' ' || "\"<>|:*?\\/".Contains(c) ? '-' : c));
        Verified = Path.Combine(directory, $"{safe}.verified.{extension}");
        Received = Path.Combine(directory, $"{safe}.received.{extension}");
    }

    /// <summary>Path of the approved text.</summary>
    public string Verified { get; }

    /// <summary>Path of the text that a failing test received.</summary>
    public string Received { get; }

    /// <summary>Returns when the text is the approved one or is accepted as such; throws <see cref="VerifyException"/> otherwise.</summary>
    public void Check(string text, bool accept)
    {
        string received = Normalize(text);
        string? verified = File.Exists(Verified) ? Normalize(File.ReadAllText(Verified)) : null;
        if (received == verified)
        {
            File.Delete(Received);
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Verified)!);
        File.WriteAllText(accept ? Verified : Received, received, Encoding);
        if (!accept)
            throw new VerifyException(Describe(verified, received));
        File.Delete(Received);
    }

    /// <summary>Byte order mark and CR are matters of transport, not of content.</summary>
    public static string Normalize(string text) => text.TrimStart('\uFEFF').Replace("\r\n", "\n").Replace('\r', '\n');

    private string Describe(string? verified, string received)
    {
        IReadOnlyList<DiffLine> lines = TextDiff.Compute(verified ?? "", received);
        int first = lines.TakeWhile(line => line.Kind == DiffLineKind.Unchanged).Count();
        var message = new StringBuilder();
        message.Append(verified is null ? "missing: no approved text yet, " : "differing: ");
        if (first == lines.Count)
            message.Append("only in the line break at the end of the text\n");
        else
            AppendHunk(message, lines, first);
        return message.Append("accept with: mv '").Append(Shown(Received)).Append("' '").Append(Shown(Verified)).Append('\'').ToString();
    }

    private static void AppendHunk(StringBuilder message, IReadOnlyList<DiffLine> lines, int first)
    {
        message.Append("first difference in line ").Append(lines[first].ReceivedLine ?? lines[first].ExpectedLine).Append('\n');
        int from = Math.Max(0, first - HunkContext);
        int to = Math.Min(lines.Count, from + HunkLinesMax);
        for (int at = from; at < to; at++)
        {
            string mark = lines[at].Kind switch { DiffLineKind.Added => "+ ", DiffLineKind.Removed => "- ", _ => "  " };
            message.Append("    ").Append(mark).Append(lines[at].Text).Append('\n');
        }

        int left = lines.Skip(to).Count(line => line.Kind != DiffLineKind.Unchanged);
        if (left > 0)
            message.Append("    … ").Append(left).Append(" more changed lines\n");
    }

    // Relative to the repository, where the command is meant to be pasted.
    private static string Shown(string path)
    {
        for (string? folder = Path.GetDirectoryName(path); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "ApChaos.sln")))
                return Path.GetRelativePath(folder, path).Replace('\\', '/');
        }

        return path;
    }
}

/// <summary>Opens the diff tool of a developer who sits in front of the screen.</summary>
internal static class DiffTool
{
    public static void Show(ApprovedFile file)
    {
        if (!SomebodyLooks() || !DiffTools.TryFindForText(out _))
            return;
        DiffRunner.LaunchForText(file.Received, file.Verified, System.Text.Encoding.UTF8);
    }

    private static bool SomebodyLooks()
    {
        if (BuildServerDetector.Detected || DiffRunner.Disabled)
            return false;
        return OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() || Has("DISPLAY") || Has("WAYLAND_DISPLAY");
    }

    private static bool Has(string variable) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable));
}
