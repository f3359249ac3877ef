using System.Net;
using System.Security.Cryptography;
using System.Text;
using ApChaos.Campaigns;
using ApChaos.Campaigns.Shrinking;
using ApChaos.Reports.Html;
using ApChaos.Reports.Texts;
using ApChaos.Reports.Views;

namespace ApChaos.Reports;

/// <summary>
/// The result as one page for a browser: matrix, violations, and the timeline of each with the machine's state at every step. It needs no
/// server and loads nothing.
/// </summary>
/// <remarks>
/// The rule to know: what comes from drivers, plans and profiles is data, never markup. It goes into script elements of a type that no
/// browser runs, with every character escaped that HTML gives a meaning to; the page's own script puts it into text nodes. The page's
/// policy allows that one script and that one style sheet, by their hashes, and no request at all.
/// </remarks>
public sealed class HtmlReport : ReportFormat
{
    /// <summary>Name and version of the data in the page; for the page's own script alone.</summary>
    internal const string Schema = "apchaos.html/1";

    private static readonly string Script = Asset("report.js");
    private static readonly string Style = Asset("report.css");
    private static readonly string Licences = Asset("LICENCES.txt");

    /// <inheritdoc/>
    public override string Id => "html";

    /// <inheritdoc/>
    public override string Summary => "the result for a browser, one file: matrix, timelines, the machine's state at each step";

    /// <inheritdoc/>
    public override string FileName => "report.html";

    /// <inheritdoc/>
    public override void Write(CampaignResult result, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(result);
        Write(result, HistorySelection.Of(result), writer);
    }

    /// <summary>The page of one replayed history.</summary>
    /// <param name="result">A result of one cell with at most one violation.</param>
    /// <param name="timeline">Its history; shown whether or not it holds a violation.</param>
    /// <param name="shrinking">What shrinking came to, when that history is its result; shown with its certificate, twin and point of no return.</param>
    /// <returns>The page.</returns>
    public static string OfReplay(CampaignResult result, Timeline timeline, ShrinkReport? shrinking = null)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(timeline);
        using var writer = new StringWriter { NewLine = "\n" };
        Write(result, HistorySelection.OfReplay(result, timeline), writer, shrinking);
        return writer.ToString();
    }

    private static void Write(CampaignResult result, HistorySelection histories, TextWriter writer, ShrinkReport? shrinking = null)
    {
        ArgumentNullException.ThrowIfNull(writer);
        var data = new PageData(result, histories, shrinking);
        var policy = $"default-src 'none'; script-src '{HashOf(Script)}'; style-src '{HashOf(Style)}'; base-uri 'none'; form-action 'none'; "
            + "require-trusted-types-for 'script'; trusted-types 'none'";
        writer.Write($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="{policy}">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="referrer" content="no-referrer">
            <title>ApChaos: {WebUtility.HtmlEncode(PlainText.Of(result.Verdict))}</title>
            <style>{Style}</style>
            </head>
            <body>
            <noscript>This page draws itself: it needs JavaScript, but no network. The formats text and json hold the same results.</noscript>
            <div id="app"></div>
            <pre id="licences" hidden>{WebUtility.HtmlEncode(Licences)}</pre>

            """.ReplaceLineEndings("\n"));
        WriteSweeps(result, writer);
        foreach (var (id, json) in data.Parts())
        {
            writer.Write($"<script type=\"application/json\" id=\"{id}\">{json}</script>\n");
        }

        writer.Write($"<script>{Script}</script>\n</body>\n</html>\n");
    }

    /// <summary>The envelope maps, below what the page draws. They are pictures that are written as XML: no text in them can be markup.</summary>
    private static void WriteSweeps(CampaignResult result, TextWriter writer)
    {
        if (result.Sweeps.Count == 0)
        {
            return;
        }

        writer.Write("<section class=\"sweeps\" aria-labelledby=\"sweeps\">\n<h2 id=\"sweeps\">Where each driver is safe</h2>\n");
        foreach (var sweep in result.Sweeps)
        {
            writer.Write($"<figure>\n{SweepView.ToSvg(sweep, fluid: true)}</figure>\n");
        }

        writer.Write("</section>\n");
    }

    private static string HashOf(string text) => "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Asset(string name)
    {
        using var stream = typeof(HtmlReport).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"the asset {name} is not in the assembly");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
