using ApChaos.Abstractions;
using ApChaos.Machine;

namespace ApChaos.Suites.Engine.Machine;

/// <summary>Of several conditions one is answered (ap-facts §6.2): 01 > 03 > 04 > 35/36 > 02 > 0A > 05 > function specific > 00, a knob.</summary>
[TestFixture]
public sealed class PrecedenceTests
{
    private static readonly (string Code, ApConditions Condition)[] Documented =
    [
        ("01", ApConditions.NotAvailable), ("03", ApConditions.Deconfigured), ("04", ApConditions.Checkstopped), ("35", ApConditions.AsyncError),
        ("02", ApConditions.ResetInProgress), ("0A", ApConditions.StateChange), ("05", ApConditions.Busy),
    ];

    private static readonly Op[] OnQueues = [Op.Tapq, Op.Zapq, Op.Rapq, Op.Aqic, Op.Nqap, Op.Dqap];

    private static IEnumerable<TestCaseData> Pairs =>
        from first in Enumerable.Range(0, Documented.Length)
        from second in Enumerable.Range(first + 1, Documented.Length - first - 1)
        select new TestCaseData(first, second).SetArgDisplayNames(Documented[first].Code, Documented[second].Code);

    [TestCaseSource(nameof(Pairs))]
    public void The_first_of_two_conditions_is_answered(int first, int second)
    {
        foreach (Op op in OnQueues)
            Assert.That(Answer(op, "01 03 04 35 02 0A 05", first, second), Is.EqualTo(Documented[first].Code), OpText.Name(op));
    }

    [TestCaseSource(nameof(Pairs))]
    public void A_profile_that_lists_them_the_other_way_round_answers_the_other(int first, int second)
    {
        foreach (Op op in OnQueues)
            Assert.That(Answer(op, "05 0A 02 35 04 03 01", first, second), Is.EqualTo(Documented[second].Code), OpText.Name(op));
    }

    [Test]
    public void Of_any_set_of_conditions_the_first_of_the_profiles_list_is_answered()
    {
        var random = new RandomNumbers(3);
        for (int sample = 0; sample < 200; sample++)
        {
            string[] order = [.. Documented.Select(pair => pair.Code)];
            for (int i = order.Length - 1; i > 0; i--)
            {
                int j = random.Next(i + 1);
                (order[i], order[j]) = (order[j], order[i]);
            }

            FirmwareProfile profile = Bench.Firmware($"\"rc-precedence\": \"{string.Join(' ', order)}\"");
            for (int set = 1; set < 1 << order.Length; set++)
            {
                string expected = order.First(code => (set & (int)Documented.First(pair => pair.Code == code).Condition) != 0);
                Assert.That(((int)profile.Precedence[set]).ToString("X2"), Is.EqualTo(expected));
            }
        }
    }

    // Conditions that hold in the machine itself, not said by a fault. ZAPQ and RAPQ do not give 35 (see InstructionTests).
    [TestCaseSource(nameof(Pairs))]
    public void The_first_of_two_conditions_that_really_hold_is_answered(int first, int second)
    {
        foreach (Op op in OnQueues.Where(op => !IsReset(op) || (first != 3 && second != 3)))
        {
            Bench bench = WithConditions("01 03 04 35 02 0A 05", first, second);
            Assert.That(Code(Issue(bench, op)), Is.EqualTo(Documented[first].Code), OpText.Name(op));
        }
    }

    [TestCaseSource(nameof(Pairs))]
    public void And_the_second_where_the_profile_turns_them_round(int first, int second)
    {
        foreach (Op op in OnQueues.Where(op => !IsReset(op) || (first != 3 && second != 3)))
        {
            Bench bench = WithConditions("05 0A 02 35 04 03 01", first, second);
            Assert.That(Code(Issue(bench, op)), Is.EqualTo(Documented[second].Code), OpText.Name(op));
        }
    }

