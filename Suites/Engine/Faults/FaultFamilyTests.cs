using ApChaos.Abstractions;
using ApChaos.Exploring;
using ApChaos.Hosting;
using ApChaos.Running;
using ApChaos.Suites.Engine.Abstractions;

namespace ApChaos.Suites.Engine.Faults;

/// <summary>What holds for every fault of the catalogue: knowing one is knowing all.</summary>
[TestFixture]
public sealed class FaultFamilyTests
{
    private const int Seeds = 30;

    private static IEnumerable<string> Ids => Catalogue.Shipped.Faults.Select(fault => fault.Id);

    [Test]
    public void The_catalogue_has_the_faults_that_history_asks_for() => Assert.That(Ids, Is.SupersetOf(
        ("reset-in-progress-storm slow-reset guest-zapq deconfigure guest-rapq checkstop busy-storm state-change-storm async-error late-store slow-aqic "
        + "aqic-otherwise-changed aqic-invalid-address config-removal pin-failure gisc-failure alloc-failure dma-unmap kvm-detach-early guest-crash subsystem-reset "
        + "vmm-kill mdev-remove vcpu-race queue-unbind late-reply preempt").Split(' ')));

    [TestCaseSource(nameof(Ids))]
    public void It_says_what_it_bends_what_motivates_it_and_what_its_options_mean(string id)
    {
        Fault fault = Catalogue.Shipped.FindFault(id)!;
        Assert.That(fault.Summary, Has.Length.InRange(10, 120));
        Assert.That(fault.Motivation, Does.Contain("thread").Or.Contain("bug-history"));
        Assert.That(fault.Options.Select(option => option.Name), Is.Unique.And.Not.Contains("on").And.Not.Contains("fault"));
        foreach (FaultOption option in fault.Options)
        {
            Assert.That(option.Summary, Is.Not.Empty, option.Name);
            bool isNever = option.AllowsNever && option.Default == VirtualTime.Never;
            bool isAny = option.Kind == FaultOptionKind.Apqn && option.Default == -1;
            Assert.That(isNever || isAny || (option.Default >= option.Minimum && option.Default <= option.Maximum), option.Name);
            Assert.That(option.Words, Has.Length.EqualTo(option.Kind == FaultOptionKind.Word ? option.Maximum + 1 : 0), option.Name);
        }
    }

    [TestCaseSource(nameof(Ids))]
    public void With_nothing_but_its_name_it_fires_and_bites_in_every_run(string id)
    {
        var runs = new FaultRuns("vfio-ap-5.3", FaultRuns.Plan($$"""{ "fault": "{{id}}" }"""));
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            runs.Run(seed);
            Assert.That(runs.Events(EventKind.FaultFired), Is.Not.Empty);
            Assert.That(runs.Events(EventKind.FaultBit), Is.Not.Empty);
        }
    }

    [TestCaseSource(nameof(Ids))]
    public void It_is_lifted_when_the_machine_heals_and_bites_no_more(string id)
    {
        var runs = new FaultRuns("golden", FaultRuns.Plan($$"""{ "fault": "{{id}}" }"""));
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            runs.Run(seed);
            Assert.That(runs.Engine.End, Is.EqualTo(RunEnd.AtRest));
            Assert.That(runs.Oracles(), Is.Empty, "a correct driver survives it");
            Assert.That(runs.Engine.FaultStates[0].Active, Is.False);
            int healed = runs.Events(EventKind.Healed).Single().Step;
            Assert.That(runs.Events(EventKind.FaultBit).Where(e => e.Step > healed), Is.Empty);
        }
    }

    [TestCaseSource(nameof(Ids))]
    public void Unarmed_it_leaves_the_trace_as_it_is_without_it(string id)
    {
        // No queue is reset by RAPQ by the host itself: a trigger that is asked at every instruction and never matches.
        var armed = new FaultRuns("vfio-ap-6.9", FaultRuns.Plan($$"""{ "fault": "{{id}}", "on": { "instruction": "rapq", "actor": "host", "nth": 9 } }"""));
        var calm = new FaultRuns("vfio-ap-6.9", Catalogue.Shipped.FindPlans("calm").Single());
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            armed.Run(seed);
            calm.Run(seed);
            Assert.That(armed.Trace.Hashes, Is.EqualTo(calm.Trace.Hashes));
            Assert.That(armed.Engine.Choices.Values.SequenceEqual(calm.Engine.Choices.Values));
        }
    }

    [TestCaseSource(nameof(Ids))]
    public void The_same_seed_gives_the_same_trace(string id)
    {
        string plan = FaultRuns.Plan($$"""{ "fault": "{{id}}", "on": { "instruction": "zapq", "chance": 0.5 } }""");
        var one = new FaultRuns("vfio-ap-6.3", plan, "hostile");
        var other = new FaultRuns("vfio-ap-6.3", plan, "hostile");
        one.Run(99);
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            Assert.That(one.Run(seed).Engine.Hash, Is.EqualTo(other.Run(seed).Engine.Hash));
        }
    }

    [Test]
    public void All_together_allocate_nothing_and_leave_a_correct_driver_alive()
    {
        SteadyState.InOptimisedCodeOnly();
        var runs = new FaultRuns("golden", FaultRuns.Plan(string.Join(", ", Ids.Select(id => $$"""{ "fault": "{{id}}" }"""))));
        var walk = new RandomWalk();
        ulong seed = 0;
        Assert.That(
            SteadyState.Allocated(() =>
            {
                walk.Restart(seed++ % Seeds);
                runs.Engine.Run(walk);
            }),
            Is.Zero);
        Assert.That(runs.Engine.End, Is.EqualTo(RunEnd.AtRest));
    }
}
