using ApChaos.Hosting;
using ApChaos.Native;

namespace ApChaos.Suites.Native;

/// <summary>Trees that cannot be used: one line that says what is wrong, where, and what is expected.</summary>
public sealed class BadInputTests
{
    private const string Ops = "drivers/s390/crypto/vfio_ap_ops.c";

    [SetUp]
    public void NeedCompiler() => Trees.NeedCompiler();

    [Test]
    public void A_folder_that_is_not_there() =>
        Assert.That(Resolve("no/such/tree"), Does.StartWith("kernel tree 'no/such/tree' does not exist (looked at /").And.Contains("expected the root of a Linux source tree"));

    [Test]
    public void An_empty_name() => Assert.That(Resolve(" "), Does.Contain("names no kernel tree; expected kernel:PATH"));

    [Test]
    public void A_tree_without_the_driver()
    {
        using var tree = TemporaryTree.Of(KernelTree.Open(Trees.Toy));
        File.Delete(Path.Combine(tree.Path, Ops));
        Assert.That(Resolve(tree.Path), Does.Contain($"has no {Ops}; expected"));
    }

    [Test]
    public void A_sparse_tree_that_lacks_headers()
    {
        using var tree = TemporaryTree.Of(KernelTree.Open(Trees.Toy));
        File.Delete(Path.Combine(tree.Path, "include/linux/vfio.h"));
        File.Delete(Path.Combine(tree.Path, "include/linux/mdev.h"));
        Assert.That(Resolve(tree.Path), Does.Contain("lacks include/linux/mdev.h, include/linux/vfio.h; expected these files too"));
    }

    // What marks an older era stands in a tree of our own: the toy without what it has of era D.
    [TestCase("struct kvm *kvm;", "include/linux/vfio.h", "is of era C (KVM in vdev->kvm, pin by vfio_device (5.19)), which is not supported")]
    [TestCase("struct vfio_device vdev;", "drivers/s390/crypto/vfio_ap_private.h", "is of era B (vfio_device inside the driver's structure, notifiers (5.15)), which is not supported")]
    [TestCase("static struct mdev_parent_ops ops;", "drivers/s390/crypto/vfio_ap_ops.c", "is of era A (mdev_parent_ops with open and release, notifiers (5.3 to 5.13)), which is not supported")]
    [TestCase("", "drivers/s390/crypto/vfio_ap_ops.c", "is of no era that is known")]
    public void A_tree_of_an_older_era(string mark, string file, string says)
    {
        using var tree = TemporaryTree.Of(KernelTree.Open(Trees.Toy));
        foreach (var header in (string[])["include/linux/vfio.h", "drivers/s390/crypto/vfio_ap_private.h"])
        {
            tree.Edit(header, text => text.Replace("(*dma_unmap)", "(*unmapped)", StringComparison.Ordinal)
                .Replace("struct kvm *kvm;", "", StringComparison.Ordinal).Replace("struct vfio_device vdev;", "", StringComparison.Ordinal));
        }

        tree.Edit(file, text => text + "\n" + mark + "\n");
        Assert.That(Resolve(tree.Path), Is.EqualTo($"kernel tree '{tree.Path}' {says}; expected one of: D = vfio_alloc_device, dma_unmap callback, pin by guest address (6.1 and later)"));
    }

    [Test]
    public void A_function_that_the_shim_does_not_have_is_named_with_its_header_and_the_era()
    {
        using var tree = Trees.Changed(Trees.Toy, ("	queue_work(system_long_wq,", "	mod_delayed_work(system_long_wq, 0, 0);\n	queue_work(system_long_wq,"));
        tree.Edit("include/linux/mdev.h", text => text.Replace("#endif\n", "#endif /* mod_delayed_work is here */\n", StringComparison.Ordinal));
        Assert.That(
            Resolve(tree.Path),
            Does.Contain("(era D: ").And.Contains("needs the name 'mod_delayed_work' of <linux/mdev.h>, which the shim does not have: drivers/s390/crypto/vfio_ap_ops.c:"));
    }

    [Test]
    public void A_type_that_the_shim_does_not_have_is_named()
    {
        using var tree = Trees.Changed(Trees.Toy, ("#define LOOK_MS 20", "#define LOOK_MS 20\nstatic struct srcu_struct barrier;"));
        Assert.That(Resolve(tree.Path), Does.Contain("needs the name 'barrier'").And.Contains("storage size"));
    }

    [Test]
    public void A_function_of_another_file_is_named_by_the_linker()
    {
        using var tree = Trees.Changed(Trees.Toy, ("#define LOOK_MS 20", "#define LOOK_MS 20\nvoid ap_send_online_uevent(struct ap_device *, int);"), ("	flush_work(", "	ap_send_online_uevent(0, 0);\n	flush_work("));
        Assert.That(Resolve(tree.Path), Does.Contain("needs the name 'ap_send_online_uevent'").And.Not.Contain("\n"));
    }

    [Test]
    public void A_driver_that_does_not_compile_is_one_line()
    {
        using var tree = Trees.Changed(Trees.Toy, ("#define LOOK_MS 20", "#define LOOK_MS 20\nint this is no C;"));
        Assert.That(Resolve(tree.Path), Does.Contain("vfio_ap_ops.c:").And.Not.Contain("\n"));
    }

    [Test]
    public void A_driver_that_crashes_while_it_comes_up_is_said_before_anything_runs()
    {
        using var tree = Trees.Changed(Trees.Toy, ("	q->apqn = container_of", "	q = NULL; q->apqn = container_of"));
        Assert.That(
            () => Bench.Findings(Bench.Of(tree.Path)),
            Throws.InstanceOf<KernelTreeException>().With.Message.Contains("crashed before anything ran").And.Message.Contains("toy_probe (vfio_ap_ops.c:"));
    }

    [Test]
    public void A_second_build_takes_the_library_from_the_cache()
    {
        var cache = Directory.CreateTempSubdirectory("apchaos-cache-").FullName;
        try
        {
            var first = ShimBuilder.Build(KernelTree.Open(Trees.Toy), cache: cache);
            var second = ShimBuilder.Build(KernelTree.Open(Trees.Toy), cache: cache);
            Assert.That((first.Cached, second.Cached), Is.EqualTo((false, true)));
        }
        finally
        {
            Directory.Delete(cache, recursive: true);
        }
    }

    private static string Resolve(string path) =>
        Assert.Throws<InputException>(() => DriverSource.Resolve("kernel:" + path, Catalogue.Shipped))!.Message;
}
