using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace ApChaos.Campaigns;

/// <summary>
/// How <see cref="ChaosConfig"/> is read from JSON; the schema has been checked before. By reflection: generated readers forget the initial
/// values of init-only properties.
/// </summary>
internal static class ChaosJson
{
    internal static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        Converters = { new PlanReferenceConverter() },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    /// <summary>An entry of <c>plans</c>: a string, or an object that Hosting reads later.</summary>
    private sealed class PlanReferenceConverter : JsonConverter<PlanReference>
    {
        public override PlanReference Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.String)
            {
                return new PlanReference(reader.GetString()!);
            }

            reader.Skip();
            return new PlanReference("") { IsInline = true };
        }

        public override void Write(Utf8JsonWriter writer, PlanReference value, JsonSerializerOptions options) => writer.WriteStringValue(value.Text);
    }
}
