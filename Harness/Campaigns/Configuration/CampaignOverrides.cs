namespace ApChaos.Campaigns;

/// <summary>What the command line puts in place of the configuration; empty lists and nulls leave it as it is.</summary>
/// <param name="Drivers">Driver ids, globs, <c>plugin:</c> or <c>script:</c> names, in place of <see cref="ChaosConfig.Drivers"/>.</param>
/// <param name="Plans">Names or globs over the configured plans and the shipped ones, or <c>script:</c> and <c>file:</c> paths.</param>
/// <param name="Firmware">Ids or globs, in place of <see cref="ChaosConfig.Firmware"/>.</param>
/// <param name="Seed">Seed.</param>
/// <param name="Runs">Runs per cell.</param>
/// <param name="Out">Folder of reports and replay files, as it was given.</param>
/// <param name="Strategy">How the runs choose, in place of <see cref="ChaosConfig.Strategy"/>.</param>
public sealed record CampaignOverrides(
    IReadOnlyList<string> Drivers,
    IReadOnlyList<string> Plans,
    IReadOnlyList<string> Firmware,
    string? Seed = null,
    int? Runs = null,
    string? Out = null,
    string? Strategy = null)
{
    /// <summary>No override.</summary>
    public static CampaignOverrides None { get; } = new([], [], []);

    /// <summary>The options that make a run another one than the configuration describes, as they were given; empty for none.</summary>
    public string Narrowing => string.Join(
        ' ',
        new[]
        {
            (Name: "--driver", Given: Drivers.Count > 0),
            (Name: "--plan", Given: Plans.Count > 0),
            (Name: "--firmware", Given: Firmware.Count > 0),
            (Name: "--seed", Given: Seed is not null),
            (Name: "--runs", Given: Runs is not null),
            (Name: "--out", Given: Out is not null),
            (Name: "--strategy", Given: Strategy is not null),
        }.Where(option => option.Given).Select(option => option.Name));
}
