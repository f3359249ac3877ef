// Types that the hosting tests find when they load this very assembly as a plugin.

using ApChaos.Abstractions;

namespace ApChaos.Suites.Engine.Hosting;

public class GoodDriver : Driver
{
    public override string Id => "good";

    public override string Summary => "does nothing,\n  on two lines";

    public override ApTask<int> OpenDevice(MatrixMdev mdev, Kvm kvm) => ApTask.FromResult(0);

    public override ApTask CloseDevice(MatrixMdev mdev) => ApTask.CompletedTask;
}

public sealed class ThrowingDriver : GoodDriver
{
    public ThrowingDriver() => throw new InvalidOperationException("no\nluck");
}

/// <summary>The first one works: that it throws is found out by a thread that needs one of its own.</summary>
public sealed class ThrowingLaterDriver : GoodDriver
{
    private static int _made;

    public ThrowingLaterDriver()
    {
        if (Interlocked.Increment(ref _made) > 1)
            throw new InvalidOperationException("no more of them");
    }
}

public sealed class KernelInConstructorDriver : GoodDriver
{
    public KernelInConstructorDriver() => Kernel.Zapq(new Apqn(5, 4));
}

public sealed class EndlessDriver : GoodDriver
{
    public EndlessDriver() => Thread.Sleep(Timeout.Infinite);
}

public sealed class OutdatedDriver : GoodDriver
{
    public OutdatedDriver() => throw new MissingMethodException("ApChaos.Abstractions.Kernel", "Gone");
}

public sealed class ShoutingDriver : GoodDriver
{
    public override string Id => "../LOUD";
}

public abstract class AbstractDriver : GoodDriver;

public sealed class DriverWithArguments(int number) : GoodDriver
{
    public override string Summary => $"{number}";
}

public sealed class NotADriver;

internal sealed class HiddenDriver : GoodDriver;

/// <summary>Two types of one simple name.</summary>
public static class First
{
    public sealed class TwinDriver : GoodDriver;
}

/// <inheritdoc cref="First"/>
public static class Second
{
    public sealed class TwinDriver : GoodDriver;
}
