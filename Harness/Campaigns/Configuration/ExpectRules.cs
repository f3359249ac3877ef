using ApChaos.Hosting;

namespace ApChaos.Campaigns;

/// <summary>
/// What a cell may show. A key of <c>expect</c> is <c>driver</c>, <c>driver@firmware</c> or <c>driver@firmware/plan</c>, with globs in each part; a
/// part that is not there matches everything. What may be found in a cell is the union of all keys that match it.
/// </summary>
/// <remarks>The two longer forms extend the contract of design §5, whose keys are drivers. A driver may hold <c>@</c> and <c>/</c> (a plugin's path): the last
/// <c>@</c> parts driver and firmware.</remarks>
public sealed class ExpectRules
{
    private readonly List<Rule> _rules = [];
    private readonly IReadOnlyCollection<string> _oracles;

    private ExpectRules(IReadOnlyCollection<string> oracles) => _oracles = oracles;

    /// <summary>Reads the rules of a configuration; refuses what names nothing, for that would be an expectation that never counts.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="drivers">Driver ids, those of the configured plugins included.</param>
    /// <param name="firmware">Firmware ids.</param>
    /// <param name="plans">Plan names, those written in the configuration included.</param>
    /// <param name="oracles">Oracle ids.</param>
    /// <returns>The rules.</returns>
    public static ExpectRules Of(
        ChaosConfig config,
        IReadOnlyCollection<string> drivers,
        IReadOnlyCollection<string> firmware,
        IReadOnlyCollection<string> plans,
        IReadOnlyCollection<string> oracles)
    {
        var rules = new ExpectRules(oracles);
        foreach (var (key, values) in config.Expect)
        {
            var rule = Rule.Parse(key, values);
            Known("driver", rule.Driver, drivers, key);
            Known("firmware", rule.Firmware, firmware, key);
            Known("plan", rule.Plan, plans, key);
            for (var i = 0; i < values.Count; i++)
            {
                Known("oracle", values[i], oracles, key, i);
            }

            rules._rules.Add(rule);
        }

        return rules;

        void Known(string kind, string pattern, IReadOnlyCollection<string> ids, string key, int? position = null)
        {
            if (!ids.Any(id => IdPattern.Matches(pattern, id)))
            {
                var message = InputText.Unknown(kind, pattern, ids);
                throw position is { } value
                    ? config.Error(message, "expect", key, value)
                    : config.Error($"{message}; the key is {InputText.Quote(key)}", "expect", key);
            }
        }
    }

    /// <summary>The oracles that may speak in a cell.</summary>
    /// <param name="driver">Driver of the cell.</param>
    /// <param name="firmware">Firmware of the cell.</param>
    /// <param name="plan">Plan of the cell.</param>
    /// <returns>Their ids.</returns>
    public IReadOnlySet<string> For(string driver, string firmware, string plan)
    {
        var allowed = _rules
            .Where(rule => IdPattern.Matches(rule.Driver, driver) && IdPattern.Matches(rule.Firmware, firmware) && IdPattern.Matches(rule.Plan, plan))
            .SelectMany(rule => rule.Oracles)
            .ToList();
        return new SortedSet<string>(_oracles.Where(oracle => allowed.Exists(pattern => IdPattern.Matches(pattern, oracle))), StringComparer.Ordinal);
    }

    private sealed record Rule(string Driver, string Firmware, string Plan, IReadOnlyList<string> Oracles)
    {
        internal static Rule Parse(string key, IReadOnlyList<string> oracles)
        {
            var at = key.LastIndexOf('@');
            if (at < 0)
            {
                return new Rule(key, "*", "*", oracles);
            }

            var slash = key.IndexOf('/', at);
            return slash < 0
                ? new Rule(key[..at], key[(at + 1)..], "*", oracles)
                : new Rule(key[..at], key[(at + 1)..slash], key[(slash + 1)..], oracles);
        }
    }
}
