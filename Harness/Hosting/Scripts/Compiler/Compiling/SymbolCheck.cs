using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ApChaos.Scripts.Compiling;

/// <summary>
/// Which types and members a script may use: those listed here, its own, and ApChaos' words. Leaving references out would not do: files,
/// threads, processes and clocks live in the core library beside int and string.
/// </summary>
internal static class SymbolCheck
{
    private const string PlanExpected = "expected words of plans, and C#'s own texts, numbers and collections";
    private const string DriverExpected = "expected the words of ApChaos.Abstractions, and C#'s own texts, numbers and collections";

    private static readonly SortedSet<string> _types = new(StringComparer.Ordinal)
    {
        "System.Object", "System.String", "System.Boolean", "System.Char", "System.Byte", "System.SByte", "System.Int16", "System.UInt16", "System.Int32", "System.UInt32",
        "System.Int64", "System.UInt64", "System.Single", "System.Double", "System.Decimal", "System.Void", "System.Math", "System.Enum", "System.ValueType",
        "System.Array", "System.Nullable`1", "System.Range", "System.Index", "System.Span`1", "System.ReadOnlySpan`1", "System.StringSplitOptions", "System.StringComparison",
        "System.StringComparer", "System.Predicate`1", "System.Comparison`1", "System.IDisposable", "System.IComparable", "System.IComparable`1", "System.IEquatable`1",
        "System.Numerics.BitOperations", "System.Text.StringBuilder",
        "System.Collections.IEnumerable", "System.Collections.IEnumerator",
        "System.Collections.Generic.IEnumerable`1", "System.Collections.Generic.IEnumerator`1", "System.Collections.Generic.ICollection`1",
        "System.Collections.Generic.IList`1", "System.Collections.Generic.IReadOnlyCollection`1", "System.Collections.Generic.IReadOnlyList`1",
        "System.Collections.Generic.IDictionary`2", "System.Collections.Generic.IReadOnlyDictionary`2", "System.Collections.Generic.ISet`1", "System.Collections.Generic.IReadOnlySet`1",
        "System.Collections.Generic.KeyValuePair`2", "System.Collections.Generic.List`1", "System.Collections.Generic.Dictionary`2", "System.Collections.Generic.HashSet`1",
        "System.Collections.Generic.Queue`1", "System.Collections.Generic.Stack`1", "System.Collections.Generic.SortedDictionary`2", "System.Collections.Generic.SortedSet`1",
        "System.Collections.Generic.SortedList`2", "System.Collections.Generic.IComparer`1", "System.Collections.Generic.Comparer`1",
        "System.Linq.Enumerable", "System.Linq.IGrouping`2", "System.Linq.ILookup`2", "System.Linq.IOrderedEnumerable`1",
    };

    private static readonly SortedSet<string> _members = new(StringComparer.Ordinal) { "GetType", "GetHashCode", "Shuffle", "DynamicInvoke", "CreateInstance" };

    /// <summary>What people try: not found because its namespace is not imported, refused all the same.</summary>
    private static readonly SortedSet<string> _tempting = new(StringComparer.Ordinal)
    {
        "Activator", "AppDomain", "Assembly", "Console", "DateTime", "DateTimeOffset", "Debugger", "Directory", "DllImport", "Environment", "File", "FileStream", "GC", "Guid",
        "HttpClient", "Interlocked", "Marshal", "Parallel", "Path", "Process", "Random", "RandomNumberGenerator", "Socket", "Stopwatch", "Task", "Thread", "ThreadPool",
        "TimeProvider", "Timer", "Type", "Unsafe",
    };

    private static readonly SortedSet<string> _namespaces = new(StringComparer.Ordinal)
    {
        "", "System", "System.Linq", "System.Collections", "System.Collections.Generic", "System.Text", "System.Numerics", "ApChaos", "ApChaos.Abstractions", "ApChaos.Scripts",
    };

    /// <summary>Refuses the first use of something else, or the first error of the compiler, whichever comes first in the text.</summary>
    internal static void Check(CSharpCompilation compilation, SyntaxTree tree, bool isDriver)
    {
        var model = compilation.GetSemanticModel(tree);
        var error = compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
            .OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start).FirstOrDefault();
        var end = error?.Location.SourceSpan.Start ?? int.MaxValue;
        foreach (var node in tree.GetRoot().DescendantNodes().Where(node => node.SpanStart <= end))
        {
            if (FindRefused(model, node, isDriver) is { } refused)
            {
                throw SyntaxCheck.Error($"'{refused}' is not open to scripts; {(isDriver ? DriverExpected : PlanExpected)}", node.GetLocation());
            }
        }

