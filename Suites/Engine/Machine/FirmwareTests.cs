using System.Text.Json;
using ApChaos.Abstractions;
using ApChaos.Machine;

namespace ApChaos.Suites.Engine.Machine;

/// <summary>Firmware profiles: what sources leave open, as data (ap-facts §12, design §3 law 10).</summary>
[TestFixture]
public sealed class FirmwareTests
{
    // ap-facts §12, in the words of the files; PvWithoutAiv has no knob, because no guest is ever protected here.
    private static readonly string[] Knobs =
    [
        "irq-off-point", "poke-window", "reset-duration", "empty-bit-point", "flags-valid-with-rc", "zapq-during-reset", "rapq-then-zapq",
        "busy-model", "aqic-latency", "aqic-07-meaning", "aqic-during-reset", "nib-ipm-order", "deconfig-reset", "state-after-reconfig",
        "checkstop-reset", "removal-reset", "subsystem-reset-reach", "se-errors", "alert-list-iam",
    ];

    private static readonly string[] Profiles =
        ["deconfig-drains", "documented", "early-empty", "hostile", "irq-off-at-end", "irq-off-at-once", "late-store"];

    [Test]
    public void The_seven_profiles_of_the_issue_load() =>
        Assert.That(FirmwareFile.LoadShipped().Select(profile => profile.Id), Is.EqualTo(Profiles));

    [Test]
    public void Every_open_point_of_the_facts_is_a_knob() => Assert.That(KnobCatalogue.All.Select(knob => knob.Name), Is.SupersetOf(Knobs));

    [Test]
    public void Every_knob_says_why_it_is_open_and_what_its_values_mean()
    {
        foreach (Knob knob in KnobCatalogue.All)
        {
            Assert.That(knob.Evidence, Is.Not.Empty, knob.Name);
            Assert.That(knob.Values.Select(value => value.Meaning).Append(knob.DurationsMeaning ?? "-"), Has.None.Empty, knob.Name);
            Assert.That(knob.Values.Count == 0, Is.EqualTo(knob.DurationsMeaning is not null), knob.Name);
            Assert.That(knob.Values.Select(value => value.Word), Is.Unique, knob.Name);
        }
    }

    [Test]
    public void The_words_of_a_knob_stand_for_the_values_of_its_enumeration_in_their_order()
    {
        AssertWords<IrqOffPoint>("irq-off-point", profile => profile.IrqOffPoint);
        AssertWords<EmptyBitPoint>("empty-bit-point", profile => profile.EmptyBitPoint);
        AssertWords<FlagsValidWithRc>("flags-valid-with-rc", profile => profile.FlagsValidWithRc);
        AssertWords<ResetDuringReset>("zapq-during-reset", profile => profile.ZapqDuringReset);
        AssertWords<RapqThenZapq>("rapq-then-zapq", profile => profile.RapqThenZapq);
        AssertWords<BusyModel>("busy-model", profile => profile.BusyModel);
        AssertWords<Aqic07Meaning>("aqic-07-meaning", profile => profile.Aqic07Meaning);
        AssertWords<AqicDuringReset>("aqic-during-reset", profile => profile.AqicDuringReset);
        AssertWords<NibIpmOrder>("nib-ipm-order", profile => profile.NibIpmOrder);
        AssertWords<RepliesDuringReset>("replies-during-reset", profile => profile.RepliesDuringReset);
        AssertWords<DeconfigReset>("deconfig-reset", profile => profile.DeconfigReset);
        AssertWords<StateAfterReconfig>("state-after-reconfig", profile => profile.StateAfterReconfig);
        AssertWords<CheckstopReset>("checkstop-reset", profile => profile.CheckstopReset);
        AssertWords<RemovalReset>("removal-reset", profile => profile.RemovalReset);
        AssertWords<SubsystemResetReach>("subsystem-reset-reach", profile => profile.SubsystemResetReach);
        AssertWords<SeErrors>("se-errors", profile => profile.SeErrors);
        AssertWords<AlertListIam>("alert-list-iam", profile => profile.AlertListIam);
    }

    [Test]
    public void Documented_names_every_knob_and_all_others_are_based_on_it()
    {
        using JsonDocument documented = Read("documented");
        Assert.That(
            documented.RootElement.GetProperty("knobs").EnumerateObject().Select(knob => knob.Name),
            Is.EquivalentTo(KnobCatalogue.All.Select(knob => knob.Name)));
        foreach (string id in Profiles.Where(id => id != "documented"))
        {
            string basis = id;
            while (basis != "documented")
            {
                using JsonDocument profile = Read(basis);
                basis = profile.RootElement.GetProperty("basedOn").GetString()!;
            }
        }
    }

