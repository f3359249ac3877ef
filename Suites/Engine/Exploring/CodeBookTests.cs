using System.Reflection;
using ApChaos.Abstractions;
using ApChaos.Exploring;
using ApChaos.Machine;
using ApChaos.Running;
using ApChaos.Suites.Engine.Running;

namespace ApChaos.Suites.Engine.Exploring;

/// <summary>What code did is repeated where all that it looked at is the same, and nothing that it looks at goes unnoticed.</summary>
public sealed class CodeBookTests
{
    private const long Ms = VirtualTime.Millisecond;
    private const int Index = 2;

    private static readonly string[] Facts = ["IsNull", "Index", "Apqn"];

    public static IEnumerable<TestCaseData> Ways() =>
        from type in new[] { typeof(ApQueue), typeof(MatrixMdev) }
        from property in type.GetProperties()
        where !Facts.Contains(property.Name) && property.Name is not ("Exists" or "Queues")
        from stores in new[] { false, true }
        where property.CanWrite || !stores
        select new TestCaseData(property, stores).SetArgDisplayNames($"{type.Name}.{property.Name} {(stores ? "stored" : "read")}");

    [TestCaseSource(nameof(Ways))]
    public void A_record_is_marked_that_code_reads_or_stores_into(PropertyInfo property, bool stores)
    {
        Kernel kernel = KernelWithRecords();
        object record = property.DeclaringType == typeof(ApQueue) ? new ApQueue(kernel, Index) : new MatrixMdev(kernel, Index);
        if (stores)
        {
            property.SetValue(record, property.PropertyType.IsValueType ? Activator.CreateInstance(property.PropertyType) : null);
        }
        else
        {
            property.GetValue(record);
        }

        ulong mark = property.DeclaringType == typeof(ApQueue) ? RecordMarks.Queue(Index) : RecordMarks.Mdev(Index);
        Assert.That(kernel.Data.Marks.Whole, Is.EqualTo(mark));
    }

    [Test]
    public void A_record_is_marked_that_code_comes_by_on_its_way()
    {
        Kernel kernel = KernelWithRecords();
        foreach (MatrixMdev mdev in new MdevList(kernel.Handle))
        {
            if (mdev.Index == 1)
            {
                break;
            }
        }

        Assert.That((kernel.Data.Marks.Alive, kernel.Data.Marks.Whole), Is.EqualTo((RecordMarks.Mdev(0) | RecordMarks.Mdev(1), 0UL)));

        kernel.Data.Marks = default;
        new MatrixMdev(kernel, 0).FindQueue(new Apqn(kernel.Data.Apqns[1]));
        Assert.That(
            (kernel.Data.Marks.Alive, kernel.Data.Marks.Whole), Is.EqualTo((RecordMarks.Queue(0) | RecordMarks.Queue(1), RecordMarks.Mdev(0))));

        kernel.Data.Marks = default;
        _ = new MatrixMdev(kernel, 1).Exists;
        Assert.That((kernel.Data.Marks.Alive, kernel.Data.Marks.Whole), Is.EqualTo((RecordMarks.Mdev(1), 0UL)));
    }

    [Test]
    public void Records_far_apart_share_a_mark() =>
        Assert.That(
            (RecordMarks.Queue(1 + RecordMarks.PositionsMax), RecordMarks.Mdev(1 + RecordMarks.PositionsMax)), Is.EqualTo((RecordMarks.Queue(1), RecordMarks.Mdev(1))));

