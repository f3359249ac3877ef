using System.Text;
using System.Text.Json;
using ApChaos.Abstractions;
using ApChaos.Hosting;
using ApChaos.Running;
using CsCheck;

namespace ApChaos.Suites.Engine.Plans;

/// <summary>
/// Properties of the reader of plans over 120,000 random inputs: what is no plan is refused in one line with its place, what is one comes to
/// the same plan when it is written and read again, and nothing else comes out. A failure prints CsCheck's seed.
/// </summary>
[TestFixture]
public sealed class PlanFuzzTests
{
    private const int Nearly = 60_000;
    private const int Changed = 40_000;
    private const int Noise = 20_000;

    private static readonly Catalogue Known = Catalogue.Shipped;

    private static readonly string[] Good = [.. Known.Plans.Select(plan => plan.Json)];

    private static readonly Gen<string> Word = Gen.OneOf<string>(
        "always", "any", "never", "driver", "guest", "host", "before", "after", "entry", "exit", "zapq", "tapq", "aqic", "nqap", "close-device", "pin-pages",
        "reset-started", "20ms", "5s", "-1ms", "1e9s", "0.5ns", "30 ms", "05.0004", "05.00", "ff.ffff", "*", "*-storm", "", "\u202e", "ａ", "a\0b", "calm", "x");

    private static readonly Gen<string> Scalar = Gen.OneOf<string>(
        Word.Select(Quote),
        Gen.OneOf<string>([.. Known.Faults.Select(fault => fault.Id)]).Select(Quote),
        Gen.Int[-2, 1001].Select(number => $"{number}"),
        Gen.OneOf<string>("0.25", "1.5", "1e400", "-0", "9223372036854775808", "true", "false", "null"),
        Gen.String.Select(Quote));

    private static readonly Gen<string> Name = Gen.OneOf<string>(
        Gen.OneOf<string>(
            "fault", "on", "oneOf", "always", "instruction", "operation", "call", "queue", "at", "actor", "when", "apqn", "nth", "every", "once", "chance", "after", "until", "unless",
            "name", "summary", "beyond", "swarm", "armed", "firing", "faults", "$schema", "include"),
        Gen.OneOf<string>([.. Known.Faults.SelectMany(fault => fault.Options).Select(option => option.Name).Distinct()]));

    private static readonly Gen<string> Value = Gen.Recursive<string>((depth, inner) => depth > 4 ? Scalar : Gen.Frequency<string>(
        (6, Scalar),
        (1, inner.Array[0, 3].Select(items => $"[{string.Join(", ", items)}]")),
        (3, Gen.Select(Name, inner).Array[0, 3].Select(properties => Object(properties)))));

    /// <summary>A plan in which each word is likely to be one that is known, and to be somewhere where it does not belong.</summary>
    private static readonly Gen<string> NearlyPlan = Gen.Select(
        Gen.Select(
            Gen.OneOf<string>([.. Known.Faults.Select(fault => fault.Id), "*", "*-storm", "slow-rest"]),
            Trigger(),
            Gen.Select(Name, Value).Array[0, 2],
            (fault, on, more) => Object([("fault", Quote(fault)), .. on.Length > 0 ? [("on", on)] : Array.Empty<(string, string)>(), .. more])).Array[0, 3],
        Gen.Select(Name, Value).Array[0, 1],
        (faults, more) => Object([("name", "\"x\""), ("faults", $"[{string.Join(", ", faults)}]"), .. more]));

    [Test]
    public void Plans_that_are_nearly_right() => NearlyPlan.Sample(Reads, iter: Nearly, threads: 2);

    [Test]
    public void Shipped_plans_with_changes() =>
        Gen.Select(
            Gen.OneOf<string>(Good),
            Gen.Select(Gen.Int[0, 1 << 20], Gen.OneOf<string>(Scalar, Gen.Char.Select(c => $"{c}"), Gen.OneOf<string>("{", "}", "[", "]", ",", "\"", "")), Gen.Int[0, 9]).Array[1, 4],
            (plan, changes) =>
            {
                var text = new StringBuilder(plan);
                foreach ((int where, string put, int remove) in changes)
                {
                    int at = where % (text.Length + 1);
                    text.Remove(at, Math.Min(remove, text.Length - at)).Insert(at, put);
                }

                return text.ToString();
            })
            .Sample(Reads, iter: Changed, threads: 2);

    [Test]
    public void Any_json_and_any_text() => Gen.OneOf<string>(Value, Gen.String).Sample(Reads, iter: Noise, threads: 2);

    [Test]
    public void The_inputs_are_worth_reading()
    {
        // Otherwise all of them might end at the same first check.
        int accepted = 0;
        var refusals = new System.Collections.Concurrent.ConcurrentDictionary<string, int>();
        NearlyPlan.Sample(text =>
        {
            try
            {
                PlanFile.Parse(text, null, Known);
                Interlocked.Increment(ref accepted);
            }
            catch (InputException e)
            {
                refusals.AddOrUpdate(e.Text.Split(' ')[0] + e.Text.Split(' ')[^1], 1, (_, count) => count + 1);
            }
        }, iter: 2_000, threads: 2);
        Assert.That(accepted, Is.InRange(100, 1_900));
        Assert.That(refusals, Has.Count.GreaterThan(20));
    }

    private static void Reads(string text)
    {
        Plan plan;
        try
        {
            plan = PlanFile.Parse(text, "plan.json", Known);
        }
        catch (InputException e)
        {
            Assert.That(e.Message, Does.StartWith($"plan.json:{e.Line}:{e.Column}: ").And.Contain("expected"));
            Assert.That(e.Message.Any(char.IsControl), Is.False, e.Message);
            Assert.That(e.Message, Has.Length.LessThan(1_000));
            return;
        }

        Plan again = PlanFile.Parse(plan.Json, null, Known);
        Assert.That(again, Is.EqualTo(plan));
        Assert.That(again.Faults.Select(fault => fault.Trigger.Trigger), Is.EqualTo(plan.Faults.Select(fault => fault.Trigger.Trigger)));
        try
        {
            IReadOnlyList<ArmedFault> armed = plan.Arm(Known, Engine.Faults.FaultRuns.Scenario.Topology);
            Assert.That(armed, Has.Count.EqualTo(plan.Faults.Count));
        }
        catch (InputException e)
        {
            Assert.That(e.Text, Does.Contain("is outside the topology"));
        }
    }

    /// <summary>A trigger, or nothing.</summary>
    private static Gen<string> Trigger() => Gen.Frequency<string>(
        (2, Gen.Const("")),
        (1, Gen.Const("\"always\"")),
        (4, Gen.Select(
            Gen.OneOf<string>("\"instruction\": \"zapq\"", "\"instruction\": \"tapq\", \"actor\": \"driver\"", "\"operation\": \"close-device\"", "\"at\": \"30ms\"", "\"queue\": \"reset-started\"", "\"call\": \"unpin-pages\""),
            Gen.OneOf<string>("", ", \"nth\": 2", ", \"once\": true", ", \"chance\": 0.5", ", \"every\": 3", ", \"apqn\": \"05.0004\"", ", \"apqn\": \"77.0001\"", ", \"until\": { \"at\": \"1s\" }"),
            (anchor, more) => $"{{ {anchor}{more} }}")),
        (2, Value));

    private static string Object(IEnumerable<(string Name, string Value)> properties) => $"{{ {string.Join(", ", properties.Select(property => $"\"{property.Name}\": {property.Value}"))} }}";

    private static string Quote(string text) => JsonSerializer.Serialize(text);
}
