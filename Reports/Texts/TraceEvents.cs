using System.Text.Json;
using ApChaos.Abstractions;
using ApChaos.Campaigns;

namespace ApChaos.Reports.Texts;

/// <summary>Writes one history as Chrome trace events: what lasts is a slice, what happens at once an instant.</summary>
/// <param name="json">Where to; inside the list of events.</param>
/// <param name="process">Number of the history.</param>
internal sealed class TraceEvents(Utf8JsonWriter json, int process)
{
    private const int NameMax = 80;

    private readonly SortedDictionary<string, int> _lanes = new(StringComparer.Ordinal);
    private readonly SortedDictionary<(string Lane, long Thing), (long FromNs, string Name)> _open = [];

    /// <summary>Names the process.</summary>
    internal void Process(string name) => Meta("process_name", 0, name);

    /// <summary>Writes all of a history.</summary>
    internal void Write(HistoryRecording history)
    {
        foreach (var line in history.Lines.Where(line => line.Actor.Length > 0))
        {
            Instant(line.Mark == HistoryMark.Fault || line.Actor == "fault" ? "faults" : "1 " + line.Actor, line.TimeNs, line.Text, line.Step);
        }

        foreach (var e in history.Events)
        {
            Write(e, history.Names);
        }

        var end = history.Events.Count > 0 ? history.Events[^1].TimeNs : 0;
        foreach (var (key, slice) in _open.ToList())
        {
            Slice(key.Lane, slice.FromNs, end, slice.Name);
        }
    }

    private void Write(in MachineEvent e, INames names)
    {
        var queue = e.Queue >= 0 ? "2 queue " + names.Queue(e.Queue) : "";
        switch (e.Kind)
        {
            case EventKind.OperationEntered:
                Begin("1 " + names.Actor(e.Actor) + ", operations", e.A, e.TimeNs, names.Operation((DriverOperation)e.A));
                break;
            case EventKind.OperationExited:
                End("1 " + names.Actor(e.Actor) + ", operations", e.A, e.TimeNs);
                break;
            case EventKind.ResetStarted:
                Begin(queue + ", reset", e.Queue, e.TimeNs, e.B == 1 ? "ZAPQ" : "RAPQ");
                break;
            case EventKind.ResetCompleted:
                End(queue + ", reset", e.Queue, e.TimeNs);
                break;
            case EventKind.IrqOn:
                Begin(queue + ", interruption", e.Queue, e.TimeNs, $"on for {names.Guest(e.Guest)}");
                break;
            case EventKind.IrqOff:
                End(queue + ", interruption", e.Queue, e.TimeNs);
                break;
            case EventKind.QueueGranted:
                End(queue + ", owner", e.Queue, e.TimeNs);
                Begin(queue + ", owner", e.Queue, e.TimeNs, names.Guest(e.Guest));
                break;
            case EventKind.QueueRevoked:
                End(queue + ", owner", e.Queue, e.TimeNs);
                break;
            case EventKind.Pinned when e.B == 1:
                Begin($"3 page 0x{e.A:x}", e.A, e.TimeNs, $"pinned for {names.Guest(e.Guest)}");
                break;
            case EventKind.Unpinned when e.B == 0:
                End($"3 page 0x{e.A:x}", e.A, e.TimeNs);
                break;
            case EventKind.NibStore:
                Instant($"3 page 0x{e.A >> 12:x}", e.TimeNs, $"NIB store by {names.Queue(e.Queue)}", e.Step);
                break;
            case EventKind.LockTaken:
                Begin("4 " + names.Lock((int)e.A), e.Actor, e.TimeNs, names.Actor(e.Actor));
                break;
            case EventKind.LockReleased:
                End("4 " + names.Lock((int)e.A), e.Actor, e.TimeNs);
                break;
            default:
                break;
        }
    }

    private void Begin(string lane, long thing, long timeNs, string name) => _open[(lane, thing)] = (timeNs, name);

    private void End(string lane, long thing, long timeNs)
    {
        if (_open.Remove((lane, thing), out var slice))
        {
            Slice(lane, slice.FromNs, timeNs, slice.Name);
        }
    }

    private void Slice(string lane, long fromNs, long toNs, string name)
    {
        Start("X", lane, fromNs, name);
        json.WriteNumber("dur", Microseconds(toNs - fromNs));
        json.WriteEndObject();
    }

    private void Instant(string lane, long timeNs, string text, int step)
    {
        Start("i", lane, timeNs, text);
        json.WriteString("s", "t");
        json.WriteStartObject("args");
        json.WriteNumber("step", step);
        json.WriteString("text", PlainText.Of(text));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void Start(string phase, string lane, long timeNs, string name)
    {
        var number = LaneOf(lane);
        json.WriteStartObject();
        json.WriteString("ph", phase);
        json.WriteNumber("pid", process);
        json.WriteNumber("tid", number);
        json.WriteNumber("ts", Microseconds(timeNs));
        json.WriteString("name", PlainText.Short(PlainText.Of(name), NameMax));
    }

    /// <summary>Lanes are numbered as they come and sorted by their names, of which the first character is not shown.</summary>
    private int LaneOf(string lane)
    {
        if (!_lanes.TryGetValue(lane, out var number))
        {
            _lanes[lane] = number = _lanes.Count + 1;
            Meta("thread_name", number, lane[0] is >= '1' and <= '9' ? lane[2..] : lane);
            json.WriteStartObject();
            json.WriteString("ph", "M");
            json.WriteString("name", "thread_sort_index");
            json.WriteNumber("pid", process);
            json.WriteNumber("tid", number);
            json.WriteStartObject("args");
            json.WriteNumber("sort_index", ((lane[0] is >= '1' and <= '9' ? lane[0] - '0' : 0) * 1000) + number);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return number;
    }

    private void Meta(string what, int lane, string name)
    {
        json.WriteStartObject();
        json.WriteString("ph", "M");
        json.WriteString("name", what);
        json.WriteNumber("pid", process);
        json.WriteNumber("tid", lane);
        json.WriteStartObject("args");
        json.WriteString("name", PlainText.Of(name));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static decimal Microseconds(long ns) => ns / 1000m;
}
