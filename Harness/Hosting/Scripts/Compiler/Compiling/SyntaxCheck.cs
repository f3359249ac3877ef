using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ApChaos.Scripts.Compiling;

/// <summary>
/// What a script may not even say. Plans are a small language: what is not listed is refused. Drivers are classes: what leaves the
/// machine's control is refused.
/// </summary>
internal static class SyntaxCheck
{
    private const int BracketsMax = 50;
    private const int DepthMax = 300;
    private const string PlanExpected = "expected words of plans, and C#'s variables, loops, conditions and functions";
    private const string DriverExpected = "expected a class that derives from VfioApDriver or Driver, in plain C#";

    /// <summary>Refuses brackets in brackets before the parser sees them: it tries each of them in several ways.</summary>
    internal static void CheckBrackets(string source, CSharpParseOptions options)
    {
        var depth = 0;
        foreach (var token in SyntaxFactory.ParseTokens(source, options: options))
        {
            depth += token.Kind() switch
            {
                SyntaxKind.OpenParenToken or SyntaxKind.OpenBracketToken or SyntaxKind.OpenBraceToken => 1,
                SyntaxKind.CloseParenToken or SyntaxKind.CloseBracketToken or SyntaxKind.CloseBraceToken => -1,
                _ => 0,
            };
            if (depth > BracketsMax)
            {
                var place = Microsoft.CodeAnalysis.Text.SourceText.From(source).Lines.GetLinePosition(token.SpanStart);
                throw new ScriptException($"brackets are nested more than {BracketsMax} deep; expected fewer", place.Line + 1, place.Character + 1);
            }
        }
    }

    /// <summary>Refuses the first thing that is wrong: directives, then what is no C#, then what scripts may not say.</summary>
    internal static void Check(SyntaxTree tree, bool isDriver)
    {
        var root = tree.GetRoot();
        foreach (var trivia in root.DescendantTrivia(descendIntoTrivia: false).Where(trivia => trivia.IsDirective))
        {
            if (!IsHarmless(trivia.Kind()))
            {
                var directive = trivia.GetStructure()!;
                var name = directive.GetFirstToken().Text + directive.ChildTokens().ElementAtOrDefault(1).Text;
                throw Error($"{name} is not open to scripts: a script is one file by itself; {(isDriver ? DriverExpected : PlanExpected)}", directive.GetLocation());
            }
        }

        CheckDepth(root);
        if (tree.GetDiagnostics().FirstOrDefault(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error) is { } malformed)
        {
            throw References.Compiled(malformed);
        }

        foreach (var item in root.DescendantNodesAndTokens(descendIntoTrivia: false))
        {
            var refused = item.AsNode() is { } node
                ? isDriver ? RefusedOfDriver(node) : RefusedOfPlan(node)
                : Refused(item.AsToken(), isDriver);
            if (refused is not null)
            {
                throw Error($"{refused}; {(isDriver ? DriverExpected : PlanExpected)}", item.GetLocation()!);
            }
        }
    }

    /// <summary>Nesting costs the compiler more than it looks, and there is no use for much of it.</summary>
    private static void CheckDepth(SyntaxNode root)
    {
        var open = new Stack<(SyntaxNode Node, int Depth)>([(root, 0)]);
        while (open.TryPop(out var next))
        {
            if (next.Depth > DepthMax)
            {
                throw Error($"the script is nested more than {DepthMax} deep; expected less", next.Node.GetLocation());
            }

            foreach (var child in next.Node.ChildNodes())
            {
                open.Push((child, next.Depth + 1));
            }
        }
    }

    internal static ScriptException Error(string message, Location location)
    {
        var place = location.GetLineSpan().StartLinePosition;
        return new ScriptException(message, place.Line + 1, place.Character + 1);
    }

    private static bool IsHarmless(SyntaxKind kind) => kind is SyntaxKind.RegionDirectiveTrivia or SyntaxKind.EndRegionDirectiveTrivia
        or SyntaxKind.NullableDirectiveTrivia or SyntaxKind.PragmaWarningDirectiveTrivia;

