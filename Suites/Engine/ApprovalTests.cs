using System.Text;
using ApChaos.Approvals;

namespace ApChaos.Suites.Engine;

/// <summary>The approval adapter judges others, so it is judged first. Files go to a scratch folder, not to the sources.</summary>
[TestFixture]
public sealed class ApprovalTests
{
    private string scratch = "";

    [SetUp]
    public void MakeScratch() => scratch = Directory.CreateTempSubdirectory("apchaos-approvals-").FullName;

    [TearDown]
    public void DropScratch() => Directory.Delete(scratch, recursive: true);

    [Test]
    public void A_text_that_nobody_approved_fails_and_is_left_as_received()
    {
        ApprovedFile file = Named("New");
        VerifyException failure = Refused(file, "one\ntwo");
        Assert.That(failure.Message, Is.EqualTo($"""
            missing: no approved text yet, first difference in line 1
                + one
                + two
            accept with: mv '{file.Received}' '{file.Verified}'
            """.ReplaceLineEndings("\n")));
        Assert.That(File.ReadAllBytes(file.Received), Is.EqualTo(Encoding.UTF8.GetBytes("\uFEFFone\ntwo")));
        Assert.That(file.Verified, Does.Not.Exist);
    }

    [Test]
    public void A_differing_text_fails_with_the_hunk_that_differs()
    {
        ApprovedFile file = Named("Old");
        file.Check("a\nb\nc\nd\ne", accept: true);
        VerifyException failure = Refused(file, "a\nb\nc\nD\ne");
        Assert.That(failure.Message, Does.StartWith("""
            differing: first difference in line 4
                  b
                  c
                - d
                + D
                  e
            accept with: mv '
            """.ReplaceLineEndings("\n")));
    }

    [Test]
    public void A_long_difference_is_cut_and_the_rest_counted()
    {
        ApprovedFile file = Named("Long");
        VerifyException failure = Refused(file, string.Join('\n', Enumerable.Range(1, 100)));
        Assert.That(failure.Message, Does.Contain("    … 88 more changed lines\n"));
        Assert.That(failure.Message.Split('\n'), Has.Length.LessThan(20));
    }

    [Test]
    public void A_difference_in_the_last_line_break_alone_is_named()
    {
        ApprovedFile file = Named("End");
        file.Check("a\n", accept: true);
        Assert.That(Refused(file, "a").Message, Does.Contain("line"));
    }

    [Test]
    public void An_accepted_text_passes_from_then_on_and_leaves_nothing_received()
    {
        ApprovedFile file = Named("Accepted");
        Refused(file, "text");
        file.Check("text", accept: true);
        file.Check("text", accept: false);
        Assert.That(file.Received, Does.Not.Exist);
        Assert.That(File.ReadAllBytes(file.Verified), Is.EqualTo(Encoding.UTF8.GetBytes("\uFEFFtext")));
    }

    [TestCase("\uFEFFa\r\nb", Description = "byte order mark, CR LF")]
    [TestCase("a\nb", Description = "no mark, LF")]
    public void Mark_and_line_ends_of_the_approved_file_do_not_matter(string onDisk)
    {
        ApprovedFile file = Named("Transport");
        File.WriteAllBytes(file.Verified, Encoding.UTF8.GetBytes(onDisk));
        Assert.That(() => file.Check("a\nb", accept: false), Throws.Nothing);
        Assert.That(() => file.Check("a\r\nb", accept: false), Throws.Nothing);
    }

    [Test]
    public void Characters_that_a_file_system_refuses_become_dashes() =>
        Assert.That(Path.GetFileName(Named("T.M_plan=a/b:c").Verified), Is.EqualTo("T.M_plan=a-b-c.verified.txt"));

    [TestCase("slow-reset", 5)]
    public Task Name_of_the_file_holds_class_method_and_parameters(string plan, int adapter) =>
        Verify($"{plan} on adapter {adapter}").UseDirectory("Approved");

    [Test]
    public async Task Scrubbers_run_in_order_and_lines_may_be_dropped() =>
        await Verify("took 17 ms\nkeep\ndrop")
            .UseDirectory("Approved")
            .AddScrubber(text => text.Replace("17", "N"))
            .ScrubLinesWithReplace(line => line == "drop" ? null : line.ToUpperInvariant());

    private ApprovedFile Named(string name) => new(scratch, name);

    private static VerifyException Refused(ApprovedFile file, string text) =>
        Assert.Throws<VerifyException>(() => file.Check(text, accept: false))!;
}
