using ApChaos.Abstractions;
using ApChaos.Machine;
using ApChaos.Running;

namespace ApChaos.Exploring;

/// <summary>
/// Measures how patient a driver is: one guest with one queue, whose device is closed, reset, or whose interruption is switched off, while
/// the machine answers in one way for ever. Nothing is computed: what is told is read from the events of runs.
/// </summary>
/// <param name="driver">Id of the driver.</param>
/// <param name="create">Makes an instance of it.</param>
public sealed class PatienceMeter(string driver, Func<Driver> create)
{
    /// <summary>Id of the row that tells the longest wait.</summary>
    public const string Longest = "longest";

    /// <summary>A driver that has not returned after so many virtual nanoseconds has no bound.</summary>
    public const long ObservedNs = 60 * VirtualTime.Second;

    private const int ZapqRefusalsMax = 3;
    private const int AqicRefusalsMax = 8;

    private static readonly FirmwareProfile Documented = FirmwareFile.LoadShipped().First(profile => profile.Id == "documented");

    /// <summary>Measures all conditions, and the longest wait.</summary>
    /// <returns>A point each, in the order of <see cref="PatienceCondition.All"/>; the longest wait comes last.</returns>
    public IReadOnlyList<PatiencePoint> Measure() => [.. PatienceCondition.All.Select(Measure), MeasureLongest()];

    /// <summary>Measures one condition.</summary>
    /// <param name="condition">The condition.</param>
    /// <returns>The point.</returns>
    public PatiencePoint Measure(PatienceCondition condition)
    {
        ArgumentNullException.ThrowIfNull(condition);
        var point = Run(condition.Id, condition.Operation, condition.Knobs, FaultsOf(condition, condition.Operation)).Point;
        var returns = condition.Operation == DriverOperation.CloseDevice
            ? Run(condition.Id, DriverOperation.ResetDevice, condition.Knobs, FaultsOf(condition, DriverOperation.ResetDevice)).Returns
            : null;
        return point with { Returns = returns };
    }

    /// <summary>
    /// The longest wait of close-device: ZAPQ is refused a few times and then accepted, AQIC is refused a few times and then accepted, and
    /// the reset never ends. Each number of refusals is tried.
    /// </summary>
    /// <returns>The longest; the first of equals.</returns>
    public PatiencePoint MeasureLongest()
    {
        PatiencePoint? longest = null;
        foreach (var (condition, code) in ((ApConditions, string)[])[(ApConditions.ResetInProgress, "02"), (ApConditions.Busy, "05")])
        {
            for (var zapq = 0; zapq <= ZapqRefusalsMax; zapq++)
            {
                for (var aqic = 0; aqic <= AqicRefusalsMax; aqic++)
                {
                    var faults = FaultsOf(PatienceCondition.Unfinished, DriverOperation.CloseDevice);
                    Add(faults, condition, Op.Zapq, zapq);
                    Add(faults, condition, Op.Aqic, aqic);
                    var run = Run(Longest, DriverOperation.CloseDevice, PatienceCondition.Unfinished.Knobs, faults);
                    if (run.Point.WaitNs is null)
                    {
                        return run.Point with { Recipe = "ZAPQ is accepted, and the reset never ends" };
                    }

                    if (longest is null || run.Point.WaitNs > longest.WaitNs)
                    {
                        longest = run.Point with { Recipe = Recipe(zapq, aqic, code) };
                    }

                    if (run.Asked(Op.Aqic) < aqic)
                    {
                        // It has given up already: more refusals change nothing.
                        break;
                    }
                }
            }
        }

        return longest!;
    }

    private static string Recipe(int zapq, int aqic, string code)
    {
        var parts = new List<string>();
        if (zapq > 0)
        {
            parts.Add($"ZAPQ is answered {code} {Times(zapq)}");
        }

        if (aqic > 0)
        {
            parts.Add($"AQIC is answered {code} {Times(aqic)}");
        }

        parts.Add("the reset never ends");
        return string.Join(", ", parts);
    }

    private static string Times(int count) => count == 1 ? "once" : $"{count} times";

    private static void Add(List<ArmedFault> faults, ApConditions condition, Op instruction, int times)
    {
        if (times > 0)
        {
            faults.Add(Arm(new SteadyAnswer(condition, [instruction], times, ResponseCode.Normal, endless: false, DriverOperation.CloseDevice)));
        }
    }

    private static List<ArmedFault> FaultsOf(PatienceCondition condition, DriverOperation operation) =>
        [Arm(new SteadyAnswer(condition.Condition, condition.Instructions, 0, condition.AsyncError, condition.EndlessReset, operation))];

    private static ArmedFault Arm(SteadyAnswer fault) => new(fault, fault.DefaultTrigger, []);

    private PatienceRun Run(string condition, DriverOperation operation, IReadOnlyList<(string Knob, string Value)> knobs, IReadOnlyList<ArmedFault> faults)
    {
        var firmware = FirmwareVariation.Of(Documented, $"documented-{condition}", "for a measurement", [("reset-duration", "0ms"), .. knobs]);
        var engine = new RunEngine(new RunSetup(
            create(), firmware, Scene(operation), faults, [], new RunBudgets(ObservedNs, ObservedNs, 30 * VirtualTime.Second)));
        var trace = new Trace();
        engine.Run(new PlainChoices(), trace);
        return new PatienceRun(driver, condition, operation, trace.Events);
    }

    /// <summary>One guest that enables interruption, and then loses its queue in the way that is measured.</summary>
    private static Scenario Scene(DriverOperation operation)
    {
        const long nib = 0x1000 + ApMachine.NibLineOffset;
        var actions = new List<GuestAction> { new(GuestActionKind.EnableIrq, 0, [0], 0, nib, 3) };
        if (operation == DriverOperation.AqicIntercept)
        {
            actions.Add(new GuestAction(GuestActionKind.DisableIrq, 0, [VirtualTime.Millisecond]));
        }

        return new Scenario(
            new Topology { Adapters = [5], Domains = [4], Mdevs = [new MdevShape(1, 1)], Guests = [new GuestShape(0, -1)] },
            [new GuestWorkload([actions], [10 * VirtualTime.Millisecond], operation == DriverOperation.ResetDevice)]);
    }

    /// <summary>The plainest answer to every question; only the second AQIC takes as long as the profile lets it.</summary>
    private sealed class PlainChoices : ChoiceSource
    {
        private int _aqics;

        /// <inheritdoc/>
        public override int Next(ChoiceLabel label, int count) => label == ChoiceLabel.AqicLatency && _aqics++ > 0 ? count - 1 : 0;
    }
}
