using ApChaos.Approvals;

namespace ApChaos.Suites.Negative;

/// <summary>What must fail, does: a suite that is green because it looks at nothing is noticed here.</summary>
[TestFixture]
public sealed class CanaryTests
{
    [Test]
    public void A_text_that_nobody_approved_is_refused()
    {
        string scratch = Directory.CreateTempSubdirectory("apchaos-canary-").FullName;
        try
        {
            var canary = new ApprovedFile(scratch, "Canary");
            Assert.That(() => canary.Check("nobody approved this", accept: false), Throws.TypeOf<VerifyException>());
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }
}
