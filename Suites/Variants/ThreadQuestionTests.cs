using System.Globalization;

namespace ApChaos.Suites.Variants;

/// <summary>The thread's question, answered for eight generations: each test is a sentence that the harness must be able to show.</summary>
public sealed class ThreadQuestionTests
{
    private const string NibStore = "nib-store-after-unpin";

    private static readonly string[] BoundedWaits = ["vfio-ap-5.3", "vfio-ap-2019-v2", "vfio-ap-5.11", "vfio-ap-6.3"];
    private static readonly string[] Sound = ["vfio-ap-6.9", "golden"];
    private static readonly string[] StoreOracles = [NibStore, "nib-store-foreign-page", "gisa-store-after-free"];

    private static IEnumerable<string> Drivers => CellUnderTest.AllDrivers;

    [TestCaseSource(nameof(BoundedWaits))]
    public void Scenario_1_drivers_that_wait_for_a_bounded_time_are_caught(string driver)
    {
        var cell = CellUnderTest.Run(driver, "thread-scenario-1", "irq-off-at-end");
        Assert.That(cell.Oracles(), Has.Member(NibStore), cell.Describe());
    }

    [TestCaseSource(nameof(Sound))]
    public void Scenario_1_drivers_that_wait_without_bound_never_store_late(string driver)
    {
        var cell = CellUnderTest.Run(driver, "thread-scenario-1", "irq-off-at-end");
        Assert.That(cell.Oracles(), Has.None.AnyOf(StoreOracles), cell.Describe());
    }

    [TestCase("vfio-ap-4.20")]
    [TestCase("vfio-ap-5.3")]
    [TestCase("vfio-ap-2019-v2")]
    [TestCase("vfio-ap-2019-v2-wait-empty")]
    public void Scenario_1_a_release_that_drops_EBUSY_is_caught(string driver)
    {
        var cell = CellUnderTest.Run(driver, "thread-scenario-1", "irq-off-at-end");
        Assert.That(cell.Oracles(), Has.Member("error-swallowed"), cell.Describe());
    }

    [TestCase("vfio-ap-5.11")]
    [TestCase("vfio-ap-6.3")]
    [TestCase("vfio-ap-6.9")]
    [TestCase("golden")]
    public void Scenario_1_a_release_that_warns_is_not_said_to_swallow(string driver)
    {
        var cell = CellUnderTest.Run(driver, "thread-scenario-1", "irq-off-at-end");
        Assert.That(cell.Oracles(), Has.No.Member("error-swallowed"), cell.Describe());
    }

    [TestCase("vfio-ap-4.20")]
    [TestCase("vfio-ap-5.3")]
    [TestCase("vfio-ap-2019-v2")]
    [TestCase("vfio-ap-5.11")]
    public void Scenario_1_with_RAPQ_the_give_ups_hand_on_a_dirty_queue(string driver)
    {
        var cell = CellUnderTest.Run(driver, "thread-scenario-1-rapq", "irq-off-at-end");
        Assert.That(cell.Oracles(), Has.Member("dirty-handover"), cell.Describe());
    }

    [TestCase("vfio-ap-4.20")]
    [TestCase("vfio-ap-5.3")]
    [TestCase("vfio-ap-2019-v2")]
    [TestCase("vfio-ap-5.11")]
    public void Scenario_1_with_ZAPQ_the_next_owner_only_sees_reset_in_progress(string driver)
    {
        var cell = CellUnderTest.Run(driver, "thread-scenario-1", "irq-off-at-end");
        Assert.That(cell.Oracles(), Has.No.Member("dirty-handover"), cell.Describe());
    }

    [Test]
    public void Scenario_2_the_patch_and_5_11_fail_beyond_40_ms(
        [Values("vfio-ap-2019-v2", "vfio-ap-5.11")] string driver, [Values("30ms", "50ms", "100ms", "200ms", "400ms", "never")] string duration)
    {
        var cell = CellUnderTest.RunPlan(driver, SlowReset(duration), "irq-off-at-end", 600);
        var beyond = duration != "30ms";
        Assert.That(cell.Oracles(), beyond ? Has.Member(NibStore) : Has.No.Member(NibStore), cell.Describe());
        if (beyond)
        {
            var message = cell.Find(NibStore)!.Message;
            Assert.That(message, Does.Contain("unpinned").And.Contain("ms"), "the virtual times of the store and of the unpin");
        }
    }

    [Test]
    public void Scenario_2_5_3_survives_while_its_patience_of_160_ms_lasts(
        [Values("30ms", "50ms", "100ms", "150ms", "200ms", "400ms", "never")] string duration)
    {
        var cell = CellUnderTest.RunPlan("vfio-ap-5.3", SlowReset(duration), "irq-off-at-end", 600);
        var lasts = duration is "30ms" or "50ms" or "100ms" or "150ms";
        Assert.That(cell.Oracles(), lasts ? Has.No.Member(NibStore) : Has.Member(NibStore), cell.Describe());
    }

