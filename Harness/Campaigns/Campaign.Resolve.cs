using ApChaos.Abstractions;
using ApChaos.Hosting;
using ApChaos.Machine;
using ApChaos.Running;

namespace ApChaos.Campaigns;

/// <summary>From a configuration to a campaign: names become things, and what does not fit is refused before anything runs.</summary>
public sealed partial class Campaign
{
    /// <summary>Resolves a configuration.</summary>
    /// <param name="config">The configuration, valid by itself.</param>
    /// <param name="overrides">What the command line puts in its place.</param>
    /// <param name="catalogue">What is there.</param>
    /// <param name="folder">Folder of the configuration: relative paths start there.</param>
    /// <param name="others">Plans that the command line may name besides the configured and the shipped ones, or null.</param>
    /// <returns>The campaign; <see cref="InputException"/> when something does not exist or does not fit.</returns>
    public static Campaign Resolve(
        ChaosConfig config, CampaignOverrides overrides, Catalogue catalogue, string folder, IReadOnlyList<Plan>? others = null)
    {
        var topology = ResolveTopology(config);
        var drivers = ResolveDrivers(config, overrides, catalogue, folder);
        var allFirmware = FirmwareFile.LoadShipped();
        var firmware = overrides.Firmware.Count > 0
            ? SelectAll("firmware", overrides.Firmware, allFirmware, profile => profile.Id, (_, message) => new InputException(message))
            : SelectAll("firmware", config.Firmware, allFirmware, profile => profile.Id, (i, message) => config.Error(message, "firmware", i));
        var configured = ResolvePlans(config, catalogue, folder);
        var plans = overrides.Plans.Count > 0
            ? SelectPlans(overrides.Plans, [.. configured.Concat(catalogue.Plans).Concat(others ?? []).DistinctBy(plan => plan.Name)], catalogue)
            : configured;
        foreach (var plan in plans)
        {
            // Arming checks the APQNs against the topology.
            plan.Arm(catalogue, ScenarioFaker.Draw("check", 0, topology).Topology);
        }

        var rules = ExpectRules.Of(
            config,
            [.. catalogue.Drivers.Concat(drivers).Select(driver => driver.Id).Distinct()],
            [.. allFirmware.Select(profile => profile.Id)],
            [.. configured.Concat(catalogue.Plans).Concat(plans).Select(plan => plan.Name).Distinct()],
            [.. catalogue.Oracles.Select(oracle => oracle.Id)]);
        return new Campaign
        {
            Seed = overrides.Seed ?? config.Seed,
            Runs = overrides.Runs ?? config.Runs,
            Strategy = ResolveStrategy(config, overrides),
            Topology = topology,
            Budgets = RunBudgets.Default with
            {
                LockHeldNs = Budget(config, "lockHeld", config.Budgets.LockHeld),
                OperationNs = Budget(config, "operation", config.Budgets.Operation),
            },
            Catalogue = catalogue,
            CountsReachable = true,
            Out = overrides.Out ?? config.Reports.Out,
            Formats = config.Reports.Formats,
            Sweeps = CampaignSweep.Resolve(config, catalogue),
            Cells =
            [
                .. from driver in drivers
                   from plan in plans
                   from profile in firmware
                   select new CampaignCell(driver, plan, profile, new SortedSet<string>(rules.For(driver.Id, profile.Id, plan.Name).Concat(plan.Beyond), StringComparer.Ordinal)),
            ],
        };
    }

    private static StrategyReference ResolveStrategy(ChaosConfig config, CampaignOverrides overrides)
    {
        if (overrides.Strategy is { } text)
        {
            return StrategyReference.Parse(text);
        }

        try
        {
            return StrategyReference.Parse(config.Strategy);
        }
        catch (InputException e)
        {
            throw config.Error(e.Text, "strategy");
        }
    }

    private static TopologySpec ResolveTopology(ChaosConfig config)
    {
        var spec = new TopologySpec([.. config.Topology.Adapters.Order()], [.. config.Topology.Domains.Order()], config.Topology.Guests);
        if (spec.Adapters.Count < spec.Guests && spec.Domains.Count < spec.Guests)
        {
            throw config.Error(
                $"{spec.Guests} guests need as many adapters or domains, so that each has queues of its own; there are {spec.Adapters.Count} adapters and {spec.Domains.Count} domains; expected at most {Math.Max(spec.Adapters.Count, spec.Domains.Count)} guests",
                "topology",
                "guests");
        }

        return spec;
    }

    private static List<DriverEntry> ResolveDrivers(ChaosConfig config, CampaignOverrides overrides, Catalogue catalogue, string folder)
    {
        if (overrides.Drivers.Count > 0)
        {
            // Names of the command line are relative to where the user is.
            return [.. DriverSource.ResolveAll(overrides.Drivers, catalogue)];
        }

        var drivers = new List<DriverEntry>();
        for (var i = 0; i < config.Drivers.Count; i++)
        {
            try
            {
                drivers.AddRange(DriverSource.Resolve(config.Drivers[i], catalogue, folder));
            }
            catch (InputException e) when (e.File is null)
            {
                throw config.Error(e.Text, "drivers", i);
            }
        }

        return [.. drivers.DistinctBy(driver => driver.Id)];
    }

    private static List<Plan> ResolvePlans(ChaosConfig config, Catalogue catalogue, string folder)
    {
        var plans = config.Plans.SelectMany((reference, i) => reference.Resolve(config, i, catalogue, folder)).ToList();
        var twice = plans.GroupBy(plan => plan.Name).FirstOrDefault(group => group.Distinct().Count() > 1);
        return twice is null
            ? [.. plans.DistinctBy(plan => plan.Name)]
            : throw config.Error($"two different plans are called '{twice.Key}'; expected names that differ", "plans");
    }

    /// <summary>Plans of the command line: patterns, or files relative to where the user is.</summary>
    private static List<Plan> SelectPlans(IReadOnlyList<string> texts, IReadOnlyList<Plan> known, Catalogue catalogue)
    {
        var selected = new List<Plan>();
        foreach (var text in texts)
        {
            selected.AddRange(new PlanReference(text).File is { } path
                ? [PlanFile.Load(path, catalogue)]
                : SelectAll("plan", [text], known, plan => plan.Name, (_, message) => new InputException(message)));
        }

        var twice = selected.GroupBy(plan => plan.Name).FirstOrDefault(group => group.Distinct().Count() > 1);
        return twice is null
            ? [.. selected.DistinctBy(plan => plan.Name)]
            : throw new InputException($"--plan names two different plans called '{twice.Key}'; expected names that differ");
    }

    private static List<T> SelectAll<T>(
        string kind, IReadOnlyList<string> patterns, IReadOnlyList<T> all, Func<T, string> id, Func<int, string, InputException> error)
    {
        var selected = new List<T>();
        for (var i = 0; i < patterns.Count; i++)
        {
            var matches = all.Where(item => IdPattern.Matches(patterns[i], id(item))).ToList();
            if (matches.Count == 0)
            {
                throw error(i, InputText.Unknown(kind, patterns[i], [.. all.Select(id)]));
            }

            selected.AddRange(matches);
        }

        return [.. selected.DistinctBy(id)];
    }

    // The configuration was checked to hold durations above 0; one that never ends is no bound.
    private static long Budget(ChaosConfig config, string name, string text) =>
        VirtualTime.TryParse(text, out var ns, out _) && ns != VirtualTime.Never
            ? ns
            : throw config.Error("a budget cannot be never; expected a duration that ends, such as 120s", "budgets", name);
}
