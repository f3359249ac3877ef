// What a property of chaos.json allows, said once: ChaosSchema writes it into the JSON Schema.

namespace ApChaos.Campaigns;

/// <summary>Examples, for completion in editors. On a list: examples of items.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ExampleAttribute(params object[] values) : Attribute
{
    public IReadOnlyList<object> Values => values;
}

/// <summary>Bounds of a number, or of each number of a list.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class BetweenAttribute(int minimum, int maximum) : Attribute
{
    public int Minimum => minimum;

    public int Maximum => maximum;
}

/// <summary>Bounds of the length of a text.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class LengthAttribute(int minimum, int maximum) : Attribute
{
    public int Minimum => minimum;

    public int Maximum => maximum;
}

/// <summary>How many items a list may have.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ItemsAttribute(int minimum, int maximum) : Attribute
{
    public int Minimum => minimum;

    public int Maximum => maximum;

    public bool Unique { get; init; }
}

/// <summary>The text is a duration in virtual time.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class DurationAttribute : Attribute;
