using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ApChaos.Scripts.Compiling;

/// <summary>Counts every statement and every call of a plan script, and tells each word its place; see <see cref="ScriptFuel"/>.</summary>
internal sealed class PlanRewriter(SemanticModel model) : CountingRewriter(model)
{
    private const string Fuel = "global::ApChaos.Scripts.ScriptFuel.";

    /// <inheritdoc/>
    public override SyntaxNode? VisitCompilationUnit(CompilationUnitSyntax node)
    {
        var members = new List<MemberDeclarationSyntax>();
        foreach (var member in node.Members)
        {
            if (member is FieldDeclarationSyntax or GlobalStatementSyntax { Statement: not LocalFunctionStatementSyntax })
            {
                members.Add(SyntaxFactory.GlobalStatement(Tick(member)));
            }

            members.Add((MemberDeclarationSyntax)Visit(member)!);
        }

        return node.WithMembers(SyntaxFactory.List(members));
    }

    /// <inheritdoc/>
    public override SyntaxNode? VisitInvocationExpression(InvocationExpressionSyntax node)
    {
        var visited = (InvocationExpressionSyntax)base.VisitInvocationExpression(node)!;
        var method = Model.GetSymbolInfo(node).Symbol as IMethodSymbol;
        var isWord = method?.ContainingAssembly?.Name == "ApChaos.Scripts" && method.ReturnType is INamedTypeSymbol { Name: not nameof(OneOfWords) };
        if (!isWord || node.Ancestors().Any(above => above is ConditionalAccessExpressionSyntax access && access.WhenNotNull.Span.Contains(node.Span)))
        {
            return visited;
        }

        var name = node.Expression is MemberAccessExpressionSyntax access ? access.Name : node.Expression;
        var place = PlaceOf(name).Split(", ");
        return SyntaxFactory.InvocationExpression(
                SyntaxFactory.ParseExpression(Fuel + nameof(ScriptFuel.At)),
                SyntaxFactory.ArgumentList(SyntaxFactory.SeparatedList(
                [
                    SyntaxFactory.Argument(visited.WithoutLeadingTrivia().WithoutTrailingTrivia()),
                    SyntaxFactory.Argument(SyntaxFactory.ParseExpression(place[0])),
                    SyntaxFactory.Argument(SyntaxFactory.ParseExpression(place[1])),
                ])))
            .WithLeadingTrivia(visited.GetLeadingTrivia()).WithTrailingTrivia(visited.GetTrailingTrivia());
    }

    /// <inheritdoc/>
    protected override BlockSyntax Enter(SyntaxNode function, BlockSyntax body) => SyntaxFactory.Block(
        Statement($"{Fuel}{nameof(ScriptFuel.Enter)}({PlaceOf(function)});"),
        SyntaxFactory.TryStatement(body, default, SyntaxFactory.FinallyClause(SyntaxFactory.Block(Statement($"{Fuel}{nameof(ScriptFuel.Leave)}();")))));

    /// <inheritdoc/>
    protected override StatementSyntax? Before(StatementSyntax statement) => Tick(statement);

    /// <inheritdoc/>
    protected override StatementSyntax Turn(StatementSyntax loop) => Tick(loop);

    private static StatementSyntax Tick(SyntaxNode node) => Statement($"{Fuel}{nameof(ScriptFuel.Tick)}({PlaceOf(node)});");
}
