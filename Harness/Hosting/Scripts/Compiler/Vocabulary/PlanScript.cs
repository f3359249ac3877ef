namespace ApChaos.Scripts;

/// <summary>
/// The words of a plan script, one to one those of a plan in JSON: <c>Plan</c> gives name and summary, each <c>Fault</c> one entry of
/// <c>"faults"</c>; the others make triggers and values. A script sees these words, C#'s loops and functions, and nothing else.
/// </summary>
public sealed class PlanScript
{
    internal const string Nameless = "the script names no plan; expected Plan(\"my-plan\", \"what it is for\")";

    private const int FaultsMax = 1000;

    private readonly List<ScriptObject> _faults = [];
    private PlanWords? _plan;

    internal PlanScript()
    {
    }

    /// <summary>The trigger that is on from the start of the run: <c>"always"</c>.</summary>
    public Trigger Always => new("always", true);

    /// <summary>Names the plan; once in a script.</summary>
    /// <param name="name">kebab-case, the name of the file.</param>
    /// <param name="summary">One line.</param>
    /// <returns>The plan.</returns>
    public PlanWords Plan(string name, string summary = "") => _plan is null
        ? _plan = new PlanWords(name, summary)
        : throw ScriptFuel.Error("the plan is named twice; expected Plan(…) once");

    /// <summary>Adds a fault to the plan: <c>{ "fault": id }</c>. Faults are asked in the order in which they were added.</summary>
    /// <param name="id">Id of the fault.</param>
    /// <returns>The fault, to say when it fires and what its options are.</returns>
    public FaultWords Fault(string id)
    {
        if (_faults.Count == FaultsMax)
        {
            throw ScriptFuel.Error($"the plan has more than {FaultsMax} faults; expected at most {FaultsMax}");
        }

        var fault = new FaultWords(id);
        _faults.Add(fault.Json);
        return fault;
    }

    /// <summary>A trigger at an AP instruction: <c>{ "instruction": name }</c>.</summary>
    /// <param name="name">tapq, zapq, rapq, aqic, nqap or dqap.</param>
    /// <returns>The trigger.</returns>
    public Trigger Instruction(string name) => new("instruction", name);

    /// <summary>A trigger at an entry point of the driver: <c>{ "operation": name }</c>.</summary>
    /// <param name="name">For instance close-device.</param>
    /// <returns>The trigger.</returns>
    public Trigger Operation(string name) => new("operation", name);

    /// <summary>A trigger at a call of the driver into the kernel: <c>{ "call": name }</c>.</summary>
    /// <param name="name">For instance unpin-pages.</param>
    /// <returns>The trigger.</returns>
    public Trigger Call(string name) => new("call", name);

    /// <summary>A trigger at a change of a queue's state: <c>{ "queue": change }</c>.</summary>
    /// <param name="change">For instance reset-started.</param>
    /// <returns>The trigger.</returns>
    public Trigger Queue(string change) => new("queue", change);

    /// <summary>A trigger at a virtual time: <c>{ "at": time }</c>.</summary>
    /// <param name="time">For instance 30ms.</param>
    /// <returns>The trigger.</returns>
    public Trigger At(string time) => new("at", time);

    /// <summary>Several values of an option, of which the run chooses one: <c>{ "oneOf": [ … ] }</c>.</summary>
    /// <param name="values">The values.</param>
    /// <returns>The values.</returns>
    public OneOfWords OneOf(params IEnumerable<string> values) => new(values);

    /// <inheritdoc cref="OneOf(IEnumerable{string})"/>
    public OneOfWords OneOf(params IEnumerable<int> values) => new(values.Cast<object>());

    /// <summary>The plan as JSON, each property with the place that it came from.</summary>
    internal PlacedText ToJson()
    {
        if (_plan is null)
        {
            throw new ScriptException(Nameless, 1, 1);
        }

        _plan.Json.Add("faults", _faults);
        var text = new PlacedText();
        text.Write(_plan.Json);
        return text;
    }
}

/// <summary>The plan of a script.</summary>
public sealed class PlanWords : IPlaced
{
    internal PlanWords(string name, string summary)
    {
        Json.Add("name", name);
        Json.Add("summary", summary);
    }

    internal ScriptObject Json { get; } = new();

    /// <summary>Names oracles that may speak even for a correct driver: <c>"beyond": [ids]</c>.</summary>
    /// <param name="oracles">Ids of oracles.</param>
    /// <returns>The plan.</returns>
    public PlanWords Beyond(params IEnumerable<string> oracles)
    {
        Json.Add("beyond", oracles.ToList());
        return this;
    }

    /// <summary>Makes the faults a swarm, of which each run has some: <c>"swarm": { "armed": …, "firing": … }</c>.</summary>
    /// <param name="armed">Chance of a fault to take part in a run.</param>
    /// <param name="firing">Chance of a match to count.</param>
    /// <returns>The plan.</returns>
    public PlanWords Swarm(double armed = 0.25, double firing = 0.25)
    {
        var swarm = new ScriptObject();
        swarm.Add("armed", armed);
        swarm.Add("firing", firing);
        Json.Add("swarm", swarm);
        return this;
    }

    void IPlaced.Place(int line, int column) => Json.PlaceAll(line, column);
}

/// <summary>A fault of a script's plan.</summary>
public sealed class FaultWords : IPlaced
{
    internal FaultWords(string id) => Json.Add("fault", id);

    internal ScriptObject Json { get; } = new();

    /// <summary>Says when it fires: <c>"on": trigger</c>.</summary>
    /// <param name="trigger">The trigger.</param>
    /// <returns>The fault.</returns>
    public FaultWords On(Trigger trigger) => Put("on", trigger);

    /// <summary>Sets an option: <c>name: value</c>.</summary>
    /// <param name="option">Name of the option.</param>
    /// <param name="value">A text.</param>
    /// <returns>The fault.</returns>
    public FaultWords With(string option, string value) => Put(option, value);

    /// <inheritdoc cref="With(string, string)"/>
    /// <param name="value">A whole number.</param>
    public FaultWords With(string option, long value) => Put(option, value);

    /// <inheritdoc cref="With(string, string)"/>
    /// <param name="values">Several values, of which the run chooses one.</param>
    public FaultWords With(string option, OneOfWords values) => Put(option, values);

    void IPlaced.Place(int line, int column) => Json.PlaceLast(line, column);

    private FaultWords Put(string name, object value)
    {
        Json.Add(name, value);
        return this;
    }
}

/// <summary>Several values of an option.</summary>
public sealed class OneOfWords
{
    private const int ValuesMax = 1000;

    internal OneOfWords(IEnumerable<object> values)
    {
        foreach (var value in values)
        {
            Values.Add(Values.Count < ValuesMax ? value : throw ScriptFuel.Error($"OneOf has more than {ValuesMax} values; expected 1 to {ValuesMax}"));
        }
    }

    internal List<object> Values { get; } = [];
}
