using System.Globalization;

namespace ApChaos.Abstractions;

/// <summary>
/// Adapter and domain of an AP queue, as the AP instructions take it: <c>(APID &lt;&lt; 8) | APQI</c> (ap-facts §1).
/// </summary>
/// <param name="Value">The 16-bit number.</param>
public readonly record struct Apqn(ushort Value) : IComparable<Apqn>
{
    /// <summary>Makes an APQN.</summary>
    /// <param name="adapter">Adapter id (APID), 0..255.</param>
    /// <param name="domain">Domain id (APQI), 0..255.</param>
    public Apqn(int adapter, int domain)
        : this((ushort)((adapter << 8) | (domain & 0xff)))
    {
    }

    /// <summary>Adapter id (APID), 0..255.</summary>
    public int Adapter => Value >> 8;

    /// <summary>Domain id (APQI), 0..255.</summary>
    public int Domain => Value & 0xff;

    /// <summary>Reads the kernel's notation <c>cc.qqqq</c>, hexadecimal.</summary>
    /// <param name="text">For instance <c>05.0004</c>.</param>
    /// <param name="apqn">The APQN.</param>
    /// <returns>Whether the text is one.</returns>
    public static bool TryParse(string text, out Apqn apqn)
    {
        apqn = default;
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        if (dot is < 1 or > 2 || text.Length - dot - 1 is < 1 or > 4
            || !int.TryParse(text.AsSpan(0, dot), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var adapter)
            || !int.TryParse(text.AsSpan(dot + 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var domain)
            || domain > 0xff)
        {
            return false;
        }

        apqn = new Apqn(adapter, domain);
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(Apqn other) => Value.CompareTo(other.Value);

    /// <summary>The kernel's notation <c>cc.qqqq</c>, hexadecimal.</summary>
    /// <returns>For instance <c>05.0004</c>.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Adapter:x2}.{Domain:x4}");
}
