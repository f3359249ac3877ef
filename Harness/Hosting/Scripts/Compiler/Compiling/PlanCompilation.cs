using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace ApChaos.Scripts.Compiling;

/// <summary>A plan script, compiled and loaded; nothing of it is left when it is disposed.</summary>
internal sealed class PlanCompilation : IDisposable
{
    private readonly AssemblyLoadContext _context = new("plan script", isCollectible: true);
    private readonly Func<object[], Task<object>> _entry;

    private PlanCompilation(MemoryStream image, IMethodSymbol entry)
    {
        var assembly = _context.LoadFromStream(image);
        _entry = assembly.GetType(entry.ContainingType.MetadataName)!
            .GetMethod(entry.MetadataName, BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)!.CreateDelegate<Func<object[], Task<object>>>();
    }

    /// <summary>Checks and compiles a script.</summary>
    /// <param name="source">The text.</param>
    internal static PlanCompilation Compile(string source)
    {
        var options = new CSharpParseOptions(LanguageVersion.Latest, DocumentationMode.None, SourceCodeKind.Script);
        SyntaxCheck.CheckBrackets(source, options);
        var tree = CSharpSyntaxTree.ParseText(source, options);
        var root = tree.GetRoot();
        SyntaxCheck.Check(tree, isDriver: false);
        if (!tree.GetCompilationUnitRoot().Members.Any())
        {
            throw new ScriptException(PlanScript.Nameless, 1, 1);
        }

        var compilation = CSharpCompilation.CreateScriptCompilation(
            "plan", tree, References.OfPlans, References.Options(usings: ["System", "System.Collections.Generic", "System.Linq"]), globalsType: typeof(PlanScript));
        SymbolCheck.Check(compilation, tree, isDriver: false);
        var counted = new PlanRewriter(compilation.GetSemanticModel(tree)).Visit(root);
        compilation = compilation.ReplaceSyntaxTree(tree, tree.WithRootAndOptions(counted, tree.Options));
        return new PlanCompilation(References.Emit(compilation), compilation.GetEntryPoint(CancellationToken.None)!);
    }

    /// <summary>Runs the script on this thread.</summary>
    /// <returns>The plan, see <see cref="PlacedText"/>.</returns>
    internal string Evaluate()
    {
        var words = new PlanScript();
        ScriptFuel.Begin();
        try
        {
            // The first element is the script's this; no script awaits, so that it is over when the call returns.
            _entry([words, null!]).GetAwaiter().GetResult();
            return words.ToJson().ToString();
        }
        catch (Exception e) when (e is not (ScriptException or OutOfMemoryException or InsufficientExecutionStackException))
        {
            throw ScriptFuel.Error($"{e.GetType().Name}: {e.Message.TrimEnd('.')}; expected a script that ends without an exception");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _context.Unload();
}
