using ApChaos.Hosting;

namespace ApChaos.Suites.Engine.Hosting;

[TestFixture]
public sealed class WatchdogTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(100);

    [Test]
    public void Work_that_stands_still_is_named_once_with_its_last_operation()
    {
        var alarms = new List<WatchdogAlarm>();
        using (var dog = new Watchdog(alarm => Add(alarms, alarm), Short))
        using (dog.Watch("my-driver", () => "ZAPQ in VMM0", () => 7))
        {
            SpinWait.SpinUntil(() => Count(alarms) > 0, TimeSpan.FromSeconds(20));
            Thread.Sleep(3 * Short);
        }

        Assert.That(alarms.Select(alarm => alarm.Message), Is.EqualTo((string[])
        [
            "driver 'my-driver' has not returned for 0.1 s of real time; its last operation was ZAPQ in VMM0; expected driver code to end or to ask the kernel for something",
        ]));
    }

    [Test]
    public void Work_that_moves_or_has_ended_is_not_named()
    {
        var alarms = new List<WatchdogAlarm>();
        using var dog = new Watchdog(alarm => Add(alarms, alarm), Short);
        long moves = 0;
        dog.Watch("ended", () => "nothing", () => 0).Dispose();
        using (dog.Watch("moving", () => "nothing", () => moves++))
        {
            Thread.Sleep(5 * Short);
        }

        Assert.That(Count(alarms), Is.Zero);
    }

    [Test]
    public void What_bounded_code_returns_and_throws_comes_out()
    {
        Assert.That(Watchdog.Bound("x", () => "", () => 42), Is.EqualTo(42));
        Assert.That(() => Watchdog.Bound<int>("x", () => "", () => throw new FormatException("as thrown")), Throws.TypeOf<FormatException>().With.Message.EqualTo("as thrown"));
    }

    private static void Add(List<WatchdogAlarm> alarms, WatchdogAlarm alarm)
    {
        lock (alarms)
        {
            alarms.Add(alarm);
        }
    }

    private static int Count(List<WatchdogAlarm> alarms)
    {
        lock (alarms)
        {
            return alarms.Count;
        }
    }
}
