using ApChaos.Abstractions;

namespace ApChaos.Suites.Engine.Machine;

/// <summary>The guest's matrix: its queues are apm × aqm of its APCB (ap-facts §3).</summary>
[TestFixture]
public sealed class MaskTests
{
    [Test]
    public void The_queues_of_a_guest_are_the_product_of_its_masks()
    {
        var bench = new Bench();
        bench.Machine.SetMasks(Bench.G1, 0, 0);
        bench.Machine.SetMasks(Bench.G2, 0, 0);
        bench.Machine.SetMasks(Bench.G1, 0b11, 0b10);
        Assert.That(Enumerable.Range(0, 4).Select(bench.Machine.QueueOwner), Is.EqualTo([-1, Bench.G1, -1, Bench.G1]));
        Assert.That(
            Enumerable.Range(0, 4).Select(queue => (int)bench.Tapq(queue, Bench.G1).ResponseCode),
            Is.EqualTo([1, 0, 1, 0]));
    }

    [Test]
    public void A_change_says_which_queues_came_and_which_went()
    {
        var bench = new Bench();
        bench.Machine.SetMasks(Bench.G1, 0b01, 0b10);
        bench.Machine.SetMasks(Bench.G1, 0b01, 0b11);
        bench.Machine.SetMasks(Bench.G1, 0, 0);
        Assert.That(
            bench.Events.Select(e => $"{e.Kind} {e.Queue} {e.Guest} {e.A}"),
            Is.EqualTo(["QueueRevoked 0 0 0", "QueueGranted 0 0 -1", "QueueRevoked 0 0 0", "QueueRevoked 1 0 0"]));
    }

    [Test]
    public void The_same_masks_again_change_nothing()
    {
        var bench = new Bench();
        bench.Machine.SetMasks(Bench.G1, 0b01, 0b11);
        Assert.That(bench.Events, Is.Empty);
    }

    [Test]
    public void A_queue_that_another_guest_still_has_says_so_when_it_is_granted()
    {
        var bench = new Bench();
        bench.Machine.SetMasks(Bench.G2, 0b11, 0b11);
        Assert.That(
            bench.Of(EventKind.QueueGranted).Select(e => (e.Queue, e.Guest, e.A)),
            Is.EqualTo(new[] { ((short)0, (short)1, 0L), ((short)1, (short)1, 0L) }));
    }

    // §3: a guest's valid queues are those of its APCB; nothing in there says that another guest may not have them too.
    [Test]
    public void A_queue_that_two_guests_have_by_mistake_answers_both()
    {
        var bench = new Bench();
        bench.Machine.SetMasks(Bench.G2, 0b11, 0b11);
        Assert.That(bench.Nqap(0, guest: Bench.G1).ResponseCode, Is.EqualTo(ResponseCode.Normal));
        Assert.That(bench.Nqap(0, guest: Bench.G2).ResponseCode, Is.EqualTo(ResponseCode.Normal));
        bench.Machine.SetMasks(Bench.G1, 0b01, 0b10);
        Assert.That(bench.Tapq(0, Bench.G1).ResponseCode, Is.EqualTo(ResponseCode.QNotAvail));
        Assert.That(bench.Tapq(0, Bench.G2).ResponseCode, Is.EqualTo(ResponseCode.Normal));
    }

    // §3: "Requests already enqueued are not affected by a mask change: they stay in the queue until a reset."
    [Test]
    public void Requests_stay_in_the_queue_when_it_is_taken_from_its_guest()
    {
        var bench = new Bench();
        bench.Nqap(guest: Bench.G1, psmid: 9);
        bench.Enable();
        bench.Machine.SetMasks(Bench.G1, 0, 0);
        bench.Pass(Bench.Ms);
        Assert.That(bench.Tapq().RepliesWaiting, Is.True);
        Assert.That(bench.Of(EventKind.NibStore).Count(), Is.EqualTo(1), "interruption is not affected either");
    }

    [Test]
    public void An_open_mdev_says_whose_a_queue_should_be()
    {
        var bench = new Bench();
        Assert.That(bench.Machine.AssignedGuest(0), Is.EqualTo(-1));
        bench.Guest().DeviceOpen = 1;
        Assert.That(Enumerable.Range(0, 4).Select(bench.Machine.AssignedGuest), Is.EqualTo([0, 0, -1, -1]));
    }
}