    private static string? Refused(SyntaxToken token, bool isDriver) => token.Kind() switch
    {
        SyntaxKind.UnsafeKeyword or SyntaxKind.ExternKeyword or SyntaxKind.StackAllocKeyword or SyntaxKind.VolatileKeyword or SyntaxKind.LockKeyword
            or SyntaxKind.FixedKeyword or SyntaxKind.TypeOfKeyword or SyntaxKind.MakeRefKeyword or SyntaxKind.RefTypeKeyword or SyntaxKind.RefValueKeyword
            or SyntaxKind.ArgListKeyword => $"'{token.Text}' is not open to scripts",
        SyntaxKind.AsyncKeyword or SyntaxKind.AwaitKeyword when !isDriver => $"'{token.Text}' is not open to plan scripts",
        SyntaxKind.IdentifierToken when token.ValueText == "dynamic" => "'dynamic' is not open to scripts",
        SyntaxKind.IdentifierToken when token.Text != token.ValueText && token.Text.TrimStart('@') != token.ValueText =>
            $"the name '{token.Text}' is written with escapes, not with plain letters",
        SyntaxKind.IdentifierToken when token.ValueText.FirstOrDefault(c => !char.IsAscii(c)) is var odd and not '\0' =>
            $"the name '{token.ValueText}' has a letter that is not ASCII (U+{(int)odd:X4}), which may look like another one",
        SyntaxKind.IdentifierToken when token.ValueText.StartsWith("__", StringComparison.Ordinal) => $"the name '{token.ValueText}' begins with two underscores",
        _ => null,
    };

    private static string? RefusedOfDriver(SyntaxNode node) => node switch
    {
        AttributeListSyntax => "attributes are not open to scripts",
        GlobalStatementSyntax => "statements outside of a class are not open to driver scripts",
        DestructorDeclarationSyntax => "a destructor runs when the garbage collector likes, and is not open to scripts",
        PointerTypeSyntax or FunctionPointerTypeSyntax => "pointers are not open to scripts",
        ExternAliasDirectiveSyntax => "'extern alias' is not open to scripts",
        FieldDeclarationSyntax field when field.Modifiers.Any(SyntaxKind.StaticKeyword) && !field.Modifiers.Any(SyntaxKind.ReadOnlyKeyword) =>
            "a static field that changes is shared by runs, and is not open to scripts",
        _ => null,
    };

    private static string? RefusedOfPlan(SyntaxNode node) => node switch
    {
        CompilationUnitSyntax or UsingDirectiveSyntax or GlobalStatementSyntax or FieldDeclarationSyntax or MethodDeclarationSyntax => null,
        VariableDeclarationSyntax or VariableDeclaratorSyntax or EqualsValueClauseSyntax or ArrowExpressionClauseSyntax => null,
        ParameterListSyntax or ParameterSyntax or TypeParameterListSyntax or TypeParameterSyntax or BaseArgumentListSyntax or ArgumentSyntax => null,
        NameColonSyntax or ExpressionColonSyntax or BracketedParameterListSyntax or TypeArgumentListSyntax or ArrayRankSpecifierSyntax => null,
        BlockSyntax or LocalDeclarationStatementSyntax or ExpressionStatementSyntax or EmptyStatementSyntax or LocalFunctionStatementSyntax => null,
        IfStatementSyntax or ElseClauseSyntax or ForStatementSyntax or CommonForEachStatementSyntax or WhileStatementSyntax or DoStatementSyntax => null,
        SwitchStatementSyntax or SwitchSectionSyntax or SwitchLabelSyntax or SwitchExpressionArmSyntax or WhenClauseSyntax => null,
        BreakStatementSyntax or ContinueStatementSyntax or ReturnStatementSyntax => null,
        PointerTypeSyntax or FunctionPointerTypeSyntax or RefTypeSyntax or ScopedTypeSyntax => "pointers and references are not open to plan scripts",
        TypeSyntax or TupleElementSyntax => null,
        PatternSyntax or SubpatternSyntax or PropertyPatternClauseSyntax or PositionalPatternClauseSyntax or VariableDesignationSyntax => null,
        InterpolatedStringContentSyntax or InterpolationAlignmentClauseSyntax or InterpolationFormatClauseSyntax => null,
        CollectionElementSyntax => null,
        ThrowExpressionSyntax or AwaitExpressionSyntax or QueryExpressionSyntax or AnonymousMethodExpressionSyntax or RefExpressionSyntax
            or StackAllocArrayCreationExpressionSyntax or ImplicitStackAllocArrayCreationExpressionSyntax or WithExpressionSyntax => Words(node),
        PrefixUnaryExpressionSyntax unary when unary.Kind() is SyntaxKind.AddressOfExpression or SyntaxKind.PointerIndirectionExpression => Words(node),
        ExpressionSyntax => null,
        _ => Words(node),
    };

    private static string Words(SyntaxNode node) => $"'{node.GetFirstToken().Text}' ({node.Kind()}) is not open to plan scripts";
}
