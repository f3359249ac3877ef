using ApChaos.Abstractions;

namespace ApChaos.Machine;

/// <summary>
/// Situations that runs came into: which AP instruction, how it was answered, in what state it met the queue, in which operation of the
/// driver (or who else issued it). What coverage counts.
/// </summary>
/// <remarks>
/// Only noted, never read by a run: a run with a log is the same as one without. State is what the instruction meets, not what it leaves.
/// </remarks>
public sealed class SituationLog
{
    private const int Instructions = Op.Dqap - Op.Tapq + 1;
    private const int States = 8;
    private const int Resetting = 1;
    private const int IrqOn = 2;
    private const int Holds = 4;
    private const int Operations = (int)DriverOperation.RemoveMdev + 1;
    private const int ByGuest = Operations;
    private const int ByFault = Operations + 1;
    private const int Places = Operations + 2;

    private static readonly ResponseCode[] Codes = [.. Enum.GetValues<ResponseCode>().Distinct()];
    private static readonly byte[] CodeNumbers = NumberCodes();

    private readonly int[] _lastRun = new int[Count];
    private readonly int[] _ofRun = new int[Count];
    private int _run;
    private int _ofRunCount;

    /// <summary>How many situations there are to count; most cannot be reached.</summary>
    public static int Count { get; } = Instructions * (Codes.Length + 1) * States * Places;

    /// <summary>The situations of the run that began last, each once.</summary>
    public ReadOnlySpan<int> OfRun => _ofRun.AsSpan(0, _ofRunCount);

    /// <summary>All situations of all runs, in the order of their numbers.</summary>
    public IEnumerable<int> Seen => Enumerable.Range(0, Count).Where(situation => _lastRun[situation] != 0);

    /// <summary>Operation of the driver in which the next instruction is issued.</summary>
    internal DriverOperation Operation { get; set; }

    /// <summary>A run begins.</summary>
    internal void BeginRun()
    {
        _run++;
        _ofRunCount = 0;
    }

    /// <summary>Notes an instruction that was answered.</summary>
    internal void Note(Op op, ResponseCode code, int state, ActorClass issuer)
    {
        var place = issuer switch
        {
            ActorClass.Driver => (int)Operation,
            ActorClass.Guest => ByGuest,
            ActorClass.Fault => ByFault,
            _ => 0,
        };
        var situation = ((((op - Op.Tapq) * (Codes.Length + 1)) + CodeNumbers[(byte)code]) * States * Places) + (state * Places) + place;
        if (_lastRun[situation] != _run)
        {
            _lastRun[situation] = _run;
            _ofRun[_ofRunCount++] = situation;
        }
    }

    /// <summary>The state of a queue as situations tell it apart.</summary>
    internal static int StateOf(in QueueState queue) =>
        (queue.Reset != ResetKind.None ? Resetting : 0)
        | (queue.Irq is IrqState.On or IrqState.Disabling ? IrqOn : 0)
        | (queue.RequestCount + queue.ReplyCount > 0 ? Holds : 0);

    /// <summary>A situation in words.</summary>
    /// <param name="situation">Its number.</param>
    /// <returns>For instance <c>ZAPQ in close-device, queue resetting, irq on, with messages: RC 02 RESET_IN_PROGRESS</c>.</returns>
    public static string Describe(int situation)
    {
        var place = situation % Places;
        var state = situation / Places % States;
        var (op, code) = (InstructionOf(situation), CodeOf(situation));
        var who = place == ByGuest ? "by a guest" : place == ByFault ? "by a fault" : place == 0 ? "by the host" : $"in {OpText.Id((DriverOperation)place)}";
        var queue = $"queue {((state & Resetting) != 0 ? "resetting" : "ready")}, irq {((state & IrqOn) != 0 ? "on" : "off")}, {((state & Holds) != 0 ? "with" : "without")} messages";
        var answer = code is { } known ? $"RC {(byte)known:X2} {ResponseCodeText.Name(known, op == Op.Dqap)}" : "an unknown RC";
        return $"{OpText.Name(op)} {who}, {queue}: {answer}";
    }

    /// <summary>The instruction of a situation.</summary>
    /// <param name="situation">Its number.</param>
    /// <returns>The instruction.</returns>
    public static Op InstructionOf(int situation) => (Op)((int)Op.Tapq + (situation / (Places * States * (Codes.Length + 1))));

    /// <summary>The response code of a situation.</summary>
    /// <param name="situation">Its number.</param>
    /// <returns>The response code; null for one that has no name.</returns>
    public static ResponseCode? CodeOf(int situation)
    {
        var number = situation / (Places * States) % (Codes.Length + 1);
        return number < Codes.Length ? Codes[number] : null;
    }

    /// <summary>All response codes that have a name.</summary>
    public static IReadOnlyList<ResponseCode> KnownCodes => Codes;

    private static byte[] NumberCodes()
    {
        var numbers = new byte[256];
        Array.Fill(numbers, (byte)Codes.Length);
        for (var i = 0; i < Codes.Length; i++)
        {
            numbers[(byte)Codes[i]] = (byte)i;
        }

        return numbers;
    }
}
