using System.CommandLine;
using System.Text;
using ApChaos.Hosting;
using ApChaos.Reports.Views;

namespace ApChaos.Cli;

/// <summary>What the verbs that measure have in common: the text on standard output, JSON where --json says, a picture where --svg and --png say.</summary>
internal sealed class ViewFiles
{
    private readonly Option<string> _svg = new("--svg") { HelpName = "PATH", Description = "Write the picture as SVG." };
    private readonly Option<string> _png = new("--png") { HelpName = "PATH", Description = "Write the picture as PNG." };

    /// <summary>Adds the options for the picture.</summary>
    public void Declare(Command command)
    {
        command.Options.Add(_svg);
        command.Options.Add(_png);
    }

    /// <summary>Refuses paths that cannot be written, before anything is measured.</summary>
    public static void CheckJson(VerbCall call)
    {
        if (call.Shared.Json is { } json and not SharedValues.StandardOutput)
        {
            ResultFiles.CheckFile("--json", json, call.Context);
        }
    }

    /// <summary>Refuses paths that cannot be written, before anything is measured.</summary>
    public void Check(VerbCall call)
    {
        CheckJson(call);
        foreach (var option in (Option<string>[])[_svg, _png])
        {
            if (call.Parsed.GetValue(option) is { } path)
            {
                ResultFiles.CheckFile(option.Name, path, call.Context);
            }
        }
    }

    /// <summary>Prints, and writes what is wanted.</summary>
    public void Show(VerbCall call, IReadOnlyList<string> lines, string json, Func<string> draw)
    {
        var (svg, png) = (call.Parsed.GetValue(_svg), call.Parsed.GetValue(_png));
        var picture = svg is null && png is null ? "" : draw();
        Show(call, lines, json, (svg, new Func<byte[]>(() => Encoding.UTF8.GetBytes(picture))), (png, new Func<byte[]>(() => PngPicture.Of(picture))));
    }

    /// <summary>
    /// Prints, and writes what is wanted. What was measured took a while and is not lost: what cannot be written where it was to go is
    /// written elsewhere, and one line says where.
    /// </summary>
    public static void Show(VerbCall call, IReadOnlyList<string> lines, string json, params IEnumerable<(string? Path, Func<byte[]> Make)> others)
    {
        if (call.Shared.Json == SharedValues.StandardOutput)
        {
            call.Context.Output.Write(json);
        }
        else if (!call.Shared.Quiet)
        {
            foreach (var line in lines)
            {
                call.Context.Output.WriteLine(line);
            }
        }

        string? problem = null;
        foreach (var (path, make) in others.Prepend((call.Shared.Json, () => Encoding.UTF8.GetBytes(json))))
        {
            if (path is not null and not SharedValues.StandardOutput)
            {
                var full = call.Context.PathOf(path);
                var files = new FileSet(Path.GetDirectoryName(full)!, Path.GetDirectoryName(path) ?? "");
                files.Add(Path.GetFileName(full), make());
                problem ??= files.Problem;
            }
        }

        if (problem is not null)
        {
            throw new InputException(problem);
        }
    }
}
