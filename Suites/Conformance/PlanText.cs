using ApChaos.Campaigns;
using ApChaos.Hosting;
using ApChaos.Machine;

namespace ApChaos.Conformance;

/// <summary>From texts of a test to plans and firmware profiles.</summary>
internal static class PlanText
{
    private static readonly Lazy<IReadOnlyList<FirmwareProfile>> _profiles = new(FirmwareFile.LoadShipped);

    /// <summary>The plan that a text names or is.</summary>
    /// <exception cref="InputException">It is none.</exception>
    internal static Plan Read(string text)
    {
        var found = text.TrimStart().StartsWith('{') ? [PlanFile.Parse(text, null, Catalogue.Shipped)] : Find(text);
        return found.Count == 1 ? found[0] : throw new InputException($"'{text}' names {found.Count} plans; expected one");
    }

    /// <summary>The firmware profile with an id.</summary>
    /// <exception cref="InputException">There is none.</exception>
    internal static FirmwareProfile Firmware(string id) => FindFirmware(id) is [var profile, ..] ? profile : throw new InputException(Unknown("firmware", id));

    /// <summary>The plans that patterns select: all shipped ones when there is no pattern, or only ones that take away.</summary>
    /// <exception cref="InputException">A pattern names nothing.</exception>
    internal static IReadOnlyList<Plan> Plans(IReadOnlyList<string> patterns) => Select(patterns, Find, Catalogue.Shipped.Plans, plan => plan.Name);

    /// <summary>The firmware profiles that patterns select; those under which a driver can be safe when there is no pattern, or only ones that take away.</summary>
    /// <exception cref="InputException">A pattern names nothing.</exception>
    internal static IReadOnlyList<FirmwareProfile> Firmware(IReadOnlyList<string> patterns) =>
        Select(patterns, FindFirmware, [.. _profiles.Value.Where(profile => profile.SafetyImpossible is null)], profile => profile.Id);

    private static IReadOnlyList<T> Select<T>(IReadOnlyList<string> patterns, Func<string, IReadOnlyList<T>> find, IReadOnlyList<T> usual, Func<T, string> id)
    {
        var selected = patterns.Any(pattern => !pattern.StartsWith('!')) ? [] : usual.ToList();
        foreach (var pattern in patterns)
        {
            var isTakingAway = pattern.StartsWith('!');
            var found = find(pattern.TrimStart('!')).Select(id).ToList();
            selected.RemoveAll(item => found.Contains(id(item)));
            if (!isTakingAway)
            {
                selected.AddRange(find(pattern));
            }
        }

        return selected;
    }

    private static IReadOnlyList<Plan> Find(string text) =>
        new PlanReference(text).File is { } path ? [PlanFile.Load(path, Catalogue.Shipped)] : Catalogue.Shipped.FindPlans(text);

    private static IReadOnlyList<FirmwareProfile> FindFirmware(string pattern)
    {
        IReadOnlyList<FirmwareProfile> found = [.. _profiles.Value.Where(profile => IdPattern.Matches(pattern, profile.Id))];
        return found.Count > 0 ? found : throw new InputException(Unknown("firmware", pattern));
    }

    private static string Unknown(string kind, string text) => $"unknown {kind} '{text}'; expected one of: {string.Join(", ", _profiles.Value.Select(profile => profile.Id))}";
}
