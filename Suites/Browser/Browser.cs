using System.Globalization;
using System.Text.Json;
using OpenQA.Selenium;
using OpenQA.Selenium.Chrome;
using OpenQA.Selenium.Interactions;

namespace ApChaos.Suites.Browser;

/// <summary>A headless Chromium with one page from disk. At its end it must have seen no error, no request but for the page, no dialog.</summary>
internal sealed class Browser : IDisposable
{
    private readonly ChromeDriverService service;
    private readonly ChromeDriver driver;
    private readonly List<string> errors = [];

    public Browser()
    {
        Requires.Chromium();
        var options = new ChromeOptions { BinaryLocation = Requires.Find("chromium")!, UnhandledPromptBehavior = UnhandledPromptBehavior.Ignore };
        options.AddArguments(
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--window-size=1400,1000");
        options.SetLoggingPreference(LogType.Browser, LogLevel.All);
        options.SetLoggingPreference("performance", LogLevel.All);
        service = ChromeDriverService.CreateDefaultService(Requires.Find("chromedriver"));
        service.SuppressInitialDiagnosticInformation = true;
        service.EnableVerboseLogging = false;
        driver = new ChromeDriver(service, options, TimeSpan.FromMinutes(3));
        driver.Manage().Timeouts().AsynchronousJavaScript = TimeSpan.FromMinutes(3);
    }

    /// <summary>Whether the page's own policy is left out: accessibility rules are a script that is not the page's.</summary>
    public Browser WithoutPolicy()
    {
        driver.ExecuteCdpCommand("Page.enable", []);
        driver.ExecuteCdpCommand("Page.setBypassCSP", new() { ["enabled"] = true });
        return this;
    }

    public Browser Open(string url)
    {
        driver.Navigate().GoToUrl("about:blank");
        driver.Navigate().GoToUrl(url);
        return this;
    }

    public IWebElement Find(string css) => driver.FindElement(By.CssSelector(css));

    public IReadOnlyList<IWebElement> All(string css) => driver.FindElements(By.CssSelector(css));

    public string Text(string css) => Find(css).Text;

    public T Script<T>(string script, params object[] arguments) => (T)driver.ExecuteScript(script, arguments)!;

    /// <summary>A number of the page. A whole one, which measured times are too now and then, arrives as another type than a broken one.</summary>
    public double Number(string script) => Convert.ToDouble(driver.ExecuteScript(script), CultureInfo.InvariantCulture);

    public JsonElement Wait(string script) => JsonDocument.Parse((string)driver.ExecuteAsyncScript(script)!).RootElement;

    /// <summary>Keys to whatever has the focus.</summary>
    public void Press(params string[] keys)
    {
        foreach (string key in keys)
            new Actions(driver).SendKeys(key).Perform();
    }

    /// <summary>What the system wishes: light or dark. The page has heard of it when this returns.</summary>
    public void Wish(string scheme)
    {
        driver.ExecuteCdpCommand(
            "Emulation.setEmulatedMedia",
            new() { ["features"] = new[] { new Dictionary<string, object> { ["name"] = "prefers-color-scheme", ["value"] = scheme } } });

        // A page is told when it is drawn the next time.
        Wait("const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done('null')));");
    }

    public void Resize(int width, int height, bool mobile) => driver.ExecuteCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        new() { ["width"] = width, ["height"] = height, ["deviceScaleFactor"] = 2, ["mobile"] = mobile });

    public byte[] Print() => driver.Print(new PrintOptions { OutputBackgroundImages = true }).AsByteArray;

    /// <summary>Fails if the page said anything on its console or asked anybody for anything.</summary>
    public void AssertCalm()
    {
        errors.AddRange(driver.Manage().Logs.GetLog(LogType.Browser).Select(entry => entry.Message));
        Assert.That(errors, Is.Empty, "console");
        Assert.That(Requests().Where(url => !url.StartsWith("file:", StringComparison.Ordinal) && url != "about:blank"), Is.Empty, "requests");
        Assert.That(Requests().Count(url => url.StartsWith("file:", StringComparison.Ordinal)), Is.LessThanOrEqualTo(1), "files");
        Assert.That(() => driver.SwitchTo().Alert(), Throws.InstanceOf<NoAlertPresentException>(), "dialogs");
    }

    public void Dispose()
    {
        driver.Dispose();
        service.Dispose();
    }

    private IEnumerable<string> Requests() => driver.Manage().Logs.GetLog("performance")
        .Select(entry => JsonDocument.Parse(entry.Message).RootElement.GetProperty("message"))
        .Where(message => message.GetProperty("method").GetString() == "Network.requestWillBeSent")
        .Select(message => message.GetProperty("params").GetProperty("request").GetProperty("url").GetString()!);
}
