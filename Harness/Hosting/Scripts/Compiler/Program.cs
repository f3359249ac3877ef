// The child process: reads requests from standard input until its end, answers each on standard output. Compiles, and evaluates plans
// within the limits of its arguments. Started by Hosting only; the protocol is BinaryReader's, both sides come from one build:
//
//   request   byte kind (0 plan, 1 driver), string source
//   answer    byte state (0 done, 1 refused, 2 refused and the process ends, 3 a fault of ours), int line, int column, int length, bytes (UTF-8 or an assembly)

using System.Runtime.InteropServices;
using System.Text;
using ApChaos.Scripts.Compiling;

namespace ApChaos.Scripts;

/// <summary>The program.</summary>
internal static class Program
{
    private const int StackBytes = 64 << 20;

    private static int Main(string[] arguments)
    {
        if (arguments is not [var cpuLimitText] || !int.TryParse(cpuLimitText, out var cpuLimitMs))
        {
            Console.Error.WriteLine("apchaos: this program compiles scripts for ApChaos and is not started by hand");
            return 2;
        }

        // The parent decides when it is over: it closes standard input.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        using var requests = new BinaryReader(Console.OpenStandardInput(), Encoding.UTF8);
        using var answers = new BinaryWriter(Console.OpenStandardOutput(), Encoding.UTF8);
        while (true)
        {
            byte kind;
            string source;
            try
            {
                kind = requests.ReadByte();
                source = requests.ReadString();
            }
            catch (Exception e) when (e is EndOfStreamException or IOException)
            {
                return 0;
            }

            var answer = Answer.Make(kind, source, cpuLimitMs, StackBytes);
            answers.Write((byte)answer.State);
            answers.Write(answer.Line);
            answers.Write(answer.Column);
            answers.Write(answer.Bytes.Length);
            answers.Write(answer.Bytes);
            answers.Flush();
            if (answer.State == AnswerState.RefusedForGood)
            {
                // The script may still be running, or has left the heap full.
                Environment.Exit(0);
            }
        }
    }
}
