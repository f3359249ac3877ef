using ApChaos.Abstractions;

namespace ApChaos.Suites.Engine.Machine;

/// <summary>GISC registration and the life of a VM (ap-facts §7.6, §7.7).</summary>
[TestFixture]
public sealed class GiscTests
{
    private const long ENODEV = 19;
    private const long EINVAL = 22;
    private const long ERANGE = 34;

    [Test]
    public void Registering_returns_the_hosts_subclass_and_counts()
    {
        var bench = new Bench();
        long nisc = bench.Machine.RegisterGisc(Bench.G1, 3);
        Assert.That(nisc, Is.InRange(0, 7));
        Assert.That(bench.Machine.RegisterGisc(Bench.G1, 3), Is.EqualTo(nisc));
        Assert.That(bench.Machine.GiscReferences(Bench.G1, 3), Is.EqualTo(2));
        Assert.That(bench.Machine.GiscReferences(Bench.G1, 4), Is.Zero);
        Assert.That(bench.Machine.GiscReferences(Bench.G2, 3), Is.Zero);
        Assert.That(
            bench.Of(EventKind.GiscRegistered).Select(e => (e.Guest, e.A, e.B)),
            Is.EqualTo(new[] { ((short)0, 3L, 1L), ((short)0, 3L, 2L) }));
    }

    [Test]
    public void The_first_sets_the_bit_of_the_IAM_and_the_last_clears_it([Range(0, 7)] int gisc)
    {
        var bench = new Bench();
        bench.Machine.RegisterGisc(Bench.G1, gisc);
        bench.Machine.RegisterGisc(Bench.G1, gisc);
        Assert.That((bench.Guest().AlertMask, bench.Guest().Iam), Is.EqualTo(((byte)(0x80 >> gisc), (byte)(0x80 >> gisc))));
        Assert.That(bench.Machine.UnregisterGisc(Bench.G1, gisc), Is.Zero);
        Assert.That(bench.Guest().Iam, Is.EqualTo(0x80 >> gisc));
        Assert.That(bench.Machine.UnregisterGisc(Bench.G1, gisc), Is.Zero);
        Assert.That((bench.Guest().AlertMask, bench.Guest().Iam), Is.EqualTo(((byte)0, (byte)0)));
    }

    [TestCase(8, ERANGE)]
    [TestCase(-1, ERANGE)]
    [TestCase(255, ERANGE)]
    [TestCase(3, EINVAL)]
    public void Unregistering_what_is_not_registered_is_an_error(int gisc, long error)
    {
        var bench = new Bench();
        Assert.That(bench.Machine.UnregisterGisc(Bench.G1, gisc), Is.EqualTo(-error));
        MachineEvent failed = bench.Of(EventKind.GiscFailed).Single();
        Assert.That((failed.Guest, failed.A, failed.B, failed.Op), Is.EqualTo(((short)0, (long)gisc, error, Op.GiscUnregister)));
    }

    [TestCase(8)]
    [TestCase(-1)]
    public void A_subclass_above_7_is_out_of_range(int gisc)
    {
        var bench = new Bench();
        Assert.That(bench.Machine.RegisterGisc(Bench.G1, gisc), Is.EqualTo(-ERANGE));
        Assert.That(bench.Of(EventKind.GiscFailed).Single().Op, Is.EqualTo(Op.GiscRegister));
        Assert.That(bench.Guest().AlertMask, Is.Zero);
    }

    [TestCase(3)]
    [TestCase(9)]
    public void Without_a_GISA_there_is_no_device(int gisc)
    {
        var bench = new Bench();
        bench.Machine.CloseKvm(Bench.G1);
        Assert.That(bench.Machine.RegisterGisc(Bench.G1, gisc), Is.EqualTo(-ENODEV));
        Assert.That(bench.Machine.UnregisterGisc(Bench.G1, gisc), Is.EqualTo(-ENODEV));
        Assert.That(bench.Machine.RegisterGisc(Bench.G3, 3), Is.EqualTo(-ENODEV), "a guest that was not created yet");
    }

    [Test]
    public void The_last_reference_destroys_the_VM_and_tells_what_is_still_registered()
    {
        var bench = new Bench();
        bench.Machine.RegisterGisc(Bench.G1, 0);
        bench.Machine.RegisterGisc(Bench.G1, 3);
        bench.Machine.GetKvm(Bench.G1);
        bench.Machine.CloseKvm(Bench.G1);
        Assert.That(bench.Machine.GuestAlive(Bench.G1), Is.True, "the driver holds a reference");
        Assert.That(bench.Machine.GuestClosed(Bench.G1), Is.True);
        bench.Machine.PutKvm(Bench.G1);
        Assert.That(bench.Machine.GuestAlive(Bench.G1), Is.False);
        MachineEvent destroyed = bench.Of(EventKind.GuestDestroyed).Single();
        Assert.That((destroyed.Guest, destroyed.A), Is.EqualTo(((short)0, 0x90L)), "KVM warns when the alert mask is not 0");
    }

    [Test]
    public void A_reference_too_many_is_a_use_after_free()
    {
        var bench = new Bench();
        bench.Machine.CloseKvm(Bench.G1);
        bench.Machine.PutKvm(Bench.G1);
        Assert.That(bench.Of(EventKind.UseAfterFree).Single().Guest, Is.EqualTo(Bench.G1));
        Assert.That(bench.Machine.KvmReferences(Bench.G1), Is.Zero);
    }

    [Test]
    public void A_VM_that_goes_leaves_the_alert_list()
    {
        var bench = new Bench();
        bench.Machine.RegisterGisc(Bench.G1, 3);
        bench.Enable(gisc: 3);
        bench.Nqap();
        bench.Pass(Bench.Ms);
        Assert.That(bench.Guest().OnAlertList, Is.EqualTo(1));
        bool woken = false;
        bench.Machine.WakeVcpus = _ => woken = true;
        bench.Machine.CloseKvm(Bench.G1);
        bench.Pass(Bench.Ms);
        Assert.That(bench.Guest().OnAlertList, Is.Zero);
        Assert.That(woken, Is.False);
    }
}
