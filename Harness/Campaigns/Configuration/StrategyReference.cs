using System.Globalization;
using ApChaos.Exploring;
using ApChaos.Hosting;

namespace ApChaos.Campaigns;

/// <summary>A strategy with the values of its options, as a user writes it: <c>pct</c>, <c>pct:3</c>, <c>pct:depth=3</c>.</summary>
public sealed record StrategyReference
{
    /// <summary>What is taken when nothing is said.</summary>
    public const string DefaultText = "portfolio";

    private readonly string _id;
    private readonly int[] _values;

    private StrategyReference(Strategy sample, int[] values)
    {
        (_id, _values, IsSystematic) = (sample.Id, values, sample.IsSystematic);
        Text = values.Length == 0 ? sample.Id : $"{sample.Id}:{string.Join(',', values.Select(value => value.ToString(CultureInfo.InvariantCulture)))}";
    }

    /// <summary>What is taken when nothing is said.</summary>
    public static StrategyReference Default { get; } = Parse(DefaultText);

    /// <summary>In full: the id, and the value of each option.</summary>
    public string Text { get; }

    /// <summary>Whether its runs are made in order.</summary>
    public bool IsSystematic { get; }

    /// <summary>Reads one.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The strategy; <see cref="InputException"/> when there is no such one, or a value is out of bounds.</returns>
    public static StrategyReference Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var id = colon < 0 ? text : text[..colon];
        var sample = StrategyCatalogue.All.FirstOrDefault(known => known.Id == id)
            ?? throw new InputException(InputText.Unknown("strategy", id, [.. StrategyCatalogue.All.Select(known => known.Id)]));
        var values = sample.Options.Select(option => option.Default).ToArray();
        if (colon >= 0)
        {
            Read(sample, text[(colon + 1)..].Split(','), values);
        }

        return new StrategyReference(sample, values);
    }

    /// <summary>Makes the strategy.</summary>
    /// <returns>One of its own, for one worker and one scenario.</returns>
    public Strategy Create() => StrategyCatalogue.Create(_id, _values);

    private static void Read(Strategy sample, string[] parts, int[] values)
    {
        if (parts.Length > values.Length)
        {
            throw new InputException($"the strategy {sample.Id} takes {values.Length} values, not {parts.Length}; expected {Expected(sample)}");
        }

        for (var i = 0; i < parts.Length; i++)
        {
            var equals = parts[i].IndexOf('=', StringComparison.Ordinal);
            var at = equals < 0 ? i : Array.FindIndex([.. sample.Options], option => option.Name == parts[i][..equals]);
            var text = parts[i][(equals + 1)..];
            if (at < 0)
            {
                throw new InputException($"the strategy {sample.Id} has no option {InputText.Quote(parts[i][..equals])}; expected {Expected(sample)}");
            }

            var option = sample.Options[at];
            values[at] = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= option.Minimum && value <= option.Maximum
                ? value
                : throw new InputException(
                    $"{option.Name} of the strategy {sample.Id} is {InputText.Quote(text)}; expected a whole number from {option.Minimum} to {option.Maximum}");
        }
    }

    private static string Expected(Strategy sample) => sample.Options.Count == 0
        ? sample.Id
        : sample.Id + string.Concat(sample.Options.Select((option, i) => $"{(i == 0 ? ':' : ',')}{option.Name}={option.Default}"));
}