    [Test]
    public void Scenario_2_unbounded_waits_never_store_late_and_an_endless_reset_is_a_hang(
        [Values("vfio-ap-6.9", "golden")] string driver, [Values("50ms", "400ms", "never")] string duration)
    {
        var cell = CellUnderTest.RunPlan(driver, SlowReset(duration), "irq-off-at-end", 200);
        Assert.That(cell.Oracles(), Has.None.AnyOf(StoreOracles), cell.Describe());
        Assert.That(cell.Oracles(), duration == "never" ? Has.Member("operation-hang") : Has.No.Member("operation-hang"), cell.Describe());
    }

    [TestCaseSource(nameof(Drivers))]
    public void Scenario_2_nobody_stores_late_when_interruption_is_off_at_once(string driver)
    {
        var cell = CellUnderTest.Run(driver, "thread-scenario-2", "irq-off-at-once");
        Assert.That(cell.Oracles(), Has.None.AnyOf(StoreOracles), cell.Describe());
    }

    [TestCaseSource(nameof(Drivers))]
    public void Scenario_3_nobody_stores_late_under_documented(string driver)
    {
        var cell = CellUnderTest.Run(driver, "thread-scenario-3", "documented");
        Assert.That(cell.Oracles(), Has.None.AnyOf(StoreOracles), cell.Describe());
    }

    [TestCase("vfio-ap-5.3")]
    [TestCase("vfio-ap-2019-v2")]
    [TestCase("vfio-ap-5.11")]
    [TestCase("vfio-ap-6.3")]
    [TestCase("vfio-ap-6.6")]
    [TestCase("vfio-ap-6.9")]
    public void Scenario_3_drivers_that_free_at_once_are_caught_when_the_adapter_drains(string driver)
    {
        var cell = CellUnderTest.Run(driver, "thread-scenario-3", "deconfig-drains");
        Assert.That(cell.Oracles(), Has.Member(NibStore), cell.Describe());
    }

    [Test]
    public void It_was_fine_before_interrupts([ValueSource(nameof(AllFirmware))] string firmware)
    {
        var result = CellUnderTest.Run(["vfio-ap-4.20"], Hosting.Catalogue.Shipped.Plans, [firmware], 150);
        Assert.That(result.Cells.SelectMany(cell => cell.Oracles()), Has.None.AnyOf(StoreOracles));
    }

    [Test]
    public void We_are_safe_after_we_see_the_E_bit([Values("documented", "irq-off-at-once", "irq-off-at-end")] string firmware)
    {
        // In the plans of the thread and of the mission; a swarm has faults of which the thread did not speak.
        var result = CellUnderTest.Run(["vfio-ap-2019-v2-wait-empty"], [.. Hosting.Catalogue.Shipped.Plans.Where(plan => plan.Swarm is null)], [firmware], 300);
        Assert.That(result.Cells.SelectMany(cell => cell.Oracles()), Has.None.AnyOf(StoreOracles));
    }

    [TestCase("early-empty", "thread-scenario-2")]
    [TestCase("late-store", "calm")]
    [TestCase("hostile", "slow-reset")]
    public void We_are_safe_after_we_see_the_E_bit_unless_the_hardware_denies_it(string firmware, string plan)
    {
        var cell = CellUnderTest.Run("vfio-ap-2019-v2-wait-empty", plan, firmware, 2000);
        Assert.That(cell.Oracles(), Has.Member(NibStore), cell.Describe());
    }

    [Test]
    public void Golden_is_safe_wherever_the_profile_allows_it(
        [Values("documented", "irq-off-at-once", "irq-off-at-end", "early-empty", "deconfig-drains")] string firmware)
    {
        var result = CellUnderTest.Run(["golden"], [.. Hosting.Catalogue.Shipped.Plans], [firmware], 300);

        // What is beyond every driver the plan says: an endless reset is nobody's to survive, it is a hang, and nothing else.
        var unexcused = result.Cells.SelectMany(cell => cell.Oracles().Except(Hosting.Catalogue.Shipped.FindPlans(cell.Plan)[0].Beyond).Select(oracle => $"{cell.Plan}: {oracle}"));
        Assert.That(unexcused, Is.Empty);
    }

    private static IEnumerable<string> AllFirmware => CellUnderTest.AllFirmware;

    private static string SlowReset(string duration) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{ "name": "slow", "faults": [ { "fault": "slow-reset", "duration": "{{duration}}" } ] }""");
}
