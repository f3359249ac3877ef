using System.ComponentModel;
using System.Text.RegularExpressions;

namespace ApChaos.Native;

/// <summary>What gcov says of the driver's own sources, in a few lines.</summary>
internal static class CoverageReport
{
    internal static IReadOnlyList<string> Of(NativeProgram program)
    {
        var folder = Path.GetDirectoryName(program.Binary)!;
        List<string> lines = [];
        List<string> never = [];
        try
        {
            var tool = program.Options.S390x ? "s390x-linux-gnu-gcov" : "gcov";
            foreach (var counts in Directory.GetFiles(folder, "*.gcda").Order(StringComparer.Ordinal))
            {
                var output = Compiler.Run(tool, ["-n", "-f", "-o", folder, Path.GetFileName(counts)], folder).Output;
                foreach (Match match in Regex.Matches(output, @"^(File|Function) '([^']+)'\n(?:Lines executed:([0-9.]+)% of (\d+)|No executable lines)", RegexOptions.Multiline | RegexOptions.CultureInvariant))
                {
                    var name = match.Groups[2].Value;
                    if (match.Groups[1].Value == "Function" && match.Groups[3].Value == "0.00")
                    {
                        never.Add(name);
                    }
                    else if (match.Groups[1].Value == "File" && name.StartsWith(program.Tree.Root, StringComparison.Ordinal) && name.EndsWith(".c", StringComparison.Ordinal))
                    {
                        lines.Add($"coverage: {match.Groups[3].Value} % of {match.Groups[4].Value} lines of {Path.GetFileName(name)}");
                    }
                }
            }
        }
        catch (Win32Exception)
        {
            return ["coverage: gcov is not there; expected it beside gcc"];
        }

        var own = never.Where(name => TreeDescription.Shipped.Sources.Any(file => Regex.IsMatch(program.Tree.TextOf(file), $@"\b{Regex.Escape(name)}\s*\(", RegexOptions.CultureInvariant))).Distinct().Order(StringComparer.Ordinal).ToList();
        return lines.Count == 0 ? ["coverage: nothing ran"] : own.Count == 0 ? lines : [.. lines, $"coverage: never ran: {string.Join(", ", own)}"];
    }
}
