using ApChaos.Abstractions;
using ApChaos.Exploring;

namespace ApChaos.Suites.Engine.Running;

/// <summary>The order of simultaneous events is a choice; time passes only when nothing is ready (design §3, laws 1 to 3).</summary>
[TestFixture]
public sealed class SimultaneousEventTests
{
    private static readonly Apqn First = new(5, 4);
    private static readonly Apqn Second = new(5, 71);

    [Test]
    public void Events_of_one_instant_come_in_every_order_there_is()
    {
        Stage stage = TwoResetsAndASleeper();
        var orders = new SortedSet<string>(StringComparer.Ordinal);
        stage.RunAll(run => orders.Add(Order(run)));
        Assert.That(orders, Is.EqualTo(["01S", "0S1", "10S", "1S0", "S01", "S10"]));
    }

    [Test]
    public void Whatever_the_order_all_happen_at_their_instant() => TwoResetsAndASleeper().RunAll(run =>
    {
        Assert.That(run.Of(EventKind.ResetCompleted).Select(e => e.TimeNs), Is.All.EqualTo(10 * Stage.Ms));
        Assert.That(run.Of(EventKind.Step).Single(IsAwake).TimeNs, Is.EqualTo(10 * Stage.Ms));
    });

    [Test]
    public void The_choice_offers_the_actor_that_ran_last_then_other_actors_then_hardware_in_slot_order()
    {
        // Plain answers up to the instant of the three events; then each answer in turn.
        Stage stage = TwoResetsAndASleeper().Run();
        int[] plain = stage.Engine.Choices.Values.ToArray();
        int choice = Array.IndexOf(stage.Engine.Choices.Domains.ToArray(), 3);
        Assert.That(stage.Engine.Choices.Labels[choice], Is.EqualTo(ChoiceLabel.Schedule));
        Assert.That(
            Enumerable.Range(0, 3).Select(answer => Order(stage.Run(new RecordedChoices([.. plain.Take(choice), answer])))[0]),
            Is.EqualTo("S01"));
    }

    [Test]
    public void An_actor_that_asks_for_no_time_is_not_overtaken_by_later_events()
    {
        // Fifty instructions at the instant 0; the reset ends 1 ns later.
        var stage = new Stage(
            new ScriptedDriver
            {
                Open = async (kernel, _, _) =>
                {
                    await kernel.Zapq(First);
                    for (int i = 0; i < 50; i++)
                        await kernel.Tapq(First);
                    return 0;
                },
            },
            knobs: "\"reset-duration\": [\"1ns\"]");
        stage.RunAll(run => Assert.That(
            run.Of(EventKind.Instruction).Where(e => e.Op == Op.Tapq).Select(e => new ApqSw((uint)e.A).ResponseCode),
            Is.All.EqualTo(ResponseCode.ResetInProgress)));
    }

    [Test]
    public void Two_actors_take_turns_in_every_way_there_is()
    {
        var stage = new Stage(new ScriptedDriver { Open = Twice }, mdevs: 2);
        var orders = new SortedSet<string>(StringComparer.Ordinal);
        stage.RunAll(run => orders.Add(string.Concat(run.Of(EventKind.Instruction).Select(e => e.Actor))), atNs: Stage.Ms);
        Assert.That(orders, Has.Count.EqualTo(6), "all interleavings of two and two: 4! / (2! 2!)");

        static async ApTask<int> Twice(Kernel kernel, MatrixMdev mdev, Kvm kvm)
        {
            await kernel.Msleep(1);
            await kernel.Tapq(First);
            await kernel.Tapq(First);
            await kernel.Msleep(1);
            return 0;
        }
    }

    [Test]
    public void A_run_with_one_actor_and_fixed_hardware_leaves_nothing_to_choose()
    {
        var stage = new Stage(new ScriptedDriver
        {
            Open = async (kernel, _, _) =>
            {
                await kernel.Zapq(First);
                await kernel.Msleep(5);
                return 0;
            },
        });
        Assert.That(stage.RunAll(run => Assert.That(run.Engine.Choices.Count, Is.Zero)), Is.EqualTo(1));
    }

    private static Stage TwoResetsAndASleeper() => new(new ScriptedDriver
    {
        Open = async (kernel, _, _) =>
        {
            await kernel.Zapq(First);
            await kernel.Zapq(Second);
            await kernel.Msleep(10);
            return 0;
        },
    });

    private static bool IsAwake(MachineEvent e) => e.Op == Op.Msleep && e.B == 10 * Stage.Ms;

    /// <summary>S for the sleeper, 0 and 1 for the queues.</summary>
    private static string Order(Stage run) => string.Concat(run.Trace.Events
        .Where(e => e.Kind == EventKind.ResetCompleted || (e.Kind == EventKind.Step && IsAwake(e)))
        .Select(e => e.Kind == EventKind.Step ? "S" : $"{e.Queue}"));
}
