using System.Text;

namespace ApChaos.Suites.Negative;

/// <summary>What the oracles said in the runs of a <see cref="Trial"/>.</summary>
/// <param name="runs">How many runs there were.</param>
public sealed class Outcome(int runs)
{
    private readonly SortedDictionary<string, (int Runs, int FirstRun, string FirstMessage)> spoke = new(StringComparer.Ordinal);

    /// <summary>In how many runs the look-alike came close.</summary>
    public int CloseRuns { get; set; }

    /// <summary>Notes that an oracle spoke.</summary>
    /// <param name="oracle">Its id.</param>
    /// <param name="run">The run.</param>
    /// <param name="message">Its words.</param>
    public void Note(string oracle, int run, string message) =>
        spoke[oracle] = spoke.TryGetValue(oracle, out var before) ? before with { Runs = before.Runs + 1 } : (1, run, message);

    /// <summary>Judges a trial with a planted bug.</summary>
    /// <param name="oracle">Id of the oracle that has to speak.</param>
    /// <param name="alsoSpeaks">Ids of those that have to speak as well.</param>
    /// <param name="says">A piece of what the oracle says.</param>
    /// <returns>What is wrong, or null.</returns>
    public string? WrongAsPlantedBug(string oracle, IReadOnlyList<string> alsoSpeaks, string says)
    {
        string[] expected = [.. alsoSpeaks.Append(oracle).Order(StringComparer.Ordinal)];
        if (!spoke.Keys.SequenceEqual(expected))
            return $"{string.Join(" and ", expected)} should have spoken, and nobody else;{this}";

        string message = spoke[oracle].FirstMessage;
        bool isOneLine = says.Length > 0 && !message.Contains('\n') && !message.EndsWith('.');
        return isOneLine && message.Contains(says, StringComparison.Ordinal)
            ? null
            : $"it should have said \"… {says} …\" in one line;{this}";
    }

    /// <summary>Judges a trial with a look-alike.</summary>
    /// <returns>What is wrong, or null.</returns>
    public string? WrongAsLookAlike()
    {
        if (spoke.Count > 0)
            return $"nobody should have spoken;{this}";

        return CloseRuns > 0 ? null : $"it never came close;{this}";
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach ((string oracle, (int count, int firstRun, string firstMessage)) in spoke)
            text.Append($"\n  {oracle} in {count} of {runs} runs, first in run {firstRun}: {firstMessage}");

        return text.Length == 0 ? $"\n  nobody spoke, close in {CloseRuns} of {runs} runs" : text.ToString();
    }
}