    [Test]
    public void Every_profile_carries_the_assumption_of_every_knob_with_its_evidence()
    {
        foreach (FirmwareProfile profile in FirmwareFile.LoadShipped())
        {
            Assert.That(profile.Summary, Is.Not.Empty);
            Assert.That(profile.Assumptions.Select(assumption => assumption.Knob), Is.EqualTo(KnobCatalogue.All.Select(knob => knob.Name)));
            foreach (Assumption assumption in profile.Assumptions)
            {
                Assert.That(assumption.Id, Does.StartWith(assumption.Knob + "=").And.Not.Contains(" "));
                Assert.That(assumption.Meaning, Is.Not.Empty, assumption.Id);
                Assert.That(assumption.Evidence, Is.Not.Empty, assumption.Id);
            }
        }
    }

    [Test]
    public void A_knob_that_a_profile_names_wins_over_the_profiles_below_it()
    {
        FirmwareProfile early = FirmwareFile.LoadShipped().Single(profile => profile.Id == "early-empty");
        Assert.That(early.EmptyBitPoint, Is.EqualTo(EmptyBitPoint.Start), "its own");
        Assert.That(early.IrqOffPoint, Is.EqualTo(IrqOffPoint.AtAsyncEnd), "irq-off-at-end's");
        Assert.That(early.RapqThenZapq, Is.EqualTo(RapqThenZapq.Ignored), "documented's");
    }

    [Test]
    public void A_profile_based_on_an_impossible_one_is_not_impossible_by_itself()
    {
        FirmwareProfile profile = Parse("""{ "basedOn": "hostile", "knobs": {} }""");
        Assert.That(FirmwareFile.LoadShipped().Where(p => p.SafetyImpossible is not null).Select(p => p.Id), Is.EqualTo(["hostile", "late-store"]));
        Assert.That(profile.SafetyImpossible, Is.Null);
    }

    [Test]
    public void Durations_are_read_with_their_units()
    {
        FirmwareProfile profile = Bench.Firmware("""
            "reset-duration": ["0ms", "1.5s", "never"], "poke-window": ["50us"]
            """);
        Assert.That(profile.ResetDurationNs, Is.EqualTo(new[] { 0, 1_500_000_000, VirtualTime.Never }));
        Assert.That(profile.PokeWindowNs, Is.EqualTo(new[] { 50_000 }));
        Assert.That(profile.Assumptions.Single(a => a.Knob == "reset-duration").Id, Is.EqualTo("reset-duration=0ms,1.5s,never"));
    }

