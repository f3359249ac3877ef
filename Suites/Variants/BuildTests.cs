using System.Diagnostics;
using System.Reflection;

namespace ApChaos.Suites.Variants;

[TestFixture]
public sealed class BuildTests
{
    /// <summary>A driver's frame is the bytes of a struct only in optimised code: see Drivers/ApChaos.Drivers.csproj.</summary>
    [Test]
    public void Drivers_are_optimised_in_every_configuration()
    {
        DebuggableAttribute? debuggable = Assembly.Load("ApChaos.Drivers").GetCustomAttribute<DebuggableAttribute>();
        Assert.That(debuggable?.IsJITOptimizerDisabled ?? false, Is.False);
    }
}
