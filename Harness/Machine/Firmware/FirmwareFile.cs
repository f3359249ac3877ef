using System.Reflection;
using System.Text.Json;
using ApChaos.Abstractions;

namespace ApChaos.Machine;

/// <summary>A firmware profile that cannot be used: what is wrong and what would be right.</summary>
public sealed class FirmwareException : Exception
{
    /// <summary>Makes the exception.</summary>
    public FirmwareException()
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">What is wrong, and what is expected.</param>
    public FirmwareException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">What is wrong, and what is expected.</param>
    /// <param name="innerException">The cause.</param>
    public FirmwareException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>
/// Reads firmware profiles. A profile file names the profile that it is based on and the knobs that differ; <c>documented</c> names all.
/// </summary>
public static class FirmwareFile
{
    private const string ResourcePrefix = "Firmware/";

    /// <summary>The shipped profiles, by id.</summary>
    /// <returns>The profiles.</returns>
    public static IReadOnlyList<FirmwareProfile> LoadShipped()
    {
        var assembly = typeof(FirmwareFile).Assembly;
        var texts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in assembly.GetManifestResourceNames())
        {
            if (name.StartsWith(ResourcePrefix, StringComparison.Ordinal))
            {
                texts[name[ResourcePrefix.Length..^".json".Length]] = ReadResource(assembly, name);
            }
        }

        return [.. texts.Keys.Select(id => Parse(id, texts[id], texts))];
    }

    /// <summary>Reads one profile.</summary>
    /// <param name="id">Its id: the name of the file.</param>
    /// <param name="json">Its text: JSON with comments.</param>
    /// <param name="others">Texts of the profiles that it may be based on, by id.</param>
    /// <returns>The profile.</returns>
    public static FirmwareProfile Parse(string id, string json, IReadOnlyDictionary<string, string> others)
    {
        var values = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
        string? summary = null;
        string? impossible = null;
        Collect(id, json, others, values, depth: 0, ref summary, ref impossible);
        var missing = KnobCatalogue.All.FirstOrDefault(knob => !values.ContainsKey(knob.Name));
        if (missing is not null)
        {
            throw new FirmwareException($"firmware '{id}': knob '{missing.Name}' has no value; name it, or a profile in \"basedOn\"");
        }

        var knobs = new Values(id, values);
        return new FirmwareProfile
        {
            Id = id,
            Summary = summary ?? "",
            SafetyImpossible = impossible,
            Assumptions = [.. KnobCatalogue.All.Select(knobs.Assume)],
            IrqOffPoint = (IrqOffPoint)knobs.Word("irq-off-point"),
            PokeWindowNs = knobs.Durations("poke-window"),
            ResetDurationNs = knobs.Durations("reset-duration"),
            EmptyBitPoint = (EmptyBitPoint)knobs.Word("empty-bit-point"),
            FlagsValidWithRc = (FlagsValidWithRc)knobs.Word("flags-valid-with-rc"),
            ZapqDuringReset = (ResetDuringReset)knobs.Word("zapq-during-reset"),
            RapqThenZapq = (RapqThenZapq)knobs.Word("rapq-then-zapq"),
            BusyModel = (BusyModel)knobs.Word("busy-model"),
            AqicLatencyNs = knobs.Durations("aqic-latency"),
            Aqic07Meaning = (Aqic07Meaning)knobs.Word("aqic-07-meaning"),
            AqicDuringReset = (AqicDuringReset)knobs.Word("aqic-during-reset"),
            NibIpmOrder = (NibIpmOrder)knobs.Word("nib-ipm-order"),
            RepliesDuringReset = (RepliesDuringReset)knobs.Word("replies-during-reset"),
            DeconfigReset = (DeconfigReset)knobs.Word("deconfig-reset"),
            DrainTimeNs = knobs.Durations("drain-time"),
            StateAfterReconfig = (StateAfterReconfig)knobs.Word("state-after-reconfig"),
            CheckstopReset = (CheckstopReset)knobs.Word("checkstop-reset"),
            RemovalReset = (RemovalReset)knobs.Word("removal-reset"),
            SubsystemResetReach = (SubsystemResetReach)knobs.Word("subsystem-reset-reach"),
            SeErrors = (SeErrors)knobs.Word("se-errors"),
            AlertListIam = (AlertListIam)knobs.Word("alert-list-iam"),
            ServiceTimeNs = knobs.Durations("service-time"),
            Precedence = knobs.PrecedenceTable(),
        };
    }

