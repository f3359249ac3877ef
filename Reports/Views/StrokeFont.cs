namespace ApChaos.Reports.Views;

/// <summary>
/// Letters as strokes, for pictures of pixels: the same on every machine, whatever fonts it has. A letter stands on a grid of 4 × 6 steps,
/// with two more below the line; each pair of digits is a point (across, down from the height of a capital), and a blank lifts the pen.
/// </summary>
internal static class StrokeFont
{
    /// <summary>Steps from the height of a capital to the line that letters stand on.</summary>
    internal const int CapHeight = 6;

    private const int Space = 2;
    private const string Unknown = "0040460600";

    /// <summary>The printable characters of ASCII after the blank, in order.</summary>
    private static readonly string[] Glyphs =
    [
        "2024 2626", "1011 3031", "1016 3036 0242 0444", "413010010213334445361605 2027", "0640 1010 3636", "46120110203103041626 3644", "2021",
        "30212536", "10212516", "2125 0145 4105", "0343 2125", "2617", "1333", "2626", "0640",
        "103041453616050110", "112026 1636", "01103041420646", "01103041423323 334445361605", "36300444", "400002324345361605",
        "413010010516364544331304", "004016", "103041423313020110 1304051636454433", "051636454130100102133342",
        "2323 2626", "2323 2617", "410345", "0242 0444", "014305", "01103041422324 2626", "453616050110304144342322",
        "062046 1434", "0006 003041423303 3344453606", "4130100105163645", "0006 003041453606", "40000646 0333", "400006 0333",
        "41301001051636454323", "0006 4046 0343", "2026 1030 1636", "4045361605", "0006 4004 1346", "000646", "0600234046", "06004640",
        "103041453616050110", "06003041423303", "103041453616050110 2446", "06003041423303 2346", "413010010213334445361605",
        "0040 2026", "000516364540", "002640", "0016233640", "0046 4006", "002340 2326", "00400646",
        "30202636", "0046", "10202616", "022042", "0747", "1021",
        "4246 4332120305163645", "0006 0312324345361605", "4332120305163645", "4046 4332120305163645", "04444332120305163645", "40302126 1232",
        "4247381807 4332120305163645", "0006 0312324346", "2020 2226", "3030 32372818", "0006 4205 1446", "2026", "0206 03122326 23324346",
        "0206 0312324346", "123243453616050312", "0208 0312324345361605", "4248 4332120305163645", "0206 041232", "43321203143445361605",
        "10152636 0232", "0205163645 4246", "022642", "0216233642", "0246 4206", "0226 4218", "02420646",
        "30202213242636", "2028", "10202233242616", "0312233442",
    ];

    /// <summary>How wide a text is.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Steps of the grid.</returns>
    internal static int Width(string text)
    {
        var width = 0;
        foreach (var letter in text)
        {
            width += Advance(letter);
        }

        return width;
    }

    /// <summary>The lines of a text.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Both ends of each, in steps of the grid; y is 0 at the height of a capital. Equal ends are a dot.</returns>
    internal static IEnumerable<(int X1, int Y1, int X2, int Y2)> Strokes(string text)
    {
        var left = 0;
        foreach (var letter in text)
        {
            if (letter != ' ')
            {
                var glyph = GlyphOf(letter);
                var from = left - Extent(glyph).Left;
                foreach (var stroke in glyph.Split(' '))
                {
                    for (var i = 0; i + 3 < stroke.Length; i += 2)
                    {
                        yield return (from + Digit(stroke[i]), Digit(stroke[i + 1]), from + Digit(stroke[i + 2]), Digit(stroke[i + 3]));
                    }
                }
            }

            left += Advance(letter);
        }
    }

    private static string GlyphOf(char letter) => letter is > ' ' and <= '~' ? Glyphs[letter - '!'] : Unknown;

    private static int Advance(char letter)
    {
        if (letter == ' ')
        {
            return Space + 1;
        }

        var (left, right) = Extent(GlyphOf(letter));
        return right - left + Space;
    }

    private static (int Left, int Right) Extent(string glyph)
    {
        var (left, right, isAcross) = (int.MaxValue, 0, true);
        foreach (var sign in glyph)
        {
            if (sign == ' ')
            {
                continue;
            }

            if (isAcross)
            {
                (left, right) = (Math.Min(left, Digit(sign)), Math.Max(right, Digit(sign)));
            }

            isAcross = !isAcross;
        }

        return (left, right);
    }

    private static int Digit(char sign) => sign - '0';
}
