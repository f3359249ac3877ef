using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Xml.Linq;

namespace ApChaos.Reports.Views;

/// <summary>
/// A picture of ours as PNG, for where SVG is not shown: the rectangles, lines and texts that <see cref="SvgPage"/> writes, and nothing else
/// of SVG. No font and no native code of the machine has a part in it, so that the same picture has the same pixels everywhere.
/// </summary>
public static class PngPicture
{
    /// <summary>Pixels for each unit of the picture, across and down: it is sharp on fine screens as well.</summary>
    public const int Scale = 2;

    private const int Channels = 3;
    private const double TextStroke = 1.2;

    private static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1a, (byte)'\n'];

    /// <summary>Paints a picture.</summary>
    /// <param name="svg">What a view drew.</param>
    /// <returns>The file.</returns>
    public static byte[] Of(string svg)
    {
        var root = XElement.Parse(svg);
        var canvas = new Canvas((int)Number(root, "width") * Scale, (int)Number(root, "height") * Scale);
        foreach (var shape in root.Elements())
        {
            Paint(canvas, shape);
        }

        return Encode(canvas);
    }

    private static void Paint(Canvas canvas, XElement shape)
    {
        switch (shape.Name.LocalName)
        {
            case "rect":
                canvas.Rectangle(Scaled(shape, "x"), Scaled(shape, "y"), Scaled(shape, "width"), Scaled(shape, "height"), Color(shape, "fill"));
                break;

            case "line":
                canvas.Line(Scaled(shape, "x1"), Scaled(shape, "y1"), Scaled(shape, "x2"), Scaled(shape, "y2"), Scaled(shape, "stroke-width"), Color(shape, "stroke"));
                break;

            case "text":
                Write(canvas, shape);
                break;
        }
    }

    /// <summary>Letters are as high as those of common fonts of that size: a capital has 0.7 of it.</summary>
    private static void Write(Canvas canvas, XElement shape)
    {
        var step = Scaled(shape, "font-size") * 0.7 / StrokeFont.CapHeight;
        var width = StrokeFont.Width(shape.Value) * step;
        var left = Scaled(shape, "x") - (shape.Attribute("text-anchor")?.Value switch { "middle" => width / 2, "end" => width, _ => 0 });
        var top = Scaled(shape, "y") - (StrokeFont.CapHeight * step);
        var color = Color(shape, "fill");
        foreach (var (x1, y1, x2, y2) in StrokeFont.Strokes(shape.Value))
        {
            canvas.Line(left + (x1 * step), top + (y1 * step), left + (x2 * step), top + (y2 * step), TextStroke * Scale, color);
        }
    }

    private static double Scaled(XElement shape, string name) => Number(shape, name) * Scale;

    private static double Number(XElement shape, string name) => double.Parse(shape.Attribute(name)!.Value, CultureInfo.InvariantCulture);

    private static int Color(XElement shape, string name) => int.Parse(shape.Attribute(name)!.Value.AsSpan(1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static byte[] Encode(Canvas canvas)
    {
        using var file = new MemoryStream();
        file.Write(Signature);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, canvas.Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], canvas.Height);
        (header[8], header[9]) = (8, 2); // 8 bits a channel, red green blue
        WriteChunk(file, "IHDR", header);
        using (var packed = new MemoryStream())
        {
            using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            {
                for (var row = 0; row < canvas.Height; row++)
                {
                    zlib.WriteByte(0); // no filter
                    zlib.Write(canvas.Row(row));
                }
            }

            WriteChunk(file, "IDAT", packed.GetBuffer().AsSpan(0, (int)packed.Length));
        }

        WriteChunk(file, "IEND", []);
        return file.ToArray();
    }

    private static void WriteChunk(MemoryStream file, string type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. data];
        file.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32(body));
        file.Write(number);
    }

    /// <summary>The checksum of PNG's chunks (ISO 3309), bit by bit: pictures are small.</summary>
    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ (0xEDB88320u & (0u - (crc & 1)));
            }
        }

        return ~crc;
    }

    /// <summary>Pixels that begin white.</summary>
    private sealed class Canvas
    {
        private readonly byte[] _pixels;

        internal Canvas(int width, int height)
        {
            (Width, Height) = (width, height);
            _pixels = new byte[width * height * Channels];
            Array.Fill(_pixels, byte.MaxValue);
        }

        internal int Width { get; }

        internal int Height { get; }

        internal ReadOnlySpan<byte> Row(int row) => _pixels.AsSpan(row * Width * Channels, Width * Channels);

        internal void Rectangle(double x, double y, double width, double height, int color)
        {
            for (var row = (int)y; row < (int)Math.Ceiling(y + height); row++)
            {
                for (var column = (int)x; column < (int)Math.Ceiling(x + width); column++)
                {
                    Blend(column, row, color, Overlap(column, x, width) * Overlap(row, y, height));
                }
            }
        }

        /// <summary>A line with round ends: a pixel is covered as far as its middle is near enough.</summary>
        internal void Line(double x1, double y1, double x2, double y2, double width, int color)
        {
            var reach = (width / 2) + 0.5;
            var (dx, dy) = (x2 - x1, y2 - y1);
            var length = (dx * dx) + (dy * dy);
            for (var row = (int)(Math.Min(y1, y2) - reach); row <= (int)(Math.Max(y1, y2) + reach); row++)
            {
                for (var column = (int)(Math.Min(x1, x2) - reach); column <= (int)(Math.Max(x1, x2) + reach); column++)
                {
                    var (px, py) = (column + 0.5 - x1, row + 0.5 - y1);
                    var along = length == 0 ? 0 : Math.Clamp(((px * dx) + (py * dy)) / length, 0, 1);
                    var (offX, offY) = (px - (along * dx), py - (along * dy));
                    Blend(column, row, color, Math.Clamp(reach - Math.Sqrt((offX * offX) + (offY * offY)), 0, 1));
                }
            }
        }

        private static double Overlap(int pixel, double from, double length) => Math.Clamp(Math.Min(pixel + 1, from + length) - Math.Max(pixel, from), 0, 1);

        private void Blend(int column, int row, int color, double cover)
        {
            if (column < 0 || row < 0 || column >= Width || row >= Height)
            {
                return;
            }

            var at = ((row * Width) + column) * Channels;
            for (var channel = 0; channel < Channels; channel++)
            {
                var wanted = (color >> (16 - (8 * channel))) & 0xff;
                _pixels[at + channel] = (byte)Math.Round(_pixels[at + channel] + ((wanted - _pixels[at + channel]) * cover));
            }
        }
    }
}
