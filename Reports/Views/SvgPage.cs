using System.Globalization;
using System.Text;
using System.Xml;

namespace ApChaos.Reports.Views;

/// <summary>
/// A picture of rectangles, lines and texts. The charts here are bars and maps of cells: that needs no library, and one would put half a
/// gigabyte of native code beside the command.
/// </summary>
internal sealed class SvgPage : IDisposable
{
    /// <summary>Colours that are told apart in print and by most eyes.</summary>
    internal const string Safe = "#92c5de", Violated = "#d6604d", Unknown = "#e0e0e0", Open = "#c2a5cf", Ink = "#222222", Faint = "#666666";

    private readonly MemoryStream _bytes = new();
    private readonly XmlWriter _xml;

    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="title">What it is called.</param>
    /// <param name="description">What it shows, for those who cannot see it.</param>
    /// <param name="fluid">Whether it takes the width of what it stands in, and no more than its height.</param>
    internal SvgPage(int width, int height, string title, string description, bool fluid = false)
    {
        _xml = XmlWriter.Create(_bytes, new XmlWriterSettings { Indent = true, NewLineChars = "\n", Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), OmitXmlDeclaration = true });
        _xml.WriteStartElement("svg", "http://www.w3.org/2000/svg");
        Attributes(("viewBox", $"0 0 {width} {height}"), ("width", fluid ? "100%" : $"{width}"), ("height", $"{height}"), ("preserveAspectRatio", "xMinYMin meet"), ("role", "img"), ("font-family", "sans-serif"), ("font-size", "12"));
        _xml.WriteElementString("title", Texts.PlainText.Of(title));
        _xml.WriteElementString("desc", Texts.PlainText.Of(description));
        Rectangle(0, 0, width, height, "#ffffff");
    }

    internal void Rectangle(double x, double y, double width, double height, string fill, string? tip = null)
    {
        _xml.WriteStartElement("rect");
        Attributes(("x", N(x)), ("y", N(y)), ("width", N(width)), ("height", N(height)), ("fill", fill));
        if (tip is not null)
        {
            _xml.WriteElementString("title", Texts.PlainText.Of(tip));
        }

        _xml.WriteEndElement();
    }

    internal void Line(double x1, double y1, double x2, double y2, string stroke, double width = 1)
    {
        _xml.WriteStartElement("line");
        Attributes(("x1", N(x1)), ("y1", N(y1)), ("x2", N(x2)), ("y2", N(y2)), ("stroke", stroke), ("stroke-width", N(width)));
        _xml.WriteEndElement();
    }

    internal void Text(double x, double y, string text, string anchor = "start", string fill = Ink, int size = 12)
    {
        _xml.WriteStartElement("text");
        Attributes(("x", N(x)), ("y", N(y)), ("text-anchor", anchor), ("fill", fill), ("font-size", N(size)));
        _xml.WriteString(Texts.PlainText.Of(text));
        _xml.WriteEndElement();
    }

    /// <summary>The picture.</summary>
    internal string ToText()
    {
        _xml.WriteEndElement();
        _xml.Flush();
        return Encoding.UTF8.GetString(_bytes.GetBuffer(), 0, (int)_bytes.Length) + "\n";
    }

    public void Dispose()
    {
        _xml.Dispose();
        _bytes.Dispose();
    }

    private void Attributes(params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        foreach (var (name, value) in attributes)
        {
            _xml.WriteAttributeString(name, value);
        }
    }

    private static string N(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);
}
