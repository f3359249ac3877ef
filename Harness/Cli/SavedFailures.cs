using ApChaos.Campaigns;
using ApChaos.Hosting;

namespace ApChaos.Cli;

/// <summary>Keeps a failure under a name, in the folder "regressions" of the current folder: <c>--save NAME</c>.</summary>
internal static class SavedFailures
{
    private const string Folder = "regressions";

    /// <summary>Refuses what cannot be saved; writes nothing.</summary>
    public static void Check(string? name, CliContext context)
    {
        if (name is null)
        {
            return;
        }

        Regression.CheckName(name);
        ResultFiles.CheckFolder(Folder, context);
        if (File.Exists(context.PathOf(PathOf(name))))
        {
            throw new InputException($"{PathOf(name)} is there already; expected a new name after --save");
        }
    }

    /// <summary>Saves a failure and says so.</summary>
    public static string Save(string name, ReplayFile file, DriverEntry driver, CliContext context)
    {
        var saved = Regression.Save(file, driver, Catalogue.Shipped, name);
        ResultFiles.Write(context.PathOf(PathOf(name)), ReplayJson.Write(saved));
        var count = saved.Plan.Faults.Count;
        return $"saved: {PathOf(name)}, {file.Oracle} at step {saved.Steps} under {count} anchored {(count == 1 ? "fault" : "faults")}";
    }

    private static string PathOf(string name) => $"{Folder}/{name}.json";
}
