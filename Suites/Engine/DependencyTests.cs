// Which room may know which. Read from the project files, so that a reference that nobody uses yet is caught too, and from the
// compiled assemblies, so that one that comes in by another way is caught as well.

using System.Reflection;

namespace ApChaos.Suites.Engine;

[TestFixture]
public sealed class DependencyTests
{
    private static readonly string[] Plugs = ["ApChaos.Drivers", "ApChaos.Native", "ApChaos.Faults"];
    private static readonly string[] Engine = ["ApChaos.Machine", "ApChaos.Running", "ApChaos.Oracles", "ApChaos.Exploring"];
    private static readonly string[] Outer =
        ["ApChaos.Drivers", "ApChaos.Native", "ApChaos.Faults", "ApChaos.Reports", "ApChaos.Campaigns", "ApChaos.Hosting", "ApChaos.Cli"];

    private static readonly SortedDictionary<string, string[]> References = Repository.References();

    [Test]
    public void Abstractions_refers_to_nothing_of_ours() => Assert.That(AllOf("ApChaos.Abstractions"), Is.Empty);

    [TestCaseSource(nameof(Plugs))]
    public void A_plug_refers_to_Abstractions_only(string project) => Assert.That(AllOf(project), Is.EqualTo(["ApChaos.Abstractions"]));

    [TestCaseSource(nameof(Engine))]
    public void The_engine_does_not_know_what_is_built_on_it(string project) =>
        Assert.That(AllOf(project).Intersect(Outer), Is.Empty);

    [Test]
    public void Nobody_refers_to_Cli() =>
        Assert.That(References.Where(pair => pair.Value.Contains("ApChaos.Cli")).Select(pair => pair.Key), Is.Empty);

    [Test]
    public void No_product_project_refers_to_a_suite() => Assert.That(
        References.Keys.Where(name => !IsSuite(name)).SelectMany(name => AllOf(name).Where(IsSuite)), Is.Empty);

    [Test]
    public void Compiled_assemblies_refer_only_to_what_their_project_allows()
    {
        foreach (string name in References.Keys.Where(name => !IsSuite(name) && name != "ApChaos.Cli"))
        {
            IEnumerable<string> compiled = Assembly.Load(name).GetReferencedAssemblies().Select(assembly => assembly.Name!)
                .Where(reference => reference.StartsWith("ApChaos.", StringComparison.Ordinal) || reference == "apchaos");
            Assert.That(compiled.Except(AllOf(name)), Is.Empty, name);
        }
    }

    // Samples under Suites/ are what users write: no product either.
    private static bool IsSuite(string name) =>
        name.StartsWith("ApChaos.Suites.", StringComparison.Ordinal) || !name.StartsWith("ApChaos.", StringComparison.Ordinal);

    /// <summary>What a project refers to, directly or through others.</summary>
    private static IReadOnlyCollection<string> AllOf(string project)
    {
        Assert.That(References, Contains.Key(project));
        var found = new SortedSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(References[project]);
        while (open.TryPop(out string? next))
        {
            if (found.Add(next))
                Array.ForEach(References[next], open.Push);
        }

        return found;
    }
}