    // Bad input: one line that says what is wrong and what is expected.
    [TestCase("""{ "basedOn": "documented", "knobs": { "irq-off": "at-zapq" } }""",
        "firmware 'mine': unknown knob 'irq-off'; expected one of: irq-off-point, poke-window, ")]
    [TestCase("""{ "basedOn": "documented", "knobs": { "irq-off-point": "later" } }""",
        "firmware 'mine': knob 'irq-off-point' is \"later\"; expected one of: at-zapq, at-async-end, random-between")]
    [TestCase("""{ "basedOn": "documented", "knobs": { "irq-off-point": 1 } }""",
        "firmware 'mine': knob 'irq-off-point' is 1; expected one of: at-zapq, at-async-end, random-between")]
    [TestCase("""{ "basedOn": "documented", "knobs": { "irq-off-point": null } }""",
        "firmware 'mine': knob 'irq-off-point' is null; expected one of: at-zapq")]
    [TestCase("""{ "basedOn": "documented", "knobs": { "reset-duration": "10ms" } }""",
        "firmware 'mine': knob 'reset-duration' is \"10ms\"; expected a list of 1 to 64 durations")]
    [TestCase("""{ "basedOn": "documented", "knobs": { "reset-duration": [] } }""",
        "firmware 'mine': knob 'reset-duration' is []; expected a list of 1 to 64 durations")]
    [TestCase("""{ "basedOn": "documented", "knobs": { "reset-duration": ["10 ms"] } }""",
        "firmware 'mine': knob 'reset-duration' has \"10 ms\"; expected a duration such as 20ms")]
    [TestCase("""{ "basedOn": "documented", "knobs": { "reset-duration": ["-1ms"] } }""",
        "firmware 'mine': knob 'reset-duration' has \"-1ms\"; expected a duration that is not negative")]
    [TestCase("""{ "basedOn": "documented", "knobs": { "reset-duration": [10] } }""",
        "firmware 'mine': knob 'reset-duration' has 10; expected a duration such as 20ms")]
    [TestCase("""{ "basedOn": "documented", "knobs": { "aqic-latency": ["never"] } }""",
        "firmware 'mine': knob 'aqic-latency' cannot be never")]
    [TestCase("""{ "basedOn": "documented", "knobs": { "rc-precedence": "01 03 04" } }""",
        "firmware 'mine': knob 'rc-precedence' is \"01 03 04\"; expected each of 01 03 04 35 02 0A 05 once")]
    [TestCase("""{ "basedOn": "documented", "knobs": { "rc-precedence": "01 01 03 04 35 02 0A" } }""",
        "expected each of 01 03 04 35 02 0A 05 once")]
    [TestCase("""{ "basedOn": "nobody", "knobs": {} }""",
        "firmware 'mine': \"basedOn\" names 'nobody'; expected one of: circle-a, circle-b, deconfig-drains, documented, ")]
    [TestCase("""{ "basedOn": "circle-a", "knobs": {} }""", "goes round in a circle")]
    [TestCase("""{ "basedOn": "mine", "knobs": {} }""", "goes round in a circle")]
    [TestCase("""{ "knobs": { "irq-off-point": "at-zapq" } }""",
        "firmware 'mine': knob 'poke-window' has no value; name it, or a profile in \"basedOn\"")]
    [TestCase("""{ "based-on": "documented" }""",
        "firmware 'mine': unknown property 'based-on'; expected summary, basedOn, safetyImpossible, knobs")]
    [TestCase("""{ "basedOn": 5 }""", "firmware 'mine': \"basedOn\" is 5; expected a text")]
    [TestCase("""{ "summary": [], "basedOn": "documented" }""", "firmware 'mine': \"summary\" is []; expected a text")]
    [TestCase("""{ "safetyImpossible": true, "basedOn": "documented" }""", "firmware 'mine': \"safetyImpossible\" is true; expected a text")]
    [TestCase("""{ "basedOn": "documented", "knobs": "all" }""", "firmware 'mine': \"knobs\" is \"all\"; expected an object")]
    [TestCase("[]", "firmware 'mine': expected an object with \"summary\" and \"knobs\"")]
    [TestCase("{ \"knobs\": {\n  \"irq-off-point\" \"at-zapq\" } }", "firmware 'mine'(2,19): not JSON")]
    [TestCase("", "firmware 'mine'(1,1): not JSON")]
    public void A_profile_that_cannot_be_used_says_why_in_one_line(string json, string expected)
    {
        FirmwareException error = Assert.Throws<FirmwareException>(() => Parse(json))!;
        Assert.That(error.Message, Does.Contain(expected).And.Not.Contains("\n"));
    }

    [Test]
    public void Comments_and_trailing_commas_are_allowed() => Assert.That(
        Parse("""
            // mine
            { "basedOn": "documented", /* all */ "knobs": { "busy-model": "first-two", }, }
            """).BusyModel,
        Is.EqualTo(BusyModel.FirstTwo));

    private static FirmwareProfile Parse(string json)
    {
        var texts = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["mine"] = json,
            ["circle-a"] = """{ "basedOn": "circle-b", "knobs": {} }""",
            ["circle-b"] = """{ "basedOn": "circle-a", "knobs": {} }""",
        };
        foreach (string id in Profiles)
            texts[id] = Bench.Shipped(id);
        return FirmwareFile.Parse("mine", json, texts);
    }

    private static JsonDocument Read(string id) =>
        JsonDocument.Parse(Bench.Shipped(id), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });

    private static void AssertWords<T>(string name, Func<FirmwareProfile, T> value)
        where T : struct, Enum
    {
        Knob knob = KnobCatalogue.Find(name)!;
        T[] values = Enum.GetValues<T>();
        Assert.That(knob.Values, Has.Count.EqualTo(values.Length), name);
        for (int i = 0; i < values.Length; i++)
        {
            Assert.That(value(Bench.Firmware($"\"{name}\": \"{knob.Values[i].Word}\"")), Is.EqualTo(values[i]), name);
            Assert.That(knob.Values[i].Word.Replace("-", ""), Is.EqualTo(values[i].ToString()).IgnoreCase, name);
        }
    }
}
