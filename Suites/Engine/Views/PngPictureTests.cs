using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using ApChaos.Reports.Views;

namespace ApChaos.Suites.Engine.Views;

/// <summary>Pictures of pixels, read back as any viewer reads them.</summary>
[TestFixture]
public sealed class PngPictureTests
{
    private const int Channels = 3;

    [Test]
    public void Shapes_are_where_the_svg_has_them()
    {
        Pixels pixels = Read("""
            <svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><title>not painted</title>
            <rect x="0" y="0" width="40" height="20" fill="#ffffff"/><rect x="10" y="5" width="4" height="4" fill="#d6604d"><title>tip</title></rect>
            <line x1="20" y1="2" x2="20" y2="18" stroke="#0000ff" stroke-width="2"/></svg>
            """);
        Assert.That((pixels.Width, pixels.Height), Is.EqualTo((80, 40)));
        Assert.That(pixels.At(20, 10), Is.EqualTo(0xd6604d));
        Assert.That(pixels.At(27, 17), Is.EqualTo(0xd6604d));
        Assert.That((pixels.At(19, 10), pixels.At(28, 10), pixels.At(20, 18)), Is.EqualTo((0xffffff, 0xffffff, 0xffffff)));
        Assert.That(pixels.At(40, 20), Is.EqualTo(0x0000ff));
    }

    [TestCase("start", 30, 60)]
    [TestCase("middle", 0, 60)]
    [TestCase("end", 0, 30)]
    public void A_text_lies_on_the_side_that_its_anchor_says(string anchor, int from, int to)
    {
        Pixels pixels = Read($"""
            <svg xmlns="http://www.w3.org/2000/svg" width="60" height="20"><text x="30" y="15" text-anchor="{anchor}" fill="#000000" font-size="12">Hy1</text></svg>
            """);
        int[] dark = [.. Enumerable.Range(0, pixels.Width).Where(x => Enumerable.Range(0, pixels.Height).Any(y => pixels.At(x, y) < 0x808080))];
        Assert.That(dark, Is.Not.Empty);
        Assert.That(dark[0], Is.GreaterThanOrEqualTo((from * PngPicture.Scale) - 2));
        Assert.That(dark[^1], Is.LessThanOrEqualTo((to * PngPicture.Scale) + 2));
    }

    [Test]
    public void Every_letter_differs_from_every_other()
    {
        string[] letters = [.. Enumerable.Range('!', '~' - '!' + 1).Select(letter => string.Join(' ', StrokeFont.Strokes(((char)letter).ToString())))];
        Assert.That(letters, Is.All.Not.Empty);
        Assert.That(letters.GroupBy(strokes => strokes).Where(same => same.Count() > 1).Select(same => same.Count()), Is.EqualTo([2]), "the capital O is the zero, and nothing else is the same");
        Assert.That(StrokeFont.Strokes("\u00e9"), Is.Not.Empty, "what the font has not is a box");
    }

    private static Pixels Read(string svg)
    {
        byte[] file = PngPicture.Of(svg);
        Assert.That(file[..8], Is.EqualTo(new byte[] { 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a }));
        Assert.That(Convert.ToHexString(file[^12..]), Is.EqualTo("0000000049454E44AE426082"), "the end of any PNG, with its checksum");
        int width = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(16)), height = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(20));
        Assert.That(Encoding.ASCII.GetString(file, 37, 4), Is.EqualTo("IDAT"));
        using var zlib = new ZLibStream(new MemoryStream(file, 41, BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(33))), CompressionMode.Decompress);
        byte[] rows = new byte[height * ((width * Channels) + 1)];
        zlib.ReadExactly(rows);
        return new Pixels(width, height, rows);
    }

    private sealed record Pixels(int Width, int Height, byte[] Rows)
    {
        internal int At(int x, int y)
        {
            int at = (y * ((Width * Channels) + 1)) + 1 + (x * Channels);
            return (Rows[at] << 16) | (Rows[at + 1] << 8) | Rows[at + 2];
        }
    }
}
