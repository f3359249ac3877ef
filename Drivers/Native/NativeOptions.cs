namespace ApChaos.Native;

/// <summary>How a driver of a tree is compiled and reached; what a user writes after the # of <c>kernel:PATH#pipe,mem-preempt</c>.</summary>
/// <param name="Pipe">In a program of its own, over a pipe.</param>
/// <param name="Asan">With AddressSanitizer; needs a program of its own.</param>
/// <param name="Coverage">Counts the lines that run.</param>
/// <param name="MemPreempt">Every load and store of memory that threads share is a scheduling point, and is watched for races.</param>
/// <param name="S390x">For s390x, under qemu-user; needs a program of its own.</param>
public sealed record NativeOptions(bool Pipe = false, bool Asan = false, bool Coverage = false, bool MemPreempt = false, bool S390x = false)
{
    private const string Known = "pipe, asan, coverage, mem-preempt, s390x";

    /// <summary>In this process, nothing special.</summary>
    public static NativeOptions None { get; } = new();

    /// <summary>Whether the driver is in a program of its own.</summary>
    internal bool OverPipe => Pipe || Asan || S390x;

    /// <summary>Reads what stands after the #.</summary>
    /// <param name="text">Names, separated by commas.</param>
    /// <returns>The options.</returns>
    /// <exception cref="KernelTreeException">There is an unknown name.</exception>
    public static NativeOptions Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var options = None;
        foreach (var name in text.Split(','))
        {
            options = name switch
            {
                "pipe" => options with { Pipe = true },
                "asan" => options with { Asan = true },
                "coverage" => options with { Coverage = true },
                "mem-preempt" => options with { MemPreempt = true },
                "s390x" => options with { S390x = true },
                _ => throw new KernelTreeException($"'{name}' is no option of a kernel tree; expected some of: {Known}"),
            };
        }

        return options is { Asan: true, S390x: true }
            ? throw new KernelTreeException("asan and s390x do not go together; expected one of them")
            : options;
    }

    /// <summary>The options as a user writes them, with the #; empty when there are none.</summary>
    /// <returns>For instance <c>#pipe,mem-preempt</c>.</returns>
    public override string ToString()
    {
        List<string> names = [];
        void Add(bool isOn, string name)
        {
            if (isOn)
            {
                names.Add(name);
            }
        }

        Add(Pipe, "pipe");
        Add(Asan, "asan");
        Add(Coverage, "coverage");
        Add(MemPreempt, "mem-preempt");
        Add(S390x, "s390x");
        return names.Count == 0 ? "" : "#" + string.Join(',', names);
    }
}
