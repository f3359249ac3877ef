using System.Reflection;
using ApChaos.Abstractions;
using ApChaos.Machine;
using ApChaos.Running;
using ApChaos.Suites.Engine.Running;

namespace ApChaos.Suites.Engine.Exploring;

/// <summary>
/// Nothing that can influence the rest of a run is forgotten when its state is saved. A new field fails here until somebody has said
/// whether it is state: then it is kept (RunEngine.Exploring.cs, MachineImage.cs, FaultImage.cs) and its name added.
/// </summary>
[TestFixture]
public sealed class KeptStateTests
{
    private const BindingFlags Fields = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    [Test]
    public void Every_field_of_the_engine_was_thought_of() => Check(
        typeof(RunEngine),
        kept: "_actors _busyCount _deadlineNs _healed _judged _lifeEndNs _machine _restLimitNs _faults",
        other: "_kindsOf _wantedPieces Code HasSeenMachine KindsSeen Touches LastSlot Moves StopAfterSteps StopAtOracle Steps End FindingCount Names _choices _coreActors _crash _current _driverScans _findings _firstRacer _firstWorker _found "
            + "_hash _instantSteps _kernel _lastOp _oracles _place _places _raceActions _racesPending _readySlots _running _said _scanner _setup _preemptNs _startGuest _startWorker _staysOpen _stopped _subscribers "
            + "_tellsChanges _texts _trace _vmmCount");

    [Test]
    public void Every_field_of_an_actor_was_thought_of() =>
        Check(typeof(Actor), kept: "Depth EnteredNs Guest Operation Pending Preempted Queue State Vcpu Waiting", other: "Program WaitingFrame");

    [Test]
    public void Every_field_of_the_machine_was_thought_of() => Check(
        typeof(ApMachine),
        kept: "Adapters BusOrders Driver Guests Locks ObjectCount Objects Pages Queues ScanPending Timers Works",
        other: "ActorCount Choices FaultTimers Faults Firmware Gr2 Situations Topology WakeVcpus _adapterOf _adapterTimers _domainCount _eventCount _events _guestTimers _queueTable _queueTimers");

    [Test]
    public void Every_field_of_a_lock_was_thought_of() => Check(typeof(LockState), kept: "Holder Readers Waiters", other: "TakenNs");

    [Test]
    public void Every_field_of_the_timers_was_thought_of() => Check(typeof(Timers), kept: "_armed _ready _remaining", other: "NowNs");

    [Test]
    public void Every_field_of_the_driver_data_was_thought_of() =>
        Check(typeof(DriverData), kept: "_mdevs _queues", other: "AdapterCount Apqns DomainCount Marks");

    [Test]
    public void Every_oracle_says_what_it_remembers() =>
        Assert.DoesNotThrow(() => ApChaos.Exploring.HiddenState.RefuseSurroundings(new RunSetup(Stock.Create("Golden"), null!, Stock.Scenario, [], Stock.CreateOracles(), RunBudgets.Default)));

    [Test]
    public void A_state_that_is_saved_and_restored_is_the_same_state([Values(0, 10, 25, 40, 60)] int steps)
    {
        FirmwareProfile firmware = FirmwareFile.LoadShipped().Single(profile => profile.Id == "hostile");
        var engine = new RunEngine(new RunSetup(Stock.Create("VfioAp66"), firmware, Stock.Scenario, [], Stock.CreateOracles(), RunBudgets.Default));
        var walk = new ApChaos.Exploring.RandomWalk();
        walk.Restart(7);
        engine.BeginOnce(walk);
        for (int i = 0; i < steps; i++)
            engine.StepOnce(walk);
        var (before, after) = (new StateImage(), new StateImage());
        engine.Save(before);
        engine.Restore(before);
        engine.Save(after);
        Assert.That(after.Bytes.ToArray(), Is.EqualTo(before.Bytes.ToArray()));
        Assert.That(after.Cuts.ToArray(), Is.EqualTo(before.Cuts.ToArray()));
    }

    [TestCaseSource(typeof(Stock), nameof(Stock.Drivers))]
    public void A_state_that_is_saved_and_restored_in_part_is_the_same_as_a_whole(string driver)
    {
        FirmwareProfile firmware = FirmwareFile.LoadShipped().Single(profile => profile.Id == "hostile");
        var engine = new RunEngine(new RunSetup(Stock.Create(driver), firmware, Stock.Scenario, [], Stock.CreateOracles(), RunBudgets.Default));
        var walk = new ApChaos.Exploring.RandomWalk();
        var (from, to, whole) = (new StateImage(), new StateImage(), new StateImage());
        int steps = 0;
        for (ulong seed = 0; seed < 5; seed++)
        {
            walk.Restart(seed);
            engine.BeginOnce(walk);
            engine.Save(from);
            engine.Restore(from);
            for (engine.StepOnce(walk); !engine.IsOver; engine.StepOnce(walk), steps++)
            {
                bool isSameInstant = engine.IsSameInstant;
                engine.Save(to, from);
                Expect(to);
                engine.Restore(from, isSameInstant ? to : null);
                Expect(from);
                engine.Restore(to, from);
                Expect(to);
                (from, to) = (to, from);
            }
        }

        Assert.That(steps, Is.GreaterThan(300));

        void Expect(StateImage image)
        {
            engine.Save(whole);
            Assert.That(whole.Bytes.SequenceEqual(image.Bytes), $"step {steps}: piece {whole.FirstDifference(image)}");
        }
    }

    private static void Check(Type type, string kept, string other)
    {
        IEnumerable<string> there = type.GetFields(Fields).Select(field => field.Name.StartsWith('<') ? field.Name[1..field.Name.IndexOf('>', StringComparison.Ordinal)] : field.Name);
        Assert.That(there.Order(StringComparer.Ordinal), Is.EqualTo($"{kept} {other}".Split(' ').Order(StringComparer.Ordinal)));
    }
}
