using System.Text.Json;
using System.Xml.Linq;
using ApChaos.Abstractions;
using ApChaos.Exploring;
using ApChaos.Reports.Views;

namespace ApChaos.Suites.Engine.Views;

/// <summary>Part D of the bug history, measured.</summary>
[TestFixture]
public sealed class PatienceTests
{
    private static readonly SortedDictionary<string, IReadOnlyList<PatiencePoint>> Measured = new(
        ViewCells.Catalogue.Drivers.ToDictionary(driver => driver.Id, driver => new PatienceMeter(driver.Id, driver.Create).Measure()), StringComparer.Ordinal);

    [TestCase("vfio-ap-4.20", 60)]
    [TestCase("vfio-ap-5.3", 260)]
    [TestCase("vfio-ap-2019-v2", 60)]
    [TestCase("vfio-ap-2019-v2-wait-empty", 60)]
    [TestCase("vfio-ap-5.11", 60)]
    [TestCase("vfio-ap-6.3", 200)]
    [TestCase("vfio-ap-6.6", null)]
    [TestCase("vfio-ap-6.9", null)]
    [TestCase("golden", null)]
    public void The_longest_wait_is_that_of_part_D(string driver, int? milliseconds) =>
        Assert.That(Measured[driver][^1].WaitNs, Is.EqualTo(milliseconds * VirtualTime.Millisecond), Measured[driver][^1].Recipe);

    // The last table of part D: what is done with each response code at ZAPQ.
    [TestCase("vfio-ap-2019-v2", "rc-05", 40, PatienceEnd.Frees)]
    [TestCase("vfio-ap-2019-v2", "rc-03", 0, PatienceEnd.Frees)]
    [TestCase("vfio-ap-5.11", "rc-02", 60, PatienceEnd.Frees)]
    [TestCase("vfio-ap-5.11", "rc-05", 0, PatienceEnd.Leaks)]
    [TestCase("vfio-ap-5.11", "rc-03", 0, PatienceEnd.Frees)]
    [TestCase("vfio-ap-6.3", "rc-05", 0, PatienceEnd.Leaks)]
    [TestCase("vfio-ap-6.3", "rc-04", 0, PatienceEnd.Leaks)]
    [TestCase("vfio-ap-6.3", "rc-02", 200, PatienceEnd.Frees)]
    [TestCase("vfio-ap-6.6", "rc-05", null, PatienceEnd.Keeps)]
    [TestCase("vfio-ap-6.6", "rc-04", 0, PatienceEnd.Leaks)]
    [TestCase("vfio-ap-6.9", "rc-04", 0, PatienceEnd.Frees)]
    [TestCase("vfio-ap-6.6", "rc-0a", 20, PatienceEnd.Leaks)]
    [TestCase("vfio-ap-6.9", "rc-0a", 20, PatienceEnd.Leaks)]
    [TestCase("vfio-ap-6.9", "rc-01", 0, PatienceEnd.Frees)]
    [TestCase("golden", "rc-03", 0, PatienceEnd.Keeps)]
    [TestCase("golden", "rc-36", null, PatienceEnd.Keeps)]
    [TestCase("vfio-ap-5.3", "i1", 100, PatienceEnd.Frees)]
    [TestCase("vfio-ap-5.3", "aqic-02", 120, PatienceEnd.Frees)]
    [TestCase("vfio-ap-4.20", "rc-02", 40, PatienceEnd.HoldsNothing)]
    public void Each_answer_is_met_as_the_history_says(string driver, string condition, int? milliseconds, PatienceEnd end)
    {
        PatiencePoint point = Measured[driver].Single(p => p.Condition == condition);
        Assert.That((point.WaitNs, point.End), Is.EqualTo((milliseconds * VirtualTime.Millisecond, end)));
    }

    [Test]
    public Task Table_of_all_drivers() =>
        Verify(string.Join('\n', PatienceView.Lines([.. Measured.Values.SelectMany(points => points)]))).UseDirectory("Approved");

    [Test]
    public Task Picture_of_all_drivers() => Verify(PatienceView.ToSvg([.. Measured.Values.SelectMany(points => points)]), extension: "svg").UseDirectory("Approved");

    [Test]
    public void Json_has_a_point_for_each_driver_and_condition()
    {
        JsonElement root = JsonDocument.Parse(PatienceView.ToJson([.. Measured.Values.SelectMany(points => points)])).RootElement;
        Assert.That(root.GetProperty("points").GetArrayLength(), Is.EqualTo(Measured.Count * (PatienceCondition.All.Count + 1)));
        Assert.That(root.GetProperty("schema").GetString(), Is.EqualTo("apchaos.result/1"));
    }

    [Test]
    public void Pictures_are_well_formed_and_load_nothing()
    {
        XElement picture = XElement.Parse(PatienceView.ToSvg([.. Measured["golden"].Select(point => point with { Driver = "<img src=x onerror=alert(1)>" })]));
        Assert.That(picture.DescendantsAndSelf().Select(element => element.Name.LocalName).Distinct(), Is.SubsetOf(["svg", "title", "desc", "rect", "line", "text"]));
    }
}
