using ApChaos.Abstractions;
using ApChaos.Suites.Engine.Hosting;

namespace ApChaos.Suites.Engine.Cli;

/// <summary>A plugin whose open_device never returns to the engine.</summary>
public sealed class SpinningDriver : GoodDriver
{
    public override string Id => "spinning";

    public override ApTask<int> OpenDevice(MatrixMdev mdev, Kvm kvm)
    {
        for (; ;)
            Thread.Sleep(1);
    }
}
