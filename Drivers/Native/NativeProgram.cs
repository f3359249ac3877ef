using System.ComponentModel;
using System.Globalization;
using System.Text.RegularExpressions;

namespace ApChaos.Native;

/// <summary>A compiled driver: what a <see cref="NativeDriver"/> runs.</summary>
public sealed class NativeProgram
{
    private readonly SortedDictionary<long, string> _places = [];
    private (long Address, string? Name)[]? _functions;

    internal NativeProgram(KernelTree tree, NativeOptions options, string binary, bool cached)
    {
        Tree = tree;
        Options = options;
        Binary = binary;
        Cached = cached;
    }

    /// <summary>The tree that it was made from.</summary>
    public KernelTree Tree { get; }

    /// <summary>How it was compiled.</summary>
    public NativeOptions Options { get; }

    /// <summary>Whether the compiled binary was there already.</summary>
    public bool Cached { get; }

    /// <summary>Id of the driver.</summary>
    public string Id => "kernel:" + Tree.Name + (Options.MemPreempt ? "+mem-preempt" : "");

    /// <summary>One line about it.</summary>
    public string Summary => $"vfio_ap_ops.c and vfio_ap_drv.c of {Tree.Path}, unmodified (era {Tree.Era})";

    /// <summary>Path of the shared library, or of the program.</summary>
    internal string Binary { get; }

    /// <summary>How the program is started.</summary>
    internal IReadOnlyList<string> HostCommand() => Options.S390x ? ["qemu-s390x", Binary] : [Binary];

    /// <summary>Makes a driver; each engine needs its own.</summary>
    /// <returns>The driver.</returns>
    public NativeDriver CreateDriver() => new(this);

    /// <summary>Counts of lines begin anew.</summary>
    public void ForgetCoverage()
    {
        foreach (var counts in Directory.GetFiles(Path.GetDirectoryName(Binary)!, "*.gcda"))
        {
            File.Delete(counts);
        }
    }

    /// <summary>Which share of the driver's lines ran since then, and which functions never did.</summary>
    /// <returns>Lines of text; none when lines were not counted.</returns>
    public IReadOnlyList<string> Coverage() => Options.Coverage ? CoverageReport.Of(this) : [];

    /// <summary>Function, file and line of an address of the binary; the same text for the same address.</summary>
    /// <param name="offset">Address less the address where it was loaded.</param>
    internal string PlaceOf(long offset)
    {
        lock (_places)
        {
            if (!_places.TryGetValue(offset, out var place))
            {
                _places[offset] = place = AskPlace(offset);
            }

            return place;
        }
    }

    /// <summary>The function of the driver's own sources that an address is in, or null when it is none of theirs.</summary>
    /// <param name="offset">Address less the address where it was loaded.</param>
    internal string? FunctionOf(long offset)
    {
        lock (_places)
        {
            _functions ??= ReadFunctions();
        }

        var (low, high) = (0, _functions.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _functions[middle].Address <= offset ? (middle + 1, high) : (low, middle);
        }

        return low == 0 ? null : _functions[low - 1].Name;
    }

    private (long Address, string? Name)[] ReadFunctions()
    {
        // A name that the shim has as well is not the driver's, though the driver calls it.
        var own = new SortedSet<string>(TreeDescription.Shipped.Sources.SelectMany(file => Called(Tree.TextOf(file))), StringComparer.Ordinal);
        own.ExceptWith(ShimFiles.Names.Where(name => name.Contains('/', StringComparison.Ordinal)).SelectMany(name => Called(ShimFiles.Text(name))));
        try
        {
            var output = Compiler.Run("nm", ["-n", "--defined-only", Binary], null).Output;
            return
            [
                .. Regex.Matches(output, @"^([0-9a-f]+) [tT] ([\w.]+)", RegexOptions.Multiline | RegexOptions.CultureInvariant)
                    .Select(match => (long.Parse(match.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture), match.Groups[2].Value.Split('.')[0]))
                    .Select(function => (function.Item1, own.Contains(function.Item2) ? function.Item2 : null)),
            ];
        }
        catch (Win32Exception)
        {
            return [];
        }
    }

    private static IEnumerable<string> Called(string text) =>
        Regex.Matches(text, @"\b([A-Za-z_]\w*)\s*\(", RegexOptions.CultureInvariant).Select(match => match.Groups[1].Value);

    private string AskPlace(long offset)
    {
        try
        {
            // The address after a call names the next line: one back is inside it; inside an instruction it does no harm.
            var (_, output) = Compiler.Run(Options.S390x ? "s390x-linux-gnu-addr2line" : "addr2line", ["-f", "-e", Binary, $"0x{offset:x}"], null);
            var lines = output.Split('\n');
            var file = lines.Length > 1 ? lines[1].Split(' ')[0] : "??";
            return lines[0].Length == 0 || lines[0] == "??" ? "code outside the driver" : $"{lines[0]} ({file[(file.LastIndexOf('/') + 1)..]})";
        }
        catch (Win32Exception)
        {
            return $"offset 0x{offset:x} of the driver (addr2line is not there)";
        }
    }
}
