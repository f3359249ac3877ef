using ApChaos.Abstractions;

namespace ApChaos.Suites.Engine.Running;

/// <summary>A driver whose entry points are lambdas of the test; what the test does not give does nothing.</summary>
internal class ScriptedDriver : Driver
{
    public override string Id => "scripted";

    public override string Summary => "what a test says";

    public Func<Kernel, MatrixMdev, Kvm, ApTask<int>> Open { get; init; } = (_, _, _) => ApTask.FromResult(0);

    public Func<Kernel, MatrixMdev, ApTask> Close { get; init; } = (_, _) => ApTask.CompletedTask;

    public Func<Kernel, MatrixMdev, ApTask<int>> Reset { get; init; } = (_, _) => ApTask.FromResult(0);

    public Func<Kernel, ApQueue, ApTask> Remove { get; init; } = (_, _) => ApTask.CompletedTask;

    public Func<Kernel, ApQueue, ApTask> Work { get; init; } = (_, _) => ApTask.CompletedTask;

    public Func<Kernel, MatrixMdev, Apqn, AqicControl, long, ApTask<ApqSw>> Intercept { get; init; } =
        (_, _, _, _, _) => ApTask.FromResult(new ApqSw(ResponseCode.QNotAvail));

    public override ApTask<int> OpenDevice(MatrixMdev mdev, Kvm kvm) => Open(Kernel, mdev, kvm);

    public override ApTask CloseDevice(MatrixMdev mdev) => Close(Kernel, mdev);

    public override ApTask<int> ResetDevice(MatrixMdev mdev) => Reset(Kernel, mdev);

    public override ApTask RemoveQueue(ApQueue queue) => Remove(Kernel, queue);

    public override ApTask ResetWork(ApQueue queue) => Work(Kernel, queue);

    public override ApTask<ApqSw> InterceptAqic(MatrixMdev mdev, Apqn apqn, AqicControl control, long nib) =>
        Intercept(Kernel, mdev, apqn, control, nib);
}

/// <summary>One that hears of bus scans.</summary>
internal sealed class ScanningDriver : ScriptedDriver
{
    public List<string> Heard { get; } = [];

    public override async ApTask ConfigChanged()
    {
        await Msleep(1);
        Heard.Add("changed");
    }

    public override async ApTask ScanComplete()
    {
        await Msleep(1);
        Heard.Add("complete");
    }
}
