using ApChaos.Abstractions;
using ApChaos.Machine;

namespace ApChaos.Suites.Engine.Machine;

/// <summary>Virtual time (design §3, law 2).</summary>
[TestFixture]
public sealed class TimersTests
{
    [Test]
    public void Time_goes_to_the_next_timer_and_no_further()
    {
        var timers = new Timers(10);
        timers.Arm(3, 50);
        timers.Arm(7, 20);
        Assert.That(timers.Advance(), Is.True);
        Assert.That((timers.NowNs, timers.IsReady(7), timers.IsReady(3)), Is.EqualTo((20L, true, false)));
        timers.Disarm(7);
        Assert.That(timers.Advance(), Is.True);
        Assert.That((timers.NowNs, timers.IsReady(3)), Is.EqualTo((50L, true)));
    }

    [Test]
    public void Without_a_timer_no_time_passes()
    {
        var timers = new Timers(10);
        timers.Arm(1, VirtualTime.Never);
        Assert.That(timers.Advance(), Is.False);
        Assert.That(timers.Advance(1000), Is.False);
        Assert.That(timers.NowNs, Is.Zero);
    }

    [Test]
    public void All_timers_of_one_instant_are_due_together_in_slot_order()
    {
        var timers = new Timers(200);
        foreach (int slot in new[] { 130, 0, 64, 63, 199, 65 })
            timers.Arm(slot, 1_000);
        timers.Arm(5, 1_001);
        timers.Advance();
        Assert.That(timers.CountReady(), Is.EqualTo(6));
        Assert.That(Enumerable.Range(0, 6).Select(timers.SlotAt), Is.EqualTo([0, 63, 64, 65, 130, 199]));
    }

    [Test]
    public void A_timer_of_no_time_is_due_now()
    {
        var timers = new Timers(10);
        timers.Arm(4, 0);
        Assert.That((timers.IsReady(4), timers.NowNs), Is.EqualTo((true, 0L)));
    }

    [Test]
    public void A_timer_that_is_due_and_armed_anew_is_not_due_any_more()
    {
        var timers = new Timers(10);
        timers.Arm(4, 0);
        timers.Arm(4, 5);
        Assert.That(timers.IsReady(4), Is.False);
        timers.Advance();
        Assert.That((timers.IsReady(4), timers.NowNs), Is.EqualTo((true, 5L)));
    }

    [Test]
    public void Time_stops_at_a_limit_before_the_next_timer()
    {
        var timers = new Timers(10);
        timers.Arm(4, 100);
        Assert.That(timers.Advance(60), Is.True);
        Assert.That((timers.NowNs, timers.IsReady(4)), Is.EqualTo((60L, false)));
        Assert.That(timers.Advance(1_000), Is.True);
        Assert.That((timers.NowNs, timers.IsReady(4)), Is.EqualTo((100L, true)));
    }

    [Test]
    public void Any_mix_of_arming_disarming_and_waiting_agrees_with_a_list_of_instants([Values(1, 4, 7, 64, 130)] int slots)
    {
        for (ulong seed = 0; seed < 40; seed++)
            Compare(slots, seed);
    }

    /// <summary>The naive model: for each slot the instant at which it ends, and a set of those that are due.</summary>
    private static void Compare(int slots, ulong seed)
    {
        var random = new RandomNumbers(seed);
        var timers = new Timers(slots);
        long now = 0;
        long?[] ends = new long?[slots];
        var due = new SortedSet<int>();
        for (int step = 0; step < 400; step++)
        {
            int slot = random.Next(slots);
            switch (random.Next(8))
            {
                case 0 or 1 or 2:
                    long ns = random.Next(4) switch { 0 => 0, 1 => VirtualTime.Never, 2 => random.Next(6), _ => random.Next(1_000_000_000) };
                    timers.Arm(slot, ns);
                    due.Remove(slot);
                    ends[slot] = ns is 0 or VirtualTime.Never ? null : now + ns;
                    if (ns == 0)
                        due.Add(slot);
                    break;

                case 3:
                    timers.Disarm(slot);
                    due.Remove(slot);
                    ends[slot] = null;
                    break;

                default:
                    bool limited = random.Next(3) == 0;
                    long limit = limited ? now + 1 + random.Next(1000) : VirtualTime.Never;
                    long? next = ends.Min();
                    Assert.That(timers.Advance(limit), Is.EqualTo(next is not null));
                    if (next is null)
                        break;
                    now = Math.Min(next.Value, limit);
                    for (int i = 0; i < slots; i++)
                    {
                        if (ends[i] == now)
                        {
                            ends[i] = null;
                            due.Add(i);
                        }
                    }

                    break;
            }

            if (timers.NowNs != now || timers.CountReady() != due.Count || !Enumerable.Range(0, due.Count).Select(timers.SlotAt).SequenceEqual(due))
                Assert.Fail($"seed {seed}, step {step}: at {timers.NowNs} and not at {now}, or others than {string.Join(' ', due)} are due");
            for (int i = 0; i < slots; i++)
            {
                if (timers.IsReady(i) != due.Contains(i) || timers.IsArmed(i) != (due.Contains(i) || ends[i] is not null))
                    Assert.Fail($"seed {seed}, step {step}: slot {i}");
            }
        }
    }
}
