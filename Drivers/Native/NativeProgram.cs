using System.ComponentModel;

namespace ApChaos.Native;

/// <summary>A compiled driver: what a <see cref="NativeDriver"/> runs.</summary>
public sealed class NativeProgram
{
    private readonly SortedDictionary<long, string> _places = [];

    internal NativeProgram(KernelTree tree, string library, bool cached)
    {
        Tree = tree;
        Library = library;
        Cached = cached;
    }

    /// <summary>The tree that it was made from.</summary>
    public KernelTree Tree { get; }

    /// <summary>Whether the compiled library was there already.</summary>
    public bool Cached { get; }

    /// <summary>Id of the driver.</summary>
    public string Id => "kernel:" + Tree.Name;

    /// <summary>One line about it.</summary>
    public string Summary => $"vfio_ap_ops.c and vfio_ap_drv.c of {Tree.Path}, unmodified (era {Tree.Era})";

    /// <summary>Path of the shared library.</summary>
    internal string Library { get; }

    /// <summary>Makes a driver; each engine needs its own.</summary>
    /// <returns>The driver.</returns>
    public NativeDriver CreateDriver() => new(this);

    /// <summary>Function, file and line of an address of the library; the same text for the same address.</summary>
    /// <param name="offset">Address less the address where the library was loaded.</param>
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

    private string AskPlace(long offset)
    {
        try
        {
            // The address after a call names the next line: one back is inside it; inside an instruction it does no harm.
            var (_, output) = Compiler.Run("addr2line", ["-f", "-e", Library, $"0x{offset:x}"], null);
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