    private static void Collect(
        string id,
        string json,
        IReadOnlyDictionary<string, string> others,
        SortedDictionary<string, JsonElement> values,
        int depth,
        ref string? summary,
        ref string? impossible)
    {
        if (depth > 8)
        {
            throw new FirmwareException($"firmware '{id}': \"basedOn\" goes round in a circle");
        }

        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        }
        catch (JsonException e)
        {
            throw new FirmwareException($"firmware '{id}'({e.LineNumber + 1},{e.BytePositionInLine + 1}): not JSON", e);
        }

        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new FirmwareException($"firmware '{id}': expected an object with \"summary\" and \"knobs\"");
            }

            foreach (var property in document.RootElement.EnumerateObject())
            {
                switch (property.Name)
                {
                    case "$schema":
                        break;
                    case "summary":
                        summary ??= Text(id, property.Name, property.Value);
                        break;
                    case "safetyImpossible":
                        // Not inherited: a profile that is based on an impossible one may be possible.
                        impossible = depth == 0 ? Text(id, property.Name, property.Value) : impossible;
                        break;
                    case "basedOn":
                        break;
                    case "knobs" when property.Value.ValueKind != JsonValueKind.Object:
                        throw new FirmwareException($"firmware '{id}': \"knobs\" is {property.Value.GetRawText()}; expected an object of knobs and their values");
                    case "knobs":
                        foreach (var knob in property.Value.EnumerateObject())
                        {
                            if (KnobCatalogue.Find(knob.Name) is null)
                            {
                                throw new FirmwareException($"firmware '{id}': unknown knob '{knob.Name}'; expected one of: {string.Join(", ", KnobCatalogue.All.Select(k => k.Name))}");
                            }

                            values.TryAdd(knob.Name, knob.Value.Clone());
                        }

                        break;
                    default:
                        throw new FirmwareException($"firmware '{id}': unknown property '{property.Name}'; expected summary, basedOn, safetyImpossible, knobs");
                }
            }

            if (document.RootElement.TryGetProperty("basedOn", out var based))
            {
                var name = Text(id, "basedOn", based);
                if (!others.TryGetValue(name, out var text))
                {
                    throw new FirmwareException($"firmware '{id}': \"basedOn\" names '{name}'; expected one of: {string.Join(", ", others.Keys.Order(StringComparer.Ordinal))}");
                }

                Collect(name, text, others, values, depth + 1, ref summary, ref impossible);
            }
        }
    }

    private static string Text(string id, string property, JsonElement value) => value.ValueKind == JsonValueKind.String
        ? value.GetString()!
        : throw new FirmwareException($"firmware '{id}': \"{property}\" is {value.GetRawText()}; expected a text");

    private static string ReadResource(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private sealed class Values(string id, SortedDictionary<string, JsonElement> values)
    {
        internal int Word(string name)
        {
            var knob = KnobCatalogue.Find(name)!;
            var word = values[name].ValueKind == JsonValueKind.String ? values[name].GetString() : null;
            for (var i = 0; i < knob.Values.Count; i++)
            {
                if (knob.Values[i].Word == word)
                {
                    return i;
                }
            }

            throw new FirmwareException($"firmware '{id}': knob '{name}' is {values[name].GetRawText()}; expected one of: {string.Join(", ", knob.Values.Select(v => v.Word))}");
        }

        internal long[] Durations(string name)
        {
            var knob = KnobCatalogue.Find(name)!;
            var value = values[name];
            if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() is 0 or > 64)
            {
                throw new FirmwareException($"firmware '{id}': knob '{name}' is {value.GetRawText()}; expected a list of 1 to 64 durations");
            }

            return [.. value.EnumerateArray().Select(element =>
            {
                var expected = "a duration such as 20ms";
                if (element.ValueKind != JsonValueKind.String || !VirtualTime.TryParse(element.GetString()!, out var ns, out expected))
                {
                    throw new FirmwareException($"firmware '{id}': knob '{name}' has {element.GetRawText()}; expected {expected}");
                }

                return ns != VirtualTime.Never || knob.AllowsNever
                    ? ns
                    : throw new FirmwareException($"firmware '{id}': knob '{name}' cannot be never");
            })];
        }

        internal Assumption Assume(Knob knob)
        {
            var text = values[knob.Name].ValueKind == JsonValueKind.Array
                ? string.Join(",", values[knob.Name].EnumerateArray().Select(e => e.ToString()))
                : values[knob.Name].ToString();
            var meaning = knob.DurationsMeaning ?? knob.Values.FirstOrDefault(v => v.Word == text).Meaning ?? knob.Values[0].Meaning;
            return new Assumption($"{knob.Name}={text.Replace(' ', '>')}", knob.Name, text, meaning, knob.Evidence);
        }

        internal ResponseCode[] PrecedenceTable()
        {
            var text = values[KnobCatalogue.Precedence].ToString();
            (string Code, ApConditions Condition)[] known =
            [
                ("01", ApConditions.NotAvailable), ("03", ApConditions.Deconfigured), ("04", ApConditions.Checkstopped), ("35", ApConditions.AsyncError),
                ("02", ApConditions.ResetInProgress), ("0A", ApConditions.StateChange), ("05", ApConditions.Busy),
            ];
            var order = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (order.Length != known.Length || known.Any(k => Array.IndexOf(order, k.Code) < 0))
            {
                throw new FirmwareException($"firmware '{id}': knob '{KnobCatalogue.Precedence}' is \"{text}\"; expected each of 01 03 04 35 02 0A 05 once");
            }

            var table = new ResponseCode[1 << known.Length];
            for (var conditions = 1; conditions < table.Length; conditions++)
            {
                var first = order.First(code => (conditions & (int)known.First(k => k.Code == code).Condition) != 0);
                table[conditions] = (ResponseCode)Convert.ToByte(first, 16);
            }

            return table;
        }
    }
}
