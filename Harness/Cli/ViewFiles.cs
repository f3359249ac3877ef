using System.CommandLine;
using ApChaos.Hosting;

namespace ApChaos.Cli;

/// <summary>What the verbs that measure have in common: the text on standard output, JSON where --json says, a picture where --svg says.</summary>
internal static class ViewFiles
{
    /// <summary>The option for the picture.</summary>
    public static Option<string> Picture() => new("--svg") { HelpName = "PATH", Description = "Write the picture as SVG." };

    /// <summary>Refuses paths that cannot be written, before anything is measured.</summary>
    public static void Check(VerbCall call, string? picture)
    {
        if (call.Shared.Json is { } json and not SharedValues.StandardOutput)
        {
            ResultFiles.CheckFile("--json", json, call.Context);
        }

        if (picture is not null)
        {
            ResultFiles.CheckFile("--svg", picture, call.Context);
        }
    }

    /// <summary>
    /// Prints, and writes what is wanted. The text comes first: when a file cannot be written, what was measured is on the screen.
    /// </summary>
    public static void Show(VerbCall call, IReadOnlyList<string> lines, string json, string? picture, string svg)
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

        if (call.Shared.Json is { } path and not SharedValues.StandardOutput)
        {
            ResultFiles.Write(call.Context.PathOf(path), json);
        }

        if (picture is not null)
        {
            ResultFiles.Write(call.Context.PathOf(picture), svg);
        }
    }
}
