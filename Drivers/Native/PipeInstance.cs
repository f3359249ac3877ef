using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ApChaos.Native;

/// <summary>
/// The driver in a program of its own, reached over its standard input and output: for sanitizers, which must be loaded first, for other
/// architectures, and for drivers that are not trusted. When that program dies, the run ends with what is known of its death, and the next
/// run begins in a new one.
/// </summary>
/// <remarks>
/// A command is 72 bytes: number, thread, message; numbers are little-endian. The answer to a resume is the message, the lengths of its
/// text and of the view, and both; the answer to all others one message.
/// </remarks>
internal sealed unsafe class PipeInstance : NativeInstance
{
    private const int MessageBytes = 64;
    private const int CommandBytes = 8 + MessageBytes;
    private const int TextBytesMax = 4096;

    private readonly byte* _text = (byte*)NativeMemory.AllocZeroed(TextBytesMax + 1);
    private readonly View* _view = (View*)NativeMemory.AllocZeroed((nuint)sizeof(View));
    private readonly byte[] _command = new byte[CommandBytes];
    private readonly byte[] _answer = new byte[MessageBytes + 8];
    private readonly byte[] _shape = new byte[sizeof(Shape)];
    private Process? _host;
    private Stream _to = Stream.Null;
    private Stream _from = Stream.Null;
    private bool _hasView;

    internal PipeInstance(NativeProgram program, BootShape shape)
        : base(program, shape) => Mailbox = (NativeMessage*)NativeMemory.AllocZeroed(MessageBytes);

    private enum Command
    {
        Init = 1,
        Begin = 2,
        Resume = 3,
        Snapshot = 4,
        Restore = 5,
    }

    protected override void Init(Shape* shape)
    {
        Start();
        new ReadOnlySpan<byte>(shape, sizeof(Shape)).CopyTo(_shape);
        if (!Send(Command.Init, 0, _shape) || !ReadAnswer(MessageBytes))
        {
            throw new KernelTreeException($"the driver's process ended before anything ran{Death()}");
        }

        if (Mailbox->A != Protocol)
        {
            throw new KernelTreeException($"{Program.Binary} was made by another version; expected protocol {Protocol}");
        }

        Base = Mailbox->D;
        _hasView = Mailbox->B != 0;
    }

    protected override int BeginThread(int entry, long a, long b, long c, long d)
    {
        *Mailbox = new NativeMessage { A = entry, D = a, E = b, R0 = c, R1 = d };

        // A thread that cannot begin is resumed all the same: that tells of the death.
        return Send(Command.Begin, 0, []) && ReadAnswer(MessageBytes) ? Mailbox->A : 0;
    }

    protected override void ResumeThread(int thread)
    {
        if (!Send(Command.Resume, thread, []) || !ReadAnswer(MessageBytes + 8) || !ReadTextAndView())
        {
            *Mailbox = new NativeMessage { Op = (int)NativeOp.Fault, A = (int)NativeFault.Bug, Text = (long)_text };
            Put($"the driver's process ended{Death()}");
        }
    }

    protected override void Snapshot() => Acknowledged(Command.Snapshot);

    protected override bool Restore() => Acknowledged(Command.Restore);

    protected override View* ReadView() => _hasView ? _view : null;

    private void Start()
    {
        var command = Program.HostCommand();
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };

        // Leaks are judged by oracles; what is found is told over the pipe.
        start.Environment["ASAN_OPTIONS"] = "detect_leaks=0:handle_segv=0:detect_stack_use_after_return=0:log_path=/dev/null";
        _host = Process.Start(start)!;
        _to = _host.StandardInput.BaseStream;
        _from = _host.StandardOutput.BaseStream;
    }

    private bool Acknowledged(Command command) => Send(command, 0, []) && ReadAnswer(MessageBytes);

    private bool Send(Command command, int thread, byte[] more)
    {
        if (_host is null)
        {
            return false;
        }

        BinaryPrimitives.WriteInt32LittleEndian(_command, (int)command);
        BinaryPrimitives.WriteInt32LittleEndian(_command.AsSpan(4), thread);
        new ReadOnlySpan<byte>(Mailbox, MessageBytes).CopyTo(_command.AsSpan(8));
        try
        {
            _to.Write(_command);
            _to.Write(more);
            _to.Flush();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private bool ReadAnswer(int bytes)
    {
        if (!Read(_answer.AsSpan(0, bytes)))
        {
            return false;
        }

        _answer.AsSpan(0, MessageBytes).CopyTo(new Span<byte>(Mailbox, MessageBytes));
        return true;
    }

    private bool ReadTextAndView()
    {
        var text = BinaryPrimitives.ReadInt32LittleEndian(_answer.AsSpan(MessageBytes));
        var view = BinaryPrimitives.ReadInt32LittleEndian(_answer.AsSpan(MessageBytes + 4));
        if ((uint)text > TextBytesMax || (uint)view > sizeof(View) || !Read(new Span<byte>(_text, text)) || !ReadView(view))
        {
            return false;
        }

        _text[text] = 0;
        Mailbox->Text = Mailbox->Text == 0 ? 0 : (long)_text;
        return true;
    }

    /// <summary>Of each queue 16 bytes, then of each mdev.</summary>
    private bool ReadView(int bytes)
    {
        if (bytes == 0)
        {
            return true;
        }

        var queues = Queues * 16;
        return queues <= bytes && Read(new Span<byte>(_view->Queues, queues)) && Read(new Span<byte>(_view->Shadows, bytes - queues));
    }

    private bool Read(Span<byte> into)
    {
        try
        {
            _from.ReadExactly(into);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private void Put(string text)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        bytes.CopyTo(new Span<byte>(_text, TextBytesMax));
        _text[bytes.Length] = 0;
    }

    /// <summary>How it died, after a blank; empty when that is not known.</summary>
    private string Death()
    {
        if (_host is not { } host)
        {
            return "";
        }

        _to.Dispose();
        host.WaitForExit();
        var code = host.ExitCode;
        host.Dispose();
        _host = null;
        return code > 128 ? $" by signal {code - 128}" : $" with exit code {code}";
    }
}