    // "05 > function specific": AQIC's 06, 07, 08, NQAP's 10 and 15, DQAP's 10.
    [Test]
    public void Every_condition_goes_before_what_is_specific_to_the_instruction([Values(0, 1, 2, 3, 4, 5, 6)] int condition)
    {
        string code = Documented[condition].Code;
        Assert.That(Code(WithConditions("01 03 04 35 02 0A 05", condition).Enable(nib: 0)), Is.EqualTo(code));
        Assert.That(Code(WithConditions("01 03 04 35 02 0A 05", condition).Disable()), Is.EqualTo(code));
        Assert.That(Code(WithConditions("01 03 04 35 02 0A 05", condition).Enable(gisa: Bench.G3)), Is.EqualTo(code));
        Assert.That(Code(WithConditions("01 03 04 35 02 0A 05", condition).Nqap(length: int.MaxValue)), Is.EqualTo(code));
        Assert.That(Code(WithConditions("01 03 04 35 02 0A 05", condition).Dqap()), Is.EqualTo(code));
    }

    // A fault may say that an asynchronous error is pending where the queue has none of its own: it is then RC 35.
    [Test]
    public void An_asynchronous_error_of_a_fault_is_RC_35_with_A_and_the_instruction_is_not_done()
    {
        var bench = new Bench();
        bench.Machine.Faults = new Bending(ApConditions.AsyncError);
        Assert.That(bench.Zapq().Word, Is.EqualTo(0x02350000));
        Assert.That(bench.Nqap().Word, Is.EqualTo(0x02350000));
        Assert.That(bench.Of(EventKind.ResetStarted), Is.Empty);
        Assert.That(bench.Queue().RequestCount, Is.Zero);
    }

    [Test]
    public void A_fault_that_says_RC_02_leaves_a_refused_reset_without_effect()
    {
        // A storm is not a reset: a ZAPQ that it refuses must not be queued or restart anything.
        var bench = new Bench("\"zapq-during-reset\": \"queues-second\"");
        bench.Machine.Faults = new Bending(ApConditions.ResetInProgress);
        Assert.That(bench.Zapq().ResponseCode, Is.EqualTo(ResponseCode.ResetInProgress));
        bench.Machine.Faults = null;
        bench.Pass(100 * Bench.Ms);
        Assert.That(bench.Of(EventKind.ResetStarted), Is.Empty);
    }

    private static bool IsReset(Op op) => op is Op.Zapq or Op.Rapq;

    private static string Code(ApqSw status) => ((int)status.ResponseCode).ToString("X2");

    private static string Answer(Op op, string order, params int[] conditions)
    {
        var bench = new Bench($"\"rc-precedence\": \"{order}\"");
        bench.Machine.Faults = new Bending(conditions.Aggregate(ApConditions.None, (all, index) => all | Documented[index].Condition));
        return Code(Issue(bench, op));
    }

    private static ApqSw Issue(Bench bench, Op op) => op switch
    {
        Op.Aqic => bench.Enable(),
        Op.Nqap => bench.Nqap(),
        _ => bench.Do(op, 0),
    };

    private static Bench WithConditions(string order, params int[] conditions)
    {
        bool busy = conditions.Contains(6);
        var bench = new Bench($"""
            "rc-precedence": "{order}", "reset-duration": ["never"], "busy-model": "{(busy ? "random" : "none")}",
            "checkstop-reset": "keeps", "deconfig-reset": "drains", "removal-reset": "on-reassignment"
            """);
        if (conditions.Contains(4))
        {
            if (busy)
                bench.Answer(0);
            bench.Rapq();
        }

        // Others in the order in which they can come to hold; busy is asked for with the instruction itself, where it matters.
        foreach (int condition in conditions)
        {
            switch (condition)
            {
                case 0: bench.Machine.RemoveFromConfiguration(0); break;
                case 1: bench.Machine.Deconfigure(0); break;
                case 2: bench.Machine.Checkstop(0, on: true); break;
                case 3: bench.Machine.RaiseAsyncError(0, ResponseCode.AssocSecretNotUnique); break;
                case 5: bench.Machine.StartStateChange(0, VirtualTime.Never); break;
                default: break;
            }
        }

        return busy ? bench.Answer(1) : bench;
    }

    /// <summary>A fault that adds conditions to every instruction.</summary>
    private sealed class Bending : FaultHost
    {
        private readonly ApConditions conditions;

        internal Bending(ApConditions conditions)
        {
            this.conditions = conditions;
            WatchesInstructions = true;
        }

        internal override void BeforeInstruction(ref InstructionSite site) => site.Conditions |= conditions;

        internal override void AfterInstruction(Op op, int queue, ActorClass issuer)
        {
        }

        internal override void OnResetStart(ref ResetSite site)
        {
        }
    }
}
