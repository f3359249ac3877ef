using System.Text;
using System.Text.Json;
using ApChaos.Campaigns;

namespace ApChaos.Reports.Texts;

/// <summary>What runs are worth, as JSON: additions to <c>apchaos.result/1</c>, each number with what it takes for granted.</summary>
internal static class NumbersJson
{
    /// <summary>Writes the numbers of a cell.</summary>
    internal static void Write(Confidence confidence, Utf8JsonWriter json)
    {
        json.WriteStartObject("confidence");
        Number(json, "unseenMass", confidence.UnseenMass);
        json.WriteNumber("situations", confidence.Situations);
        Number(json, "shareExplored", confidence.ShareExplored);
        json.WriteStartArray("pct");
        foreach (var bound in confidence.Pct)
        {
            json.WriteStartObject();
            json.WriteNumber("depth", bound.Depth);
            json.WriteNumber("runs", bound.Runs);
            json.WriteNumber("slots", bound.Slots);
            json.WriteNumber("choices", bound.Choices);
            Number(json, "foundAtLeast", bound.FoundAtLeast);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("madeTwice", confidence.MadeTwice);
        Texts(json, "neverFired", confidence.NeverFired);
        json.WriteEndObject();
    }

    /// <summary>Writes sentinel, coverage and assumptions of a result.</summary>
    internal static void Write(CampaignResult result, Utf8JsonWriter json)
    {
        if (result.Sentinel is { } sentinel)
        {
            json.WriteStartObject("sentinel");
            json.WriteNumber("madeTwice", sentinel.MadeTwice);
            json.WriteNumber("runs", sentinel.Runs);
            Texts(json, "parted", sentinel.Parted);
            json.WriteEndObject();
        }

        if (result.Coverage is not { } coverage)
        {
            return;
        }

        json.WriteStartObject("coverage");
        json.WriteStartArray("drivers");
        foreach (var driver in coverage.Drivers)
        {
            json.WriteStartObject();
            Text(json, "driver", driver.Driver);
            json.WriteNumber("reached", driver.Reached);
            Number(json, "reachable", driver.Reachable);
            json.WriteNumber("reachedOfReachable", driver.ReachedOfReachable);
            Text(json, "firmware", driver.Firmware);
            Text(json, "reason", driver.Reason);
            Texts(json, "missed", driver.Missed);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        Texts(json, "neverFired", coverage.NeverFired);
        Texts(json, "neverHit", coverage.NeverHit);
        json.WriteEndObject();
        json.WriteStartObject("assumes");
        json.WriteString("upperBound95", NumberAssumptions.UpperBound95);
        json.WriteString("unseenMass", NumberAssumptions.UnseenMass);
        json.WriteString("pct", NumberAssumptions.Pct);
        json.WriteString("shareExplored", NumberAssumptions.ShareExplored);
        json.WriteString("reachable", NumberAssumptions.Reachable);
        json.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter json, string name, double? number)
    {
        if (number is { } value && double.IsFinite(value))
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void Texts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(Whole(text));
        }

        json.WriteEndArray();
    }

    private static void Text(Utf8JsonWriter json, string name, string? text)
    {
        if (text is null)
        {
            json.WriteNull(name);
        }
        else
        {
            json.WriteString(name, Whole(text));
        }
    }

    // Half a surrogate pair, which no UTF-8 can hold, becomes U+FFFD.
    private static string Whole(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