        if (error is not null)
        {
            var name = tree.GetRoot().DescendantTokens(error.Location.SourceSpan).Select(token => token.ValueText).LastOrDefault(_tempting.Contains);
            throw error.Id is "CS0103" or "CS0246" or "CS0234" or "CS1069" && name is not null
                ? SyntaxCheck.Error($"'{name}' is not open to scripts; {(isDriver ? DriverExpected : PlanExpected)}", error.Location)
                : References.Compiled(error);
        }
    }

    private static string? FindRefused(SemanticModel model, SyntaxNode node, bool isDriver)
    {
        if (node is SimpleNameSyntax name)
        {
            var symbol = model.GetSymbolInfo(name).Symbol;
            var refused = symbol switch
            {
                INamespaceSymbol space => _namespaces.Contains(space.IsGlobalNamespace ? "" : space.ToDisplayString()) || IsOwn(space, model) ? null : space.ToDisplayString(),
                INamedTypeSymbol type => FindRefused(type, isDriver),
                IMethodSymbol or IPropertySymbol or IFieldSymbol or IEventSymbol => FindRefusedMember(symbol, isDriver),
                _ => null,
            };
            if (refused is not null)
            {
                return refused;
            }
        }

        // Whatever a script never names, but holds.
        return node is ExpressionSyntax and not (IdentifierNameSyntax { Parent: UsingDirectiveSyntax or QualifiedNameSyntax })
            && model.GetTypeInfo(node).Type is { TypeKind: not TypeKind.Error } held
            ? FindRefused(held, isDriver)
            : null;
    }

    private static bool IsOwn(INamespaceSymbol space, SemanticModel model) =>
        space.ConstituentNamespaces.Any(part => SymbolEqualityComparer.Default.Equals(part.ContainingAssembly, model.Compilation.Assembly));

    private static string? FindRefusedMember(ISymbol member, bool isDriver)
    {
        if (_members.Contains(member.Name) && !member.Locations.Any(location => location.IsInSource))
        {
            return member.Name;
        }

        return member.ContainingType is { } type ? FindRefused(type, isDriver) : null;
    }

    private static string? FindRefused(ITypeSymbol type, bool isDriver)
    {
        switch (type)
        {
            case IArrayTypeSymbol array:
                return FindRefused(array.ElementType, isDriver);
            case ITypeParameterSymbol or IErrorTypeSymbol:
                return null;
            case INamedTypeSymbol named:
                if (!IsOpen(named.OriginalDefinition, isDriver))
                {
                    return named.ToDisplayString();
                }

                foreach (var argument in named.TypeArguments)
                {
                    if (FindRefused(argument, isDriver) is { } refused)
                    {
                        return refused;
                    }
                }

                return null;
            default:
                return type.ToDisplayString();
        }
    }

    private static bool IsOpen(INamedTypeSymbol type, bool isDriver)
    {
        if (type.ContainingType is { } outer)
        {
            return IsOpen(outer.OriginalDefinition, isDriver);
        }

        if (type.IsAnonymousType || type.IsTupleType || type.Locations.Any(location => location.IsInSource) || type.IsImplicitClass || type.IsScriptClass)
        {
            return true;
        }

        var assembly = type.ContainingAssembly?.Name;
        if (assembly == "ApChaos.Scripts")
        {
            return !isDriver && type.Name is nameof(PlanScript) or nameof(Trigger) or nameof(PlanWords) or nameof(FaultWords) or nameof(OneOfWords);
        }

        if (assembly == "ApChaos.Abstractions")
        {
            return isDriver;
        }

        var space = type.ContainingNamespace.ToDisplayString();
        return (space == "System" && type.Name is "Func" or "Action" or "ValueTuple")
            || (isDriver && space is "System" or "System.Collections.Generic" && IsException(type))
            || _types.Contains(space + "." + type.MetadataName);
    }

    private static bool IsException(INamedTypeSymbol type) =>
        type is { Name: "Exception", ContainingNamespace.Name: "System" } || (type.BaseType is { } above && IsException(above));
}
