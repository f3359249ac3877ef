using System.Reflection;
using ApChaos.Abstractions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace ApChaos.Scripts.Compiling;

/// <summary>What scripts are compiled against: read once in a process, each further compilation is cheap.</summary>
internal static class References
{
    private static readonly MetadataReference[] _minimum =
        [.. new[] { typeof(object).Assembly, Assembly.Load("System.Runtime"), typeof(Enumerable).Assembly, typeof(Stack<>).Assembly, typeof(ScriptFuel).Assembly }.Select(Of)];

    internal static IReadOnlyList<MetadataReference> OfPlans => _minimum;

    internal static IReadOnlyList<MetadataReference> OfDrivers { get; } = [.. _minimum, Of(typeof(Driver).Assembly)];

    /// <summary>Options: optimised, no unsafe code, no file is ever looked up.</summary>
    internal static CSharpCompilationOptions Options(IEnumerable<string> usings) => new(
        OutputKind.DynamicallyLinkedLibrary,
        usings: usings,
        optimizationLevel: OptimizationLevel.Release,
        allowUnsafe: false,
        checkOverflow: true,
        concurrentBuild: false,
        deterministic: true,
        nullableContextOptions: NullableContextOptions.Enable,
        metadataReferenceResolver: null,
        sourceReferenceResolver: null,
        xmlReferenceResolver: null);

    /// <summary>Emits what was checked before.</summary>
    internal static MemoryStream Emit(CSharpCompilation compilation)
    {
        var image = new MemoryStream();
        var result = compilation.Emit(image);
        if (!result.Success)
        {
            throw Compiled(result.Diagnostics.First(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
        }

        image.Position = 0;
        return image;
    }

    /// <summary>An error of the compiler, in the compiler's words.</summary>
    internal static ScriptException Compiled(Diagnostic diagnostic)
    {
        var place = diagnostic.Location.GetLineSpan().StartLinePosition;
        return new ScriptException($"error {diagnostic.Id}: {diagnostic.GetMessage()}", place.Line + 1, place.Character + 1);
    }

    private static PortableExecutableReference Of(Assembly assembly) => MetadataReference.CreateFromFile(assembly.Location);
}
