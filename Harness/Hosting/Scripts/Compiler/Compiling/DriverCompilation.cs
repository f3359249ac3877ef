using System.Security.Cryptography;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ApChaos.Scripts.Compiling;

/// <summary>A driver script: a class library of one file.</summary>
internal static class DriverCompilation
{
    private const string Usings =
        "global using System; global using System.Collections.Generic; global using System.Linq; global using ApChaos.Abstractions;";

    /// <summary>Checks and compiles a script.</summary>
    /// <param name="source">The text.</param>
    /// <returns>The assembly.</returns>
    internal static byte[] Compile(string source)
    {
        var options = new CSharpParseOptions(LanguageVersion.Latest, DocumentationMode.None);
        SyntaxCheck.CheckBrackets(source, options);
        var tree = CSharpSyntaxTree.ParseText(source, options);
        SyntaxCheck.Check(tree, isDriver: true);
        var name = "DriverScript-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(source)))[..16];
        var compilation = CSharpCompilation.Create(name, [tree, CSharpSyntaxTree.ParseText(Usings, options)], References.OfDrivers, References.Options([]));
        SymbolCheck.Check(compilation, tree, isDriver: true);
        if (!tree.GetRoot().DescendantNodes().OfType<ClassDeclarationSyntax>().Any(type => IsDriver(compilation.GetSemanticModel(tree).GetDeclaredSymbol(type)!)))
        {
            throw new ScriptException("the script has no driver; expected a public class that derives from VfioApDriver or Driver", 1, 1);
        }

        var counted = new DriverRewriter(compilation.GetSemanticModel(tree)).Visit(tree.GetRoot());
        compilation = compilation.ReplaceSyntaxTree(tree, tree.WithRootAndOptions(counted, tree.Options));
        return References.Emit(compilation).ToArray();
    }

    private static bool IsDriver(INamedTypeSymbol type)
    {
        for (var above = type.BaseType; above is not null; above = above.BaseType)
        {
            if (above is { Name: "Driver", ContainingAssembly.Name: "ApChaos.Abstractions" })
            {
                return !type.IsAbstract && type.DeclaredAccessibility == Accessibility.Public;
            }
        }

        return false;
    }
}
