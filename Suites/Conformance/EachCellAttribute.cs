using ApChaos.Abstractions;
using ApChaos.Hosting;
using NUnit.Framework;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;
using NUnit.Framework.Internal.Builders;

namespace ApChaos.Conformance;

/// <summary>
/// Makes a test <c>(string plan, string firmware)</c> for each plan and firmware profile of its class. The test's name is the title of the
/// scenario; its properties <c>Driver</c>, <c>Plan</c>, <c>Firmware</c> and <c>Oracle</c> are what <c>--filter</c> selects by.
/// </summary>
/// <param name="promise">What the driver promises; the first words of the test's name.</param>
/// <param name="judges">Groups of the oracles that may speak in the test; without any all of them.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EachCellAttribute(string promise, params OracleGroup[] judges) : NUnitAttribute, ITestBuilder, IImplyFixture
{
    private readonly NUnitTestCaseBuilder _builder = new();

    /// <summary>What the driver promises.</summary>
    public string Promise { get; } = promise;

    /// <summary>Groups of the oracles that may speak in the test.</summary>
    public IReadOnlyList<OracleGroup> Judges { get; } = judges;

    /// <inheritdoc/>
    public IEnumerable<TestMethod> BuildFrom(IMethodInfo method, Test? suite)
    {
        ArgumentNullException.ThrowIfNull(method);
        IEnumerable<TestCaseParameters> cases;
        try
        {
            cases = [.. Cases(method)];
        }
        catch (InputException e)
        {
            var wrong = new TestCaseParameters { RunState = RunState.NotRunnable, TestName = $"{Promise}: {method.Name}" };
            wrong.Properties.Set(PropertyNames.SkipReason, e.Message);
            cases = [wrong];
        }

        return cases.Select(parameters => _builder.BuildTestMethod(method, suite, parameters));
    }

    private IEnumerable<TestCaseParameters> Cases(IMethodInfo method)
    {
        var settings = FixtureSettings.Of(method.TypeInfo.Type, method.MethodInfo);
        var oracles = Catalogue.Shipped.Oracles.Where(oracle => Judges.Count == 0 || Judges.Contains(oracle.Group)).ToList();
        foreach (var plan in PlanText.Plans(settings.Plans))
        {
            foreach (var firmware in PlanText.Firmware(settings.Firmware))
            {
                var parameters = new TestCaseParameters([plan.Name, firmware.Id])
                {
                    TestName = $"{Promise}: {(plan.Summary.Length > 0 ? plan.Summary : plan.Name)} [{plan.Name}, {firmware.Id}]",
                };
                parameters.Properties.Set("Driver", settings.Driver.Id);
                parameters.Properties.Set("Plan", plan.Name);
                parameters.Properties.Set("Firmware", firmware.Id);
                foreach (var oracle in oracles)
                {
                    parameters.Properties.Add("Oracle", oracle.Id);
                }

                yield return parameters;
            }
        }
    }
}
