using System.Reflection;
using System.Runtime.CompilerServices;

namespace ApChaos.Abstractions;

/// <summary>Where the references of a state machine lie.</summary>
internal static class FrameLayout
{
    private const BindingFlags Fields = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>How many references a record begins with, if all that it has are there; -1 if that is not so, or if it is no record.</summary>
    internal static int LeadingReferences<T>()
    {
        if (!typeof(T).IsValueType)
        {
            return -1;
        }

        if (!RuntimeHelpers.IsReferenceOrContainsReferences<T>())
        {
            return 0;
        }

        var fields = typeof(T).GetFields(Fields);
        var references = fields.Where(field => !field.FieldType.IsValueType).ToArray();
        if (fields.Any(field => field.FieldType.IsValueType && HasReferences(field.FieldType)))
        {
            return -1;
        }

        // Not taken for granted, but tried: objects at the beginning must be found in the fields.
        T probe = default!;
        var marks = references.Select(_ => new object()).ToArray();
        for (var i = 0; i < marks.Length; i++)
        {
            Unsafe.Add(ref Unsafe.As<T, object>(ref probe), i) = marks[i];
        }

        object boxed = probe!;
        return marks.All(mark => references.Any(field => ReferenceEquals(field.GetValue(boxed), mark))) ? marks.Length : -1;
    }

    private static bool HasReferences(Type type) => !type.IsPrimitive && !type.IsEnum && type.GetFields(Fields)
        .Any(field => field.FieldType.IsValueType ? field.FieldType != type && HasReferences(field.FieldType) : !field.FieldType.IsPointer);
}