    [Test]
    public void What_code_left_is_concluded_where_it_would_find_the_same()
    {
        DriverData data = KernelWithRecords().Data;
        QueueRecord[] queues = data.AllQueues.ToArray();
        MdevRecord[] mdevs = data.AllMdevs.ToArray();
        data.Queue(1).Scratch = 7;
        data.QueueAlive(2);
        data.Mdev(0).Kvm = 1;
        var seen = new RecordsSeen(queues, mdevs, data);

        DriverData others = KernelWithRecords().Data;
        (others.Queue(0).Scratch, others.Queue(2).Scratch, others.Mdev(1).Kvm) = (5, 6, 2);
        Assert.That(seen.AreIn(others), "only what it did not look at differs");
        seen.LeaveIn(others);
        Assert.That(others.AllQueues.ToArray().Select(queue => queue.Scratch), Is.EqualTo(new[] { 5, 7, 6 }));
        Assert.That(others.AllMdevs.ToArray().Select(mdev => mdev.Kvm), Is.EqualTo(new[] { 1, 2, 0 }));

        Assert.That(seen.AreIn(others), Is.False, "what it stored there");
        foreach (Action<DriverData> change in new Action<DriverData>[]
        {
            other => other.Queue(1).SavedIova = 1,
            other => other.Queue(2).Alive = 0,
            other => other.Mdev(0).Domains = 1,
        })
        {
            DriverData other = KernelWithRecords().Data;
            change(other);
            Assert.That(seen.AreIn(other), Is.False);
        }
    }

    /// <summary>Run anew for each state of all records, it would run 35 and 9 times for each local state.</summary>
    [TestCase("VfioAp66")]
    [TestCase("VfioAp2019V2")]
    public void Code_is_not_run_again_because_records_of_other_queues_changed(string driver)
    {
        ExplorationResult result = new Exploration(() => Make(Stock.Create(driver)), new()).Run(CancellationToken.None);
        Assert.That(result.Complete);
        Assert.That(result.Audits, Is.GreaterThan(result.LocalStates));
        Assert.That(result.Executions - result.Audits, Is.InRange(result.LocalStates, result.LocalStates * 3), $"{result.States} states");
    }

    [Test]
    public void Code_that_depends_on_anything_else_is_refused()
    {
        var exploration = new Exploration(() => Make(new Counting()), new());
        Assert.That(() => exploration.Run(CancellationToken.None), Throws.TypeOf<ExplorationException>().With.Message.StartsWith("the driver is not closed"));
    }

    private static Kernel KernelWithRecords()
    {
        var kernel = new Kernel();
        (kernel.Data.Apqns, kernel.Data.AdapterCount, kernel.Data.DomainCount) = ([0x0504, 0x0505, 0x0506], 1, 3);
        kernel.Data.Resize(3, 3);
        kernel.Data.AllQueues.Fill(new QueueRecord { Alive = QueueRecord.Known });
        kernel.Data.AllMdevs.Fill(new MdevRecord { Alive = 1, Adapters = 1, Domains = 7 });
        return kernel;
    }

    private static RunEngine Make(Driver driver) => new(new RunSetup(
        driver,
        FirmwareFile.LoadShipped().Single(profile => profile.Id == "irq-off-at-end"),
        new Scenario(
            new Topology { Adapters = [5], Domains = [4, 5, 6], Mdevs = [new MdevShape(1, 7)], Guests = [new GuestShape(0, -1)], PagesPerGuest = 2 },
            [new GuestWorkload([Enable(0), Enable(1), Enable(2)], [Ms], ResetsDevice: false)]),
        [],
        Stock.CreateOracles(),
        RunBudgets.Default));

    private static GuestAction[] Enable(int queue) => [new GuestAction(GuestActionKind.EnableIrq, queue, [0, Ms], Nib: 0x1240 + queue, Isc: 3)];

    /// <summary>Remembers how often it reset a queue where exploration does not see it.</summary>
    private sealed class Counting : VfioApDriver
    {
        private static readonly int[] s_resets = new int[1];

        public override string Id => "counting";

        public override string Summary => "sleeps longer from time to time";

        protected override async ApTask<int> ResetQueue(ApQueue queue)
        {
            await Kernel.Zapq(queue.Apqn);
            await Kernel.Msleep(1 + (++s_resets[0] % 2));
            return 0;
        }
    }
}
