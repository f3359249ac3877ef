using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using ApChaos.Abstractions;
using ApChaos.Hosting;
using ApChaos.Machine;
using ApChaos.Running;

namespace ApChaos.Campaigns;

/// <summary>Replay files as JSON (schema <c>apchaos.replay/1</c>): complete, so that they outlive the configuration they came from.</summary>
public static class ReplayJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        NewLine = "\n",
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false) },
    };

    /// <summary>Writes a replay file.</summary>
    /// <param name="file">The history.</param>
    /// <returns>JSON with LF.</returns>
    public static string Write(ReplayFile file)
    {
        var dto = new ReplayDto(
            ReplayFile.Schema,
            file.Driver,
            JsonNode.Parse(file.Plan.Json)!,
            new FirmwareDto(file.Firmware.Id, file.Firmware.Summary, FirmwareVariation.KnobsOf(file.Firmware)),
            ToDto(file.Scenario),
            new BudgetsDto(
                VirtualTime.Format(file.Budgets.LockHeldNs), VirtualTime.Format(file.Budgets.OperationNs), VirtualTime.Format(file.Budgets.RestNs)),
            file.Oracle,
            file.Origin,
            file.Steps,
            TraceHash.Format(file.Hash),
            string.Join(' ', file.Choices.Select(choice => choice.ToString(CultureInfo.InvariantCulture))));
        return JsonSerializer.Serialize(dto, Options) + "\n";
    }

    /// <summary>Reads a replay file.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="catalogue">The known faults.</param>
    /// <returns>The history; <see cref="InputException"/> says what is wrong with the file.</returns>
    public static ReplayFile Read(string path, Catalogue catalogue)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"the replay file '{path}' cannot be read: {(e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : e.Message)}");
        }

        return Parse(text, path, catalogue);
    }

    /// <summary>Reads a replay file from its text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="path">Its path, as messages name it.</param>
    /// <param name="catalogue">The known faults.</param>
    /// <returns>The history; <see cref="InputException"/> says what is wrong with the text.</returns>
    public static ReplayFile Parse(string text, string path, Catalogue catalogue)
    {
        try
        {
            CheckSchema(path, text);
            var dto = JsonSerializer.Deserialize<ReplayDto>(text, Options) ?? throw new JsonException("expected an object");
            return new ReplayFile
            {
                Driver = dto.Driver,
                DriverId = dto.Driver,
                Plan = PlanFile.Parse(dto.Plan.ToJsonString(), path, catalogue),
                Firmware = FirmwareFile.Parse(
                    dto.Firmware.Id,
                    JsonSerializer.Serialize(new { summary = dto.Firmware.Summary, knobs = dto.Firmware.Knobs }),
                    new SortedDictionary<string, string>(StringComparer.Ordinal)),
                Scenario = FromDto(dto.Scenario),
                Budgets = new RunBudgets(Ns(dto.Budgets.LockHeld), Ns(dto.Budgets.Operation), Ns(dto.Budgets.Rest)),
                Oracle = dto.Oracle,
                Origin = dto.Origin,
                Steps = dto.Steps,
                Hash = ulong.Parse(dto.Hash, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
                Choices = [.. dto.Choices.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(choice => int.Parse(choice, NumberStyles.None, CultureInfo.InvariantCulture))],
            };
        }
        catch (JsonException e)
        {
            throw new InputException("this is not a replay file that 'apchaos run' wrote", path, (int)(e.LineNumber ?? 0) + 1, (int)(e.BytePositionInLine ?? 0) + 1);
        }
        catch (Exception e) when (e is FormatException or OverflowException or FirmwareException)
        {
            throw new InputException($"this is not a replay file that 'apchaos run' wrote: {e.Message}", path, 1, 1);
        }
    }

    private static void CheckSchema(string path, string text)
    {
        var schema = JsonNode.Parse(text) is JsonObject root && root["schema"] is JsonValue value && value.TryGetValue(out string? id) ? id : null;
        if (schema != ReplayFile.Schema)
        {
            throw new InputException($"expected a replay file of schema '{ReplayFile.Schema}', found {(schema is null ? "none" : $"'{schema}'")}", path, 1, 1);
        }
    }

    private static ScenarioDto ToDto(Scenario scenario)
    {
        var topology = scenario.Topology;
        return new ScenarioDto(
            topology.Adapters,
            topology.Domains,
            topology.PagesPerGuest,
            topology.Facilities,
            [.. topology.Mdevs.Select(mdev => new MdevDto(Positions(mdev.Adapters), Positions(mdev.Domains)))],
            [.. topology.Guests.Select((guest, i) => new GuestDto(
                guest.Mdev,
                guest.Predecessor,
                Durations(scenario.Guests[i].LifeNs),
                scenario.Guests[i].ResetsDevice,
                [.. scenario.Guests[i].Vcpus.Select(vcpu => (IReadOnlyList<ActionDto>)[.. vcpu.Select(a => ToDto(a, topology))])],
                scenario.Guests[i].StaysOpen))],
            scenario.UnbindQueue < 0 ? null : topology.ApqnOf(scenario.UnbindQueue).ToString());
    }

    private static ActionDto ToDto(GuestAction action, Topology topology) => new(
        action.Kind,
        topology.ApqnOf(action.Queue).ToString(),
        Durations(action.PauseNs),
        action.Length,
        action.Nib.ToString("x", CultureInfo.InvariantCulture),
        action.Isc);

    private static Scenario FromDto(ScenarioDto dto)
    {
        if (dto.Adapters.Count is 0 or > Topology.PositionsMax || dto.Domains.Count is 0 or > Topology.PositionsMax
            || dto.Adapters.Count * dto.Domains.Count > Topology.QueuesMax || dto.Guests.Count is 0 or > Topology.GuestsMax
            || dto.PagesPerGuest is < 1 or > 16 || dto.Guests.Any(guest => guest.Mdev < 0 || guest.Mdev >= dto.Mdevs.Count || guest.Predecessor >= dto.Guests.Count))
        {
            throw new FormatException("the scenario is out of range");
        }

        var topology = new Topology
        {
            Adapters = dto.Adapters,
            Domains = dto.Domains,
            PagesPerGuest = dto.PagesPerGuest,
            Facilities = dto.Facilities,
            Mdevs = [.. dto.Mdevs.Select(mdev => new MdevShape(Mask(mdev.Adapters), Mask(mdev.Domains)))],
            Guests = [.. dto.Guests.Select(guest => new GuestShape(guest.Mdev, guest.Predecessor))],
        };
        var workloads = dto.Guests.Select(guest => new GuestWorkload(
            [.. guest.Vcpus.Select(vcpu => (IReadOnlyList<GuestAction>)[.. vcpu.Select(a => FromDto(a, topology))])],
            Ns(guest.Life),
            guest.ResetsDevice,
            guest.StaysOpen));
        return new Scenario(topology, [.. workloads], dto.UnbindQueue is null ? -1 : QueueOf(dto.UnbindQueue, topology));
    }

    private static GuestAction FromDto(ActionDto action, Topology topology) => new(
        action.Kind,
        QueueOf(action.Apqn, topology),
        Ns(action.Pause),
        action.Length,
        long.Parse(action.Nib, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
        action.Isc);

    private static int QueueOf(string text, Topology topology) =>
        Apqn.TryParse(text, out var apqn) && topology.IndexOf(apqn) is >= 0 and var queue ? queue : throw new FormatException($"'{text}' is no APQN of the scenario");

    private static List<int> Positions(ulong mask) => [.. Enumerable.Range(0, 64).Where(i => ((mask >> i) & 1) != 0)];

    private static ulong Mask(IEnumerable<int> positions) => positions.Aggregate(0UL, (mask, i) => mask | (1UL << i));

    private static List<string> Durations(IEnumerable<long> values) => [.. values.Select(VirtualTime.Format)];

    private static List<long> Ns(IEnumerable<string> values) => [.. values.Select(Ns)];

    private static long Ns(string text) => VirtualTime.TryParse(text, out var ns, out var expected) ? ns : throw new FormatException($"'{text}' is not {expected}");

    private sealed record ReplayDto(
        string Schema,
        string Driver,
        JsonNode Plan,
        FirmwareDto Firmware,
        ScenarioDto Scenario,
        BudgetsDto Budgets,
        string Oracle,
        string Origin,
        int Steps,
        string Hash,
        string Choices);

    private sealed record FirmwareDto(string Id, string Summary, JsonObject Knobs);

    private sealed record BudgetsDto(string LockHeld, string Operation, string Rest);

    private sealed record ScenarioDto(
        IReadOnlyList<int> Adapters,
        IReadOnlyList<int> Domains,
        int PagesPerGuest,
        IReadOnlyList<int> Facilities,
        IReadOnlyList<MdevDto> Mdevs,
        IReadOnlyList<GuestDto> Guests,
        string? UnbindQueue);

    private sealed record MdevDto(IReadOnlyList<int> Adapters, IReadOnlyList<int> Domains);

    private sealed record GuestDto(
        int Mdev,
        int Predecessor,
        IReadOnlyList<string> Life,
        bool ResetsDevice,
        IReadOnlyList<IReadOnlyList<ActionDto>> Vcpus,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool StaysOpen = false);

    private sealed record ActionDto(GuestActionKind Kind, string Apqn, IReadOnlyList<string> Pause, int Length, string Nib, int Isc);
}
