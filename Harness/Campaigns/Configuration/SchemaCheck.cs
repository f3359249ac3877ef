// Checks a text against Harness/chaos.schema.json and says the first thing that is wrong in one line. NJsonSchema validates a copy of the
// text whose every token knows the place it came from.
//
// Plans in place are not looked into: Hosting reads them, knows the faults and their options, and has better words.

using System.Text.Json;
using ApChaos.Abstractions;
using ApChaos.Hosting;
using Newtonsoft.Json.Linq;
using NJsonSchema;
using NJsonSchema.Validation;

namespace ApChaos.Campaigns;

/// <summary>The schema's part of the checks of chaos.json.</summary>
internal sealed class SchemaCheck
{
    private readonly Dictionary<JToken, (int Line, int Column)> _places = new(ReferenceEqualityComparer.Instance);
    private readonly ConfigSource _source;

    private SchemaCheck(ConfigSource source) => _source = source;

    /// <summary>Refuses a text that does not fit the schema.</summary>
    /// <param name="source">The text.</param>
    internal static void Check(ConfigSource source)
    {
        var schema = JsonSchema.FromJsonAsync(SchemaText()).GetAwaiter().GetResult();
        var check = new SchemaCheck(source);
        var first = schema.Validate(check.Copy(source.Root))
            .Where(error => !IsInPlan(error.Token))
            .Select(Innermost)
            .OrderBy(error => check._places[error.Token!])
            .FirstOrDefault();
        if (first is not null)
        {
            var (line, column) = check._places[first.Token!];
            throw new InputException(Explain(first), source.File, line, column);
        }
    }

    /// <summary>Of an entry that is wrong inside, what is wrong; alternatives are explained together.</summary>
    private static ValidationError Innermost(ValidationError error) =>
        error is ChildSchemaValidationError { Kind: not ValidationErrorKind.NotAnyOf } outer && outer.Errors.Values.SelectMany(inner => inner).FirstOrDefault() is { } first
            ? Innermost(first)
            : error;

    private static string SchemaText()
    {
        using var stream = typeof(SchemaCheck).Assembly.GetManifestResourceStream("chaos.schema.json")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private JToken Copy(PlacedJson json)
    {
        JToken copy = json.Kind switch
        {
            JsonTokenType.StartObject => new JObject(json.Properties.Select(property =>
            {
                var name = new JProperty(property.Name, Copy(property.Value));
                _places.Add(name, (property.Line, property.Column));
                return name;
            })),
            JsonTokenType.StartArray => new JArray(json.Items.Select(Copy)),
            JsonTokenType.String => new JValue(json.Text),
            JsonTokenType.Number => Number(json.Text),
            JsonTokenType.True => new JValue(true),
            JsonTokenType.False => new JValue(false),
            _ => JValue.CreateNull(),
        };
        _places.Add(copy, (json.Line, json.Column));
        return copy;
    }

    private static JValue Number(string text) =>
        long.TryParse(text, out var whole) ? new JValue(whole)
        : double.TryParse(text, out var number) ? new JValue(number)
        : new JValue(double.NaN);

    private static bool IsInPlan(JToken? token) =>
        token is not null && token.AncestorsAndSelf().Any(part => part is JObject { Parent: JArray { Parent: JProperty { Name: "plans", Parent.Parent: null } } });

    private static string Explain(ValidationError error)
    {
        var name = NameOf(error.Token!);
        var entries = error.Token is JContainer container ? container.Count : 0;
        return error.Kind switch
        {
            ValidationErrorKind.NoAdditionalPropertiesAllowed => InputText.Unknown("property", error.Property ?? "", [.. error.Schema.Properties.Keys]),
            ValidationErrorKind.ItemsNotUnique => $"{name} has {Repeated((JArray)error.Token!)} twice; expected each entry once",
            ValidationErrorKind.TooFewItems or ValidationErrorKind.TooManyItems => $"{name} has {entries} entries; expected {Expectation(error.Schema)}",
            ValidationErrorKind.TooManyProperties => $"{name} has {entries} entries; expected at most {error.Schema.MaxProperties}",
            ValidationErrorKind.PatternMismatch => $"{name} is {Shown(error.Token)}; expected {DurationExpected(error.Token!.ToString())}",
            ValidationErrorKind.NotAnyOf => $"{name} is {Shown(error.Token)}; expected {string.Join(", or ", error.Schema.AnyOf.Select(one => Expectation(one.ActualSchema)))}",
            _ => $"{name} is {Shown(error.Token)}; expected {Expectation(error.Schema)}",
        };
    }

    private static string NameOf(JToken token)
    {
        var path = token.AncestorsAndSelf().Reverse().Select(part => part switch
        {
            JProperty property => property.Name,
            { Parent: JArray list } => $"{list.IndexOf(part)}",
            _ => "",
        }).Where(segment => segment.Length > 0).ToList();
        return path.Count == 0 ? "the file" : InputText.Quote(string.Join('/', path));
    }

    private static string Repeated(JArray items) =>
        Shown(items.First(item => items.Count(other => JToken.DeepEquals(item, other)) > 1));

    private static string DurationExpected(string text) =>
        VirtualTime.TryParse(text, out _, out var expected)
            ? "a duration that ends, such as 120s"
            : expected.Replace(", 1.5s or never", " or 1.5s").Replace(", or never", "");

    private static string Expectation(JsonSchema schema)
    {
        var numbers = schema.Minimum is { } minimum && schema.Maximum is { } maximum ? $" from {minimum} to {maximum}" : "";
        return schema.Type switch
        {
            JsonObjectType.Integer => "a whole number" + numbers,
            JsonObjectType.String when schema.MaxLength is { } longest => $"a text of {schema.MinLength ?? 0} to {longest} characters",
            JsonObjectType.String when schema.MinLength > 0 => "a text that is not empty",
            JsonObjectType.String when schema.Pattern == ChaosSchema.DurationPattern => "a text with a duration such as 20ms",
            JsonObjectType.String => "a text",
            JsonObjectType.Array when schema.MaxItems > 0 => $"a list of {schema.MinItems} to {schema.MaxItems} entries",
            JsonObjectType.Array => "a list",
            JsonObjectType.Object when schema.Properties.Count > 0 => $"an object with {string.Join(", ", schema.Properties.Keys)}",
            _ => "an object",
        };
    }

    private static string Shown(JToken? token) => token switch
    {
        null => "nothing",
        JProperty property => Shown(property.Value),
        JObject => "an object",
        JArray => "a list",
        { Type: JTokenType.Null } => "null",
        { Type: JTokenType.String } => InputText.Quote(token.ToString()),
        _ => token.ToString(Newtonsoft.Json.Formatting.None),
    };
}
