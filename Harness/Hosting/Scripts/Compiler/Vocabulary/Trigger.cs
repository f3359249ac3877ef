namespace ApChaos.Scripts;

/// <summary>
/// When a fault fires: the JSON object of a trigger, property by property. A word more is a line more. Each word makes a new trigger, so
/// that one may be kept in a variable and narrowed down in several ways; which properties go together is for the reader of plans to say.
/// </summary>
public sealed class Trigger : IPlaced
{
    internal Trigger(string anchor, object name) => Json.Add(anchor, name);

    private Trigger(Trigger other, string name, object value)
    {
        Json.AddAll(other.Json);
        Json.Add(name, value);
    }

    internal ScriptObject Json { get; } = new();

    /// <summary>Only what an actor does: <c>"actor"</c>.</summary>
    /// <param name="actor">driver, guest or host.</param>
    /// <returns>The trigger.</returns>
    public Trigger By(string actor) => new(this, "actor", actor);

    /// <summary>Only at a queue: <c>"apqn"</c>.</summary>
    /// <param name="apqn">For instance 05.0004, or any.</param>
    /// <returns>The trigger.</returns>
    public Trigger Apqn(string apqn) => new(this, "apqn", apqn);

    /// <summary>Only the nth match: <c>"nth"</c>.</summary>
    /// <param name="nth">From 1.</param>
    /// <returns>The trigger.</returns>
    public Trigger Nth(int nth) => new(this, "nth", (long)nth);

    /// <summary>A match counts by chance: <c>"chance"</c>.</summary>
    /// <param name="chance">0.001 to 1.</param>
    /// <returns>The trigger.</returns>
    public Trigger Chance(double chance) => new(this, "chance", chance);

    /// <summary>Before, after, entry or exit: <c>"when"</c>.</summary>
    /// <param name="moment">The word.</param>
    /// <returns>The trigger.</returns>
    public Trigger When(string moment) => new(this, "when", moment);

    /// <summary>Before the instruction is answered: <c>"when": "before"</c>.</summary>
    /// <returns>The trigger.</returns>
    public Trigger Before() => When("before");

    /// <summary>After the instruction was answered: <c>"when": "after"</c>.</summary>
    /// <returns>The trigger.</returns>
    public Trigger After() => When("after");

    /// <summary>At the entry of the operation: <c>"when": "entry"</c>.</summary>
    /// <returns>The trigger.</returns>
    public Trigger Entry() => When("entry");

    /// <summary>At the exit of the operation: <c>"when": "exit"</c>.</summary>
    /// <returns>The trigger.</returns>
    public Trigger Exit() => When("exit");

    /// <summary>Only once another trigger has matched: <c>"after": trigger</c>.</summary>
    /// <param name="other">The other trigger.</param>
    /// <returns>The trigger.</returns>
    public Trigger After(Trigger other) => new(this, "after", other);

    /// <summary>Only until another trigger matches: <c>"until": trigger</c>.</summary>
    /// <param name="other">The other trigger.</param>
    /// <returns>The trigger.</returns>
    public Trigger Until(Trigger other) => new(this, "until", other);

    /// <summary>Not where another trigger matches: <c>"unless": trigger</c>.</summary>
    /// <param name="other">The other trigger.</param>
    /// <returns>The trigger.</returns>
    public Trigger Unless(Trigger other) => new(this, "unless", other);

    /// <summary>Every nth match: <c>"every": n</c>.</summary>
    /// <param name="matches">From 1.</param>
    /// <returns>The trigger.</returns>
    public Trigger Every(int matches) => new(this, "every", (long)matches);

    /// <summary>Of a time: again and again: <c>"every": interval</c>.</summary>
    /// <param name="interval">For instance 5ms.</param>
    /// <returns>The trigger.</returns>
    public Trigger Every(string interval) => new(this, "every", interval);

    /// <summary>At most once in a run: <c>"once": true</c>.</summary>
    /// <returns>The trigger.</returns>
    public Trigger Once() => new(this, "once", true);

    void IPlaced.Place(int line, int column) => Json.PlaceLast(line, column);
}
