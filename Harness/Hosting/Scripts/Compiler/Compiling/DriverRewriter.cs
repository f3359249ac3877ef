using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ApChaos.Scripts.Compiling;

/// <summary>Counts turns and calls of a driver script between two operations of the kernel; see <see cref="DriverFuel"/>.</summary>
internal sealed class DriverRewriter(SemanticModel model) : CountingRewriter(model)
{
    private const string Fuel = "global::ApChaos.Scripts.DriverFuel.";

    /// <inheritdoc/>
    public override SyntaxNode? VisitAwaitExpression(AwaitExpressionSyntax node)
    {
        var visited = (AwaitExpressionSyntax)base.VisitAwaitExpression(node)!;
        if (Model.GetTypeInfo(node.Expression).Type is not { OriginalDefinition: { Name: "KernelOperation", ContainingAssembly.Name: "ApChaos.Abstractions" } })
        {
            return visited;
        }

        return SyntaxFactory.InvocationExpression(
                SyntaxFactory.ParseExpression(Fuel + nameof(DriverFuel.After)),
                SyntaxFactory.ArgumentList(SyntaxFactory.SingletonSeparatedList(SyntaxFactory.Argument(visited.WithoutLeadingTrivia().WithoutTrailingTrivia()))))
            .WithLeadingTrivia(visited.GetLeadingTrivia()).WithTrailingTrivia(visited.GetTrailingTrivia());
    }

    /// <inheritdoc/>
    public override SyntaxNode? VisitConstructorDeclaration(ConstructorDeclarationSyntax node) =>
        BodyOf(node, node.Body, node.ExpressionBody) is { } body ? node.WithBody(body).WithExpressionBody(null).WithSemicolonToken(default) : node;

    /// <inheritdoc/>
    public override SyntaxNode? VisitOperatorDeclaration(OperatorDeclarationSyntax node) =>
        BodyOf(node, node.Body, node.ExpressionBody) is { } body ? node.WithBody(body).WithExpressionBody(null).WithSemicolonToken(default) : node;

    /// <inheritdoc/>
    public override SyntaxNode? VisitConversionOperatorDeclaration(ConversionOperatorDeclarationSyntax node) =>
        BodyOf(node, node.Body, node.ExpressionBody) is { } body ? node.WithBody(body).WithExpressionBody(null).WithSemicolonToken(default) : node;

    /// <inheritdoc/>
    public override SyntaxNode? VisitAccessorDeclaration(AccessorDeclarationSyntax node) =>
        BodyOf(node, node.Body, node.ExpressionBody) is { } body ? node.WithBody(body).WithExpressionBody(null).WithSemicolonToken(default) : node;

    /// <inheritdoc/>
    public override SyntaxNode? VisitPropertyDeclaration(PropertyDeclarationSyntax node) => node.ExpressionBody is { } arrow
        ? node.WithAccessorList(Getter(node, arrow)).WithExpressionBody(null).WithSemicolonToken(default)
        : base.VisitPropertyDeclaration(node);

    /// <inheritdoc/>
    public override SyntaxNode? VisitIndexerDeclaration(IndexerDeclarationSyntax node) => node.ExpressionBody is { } arrow
        ? node.WithAccessorList(Getter(node, arrow)).WithExpressionBody(null).WithSemicolonToken(default)
        : base.VisitIndexerDeclaration(node);

    /// <inheritdoc/>
    protected override BlockSyntax Enter(SyntaxNode function, BlockSyntax body)
    {
        var name = function switch
        {
            // The engine reads properties whenever it likes: their calls are not counted.
            AccessorDeclarationSyntax or BasePropertyDeclarationSyntax => nameof(DriverFuel.Guard),
            ConstructorDeclarationSyntax => nameof(DriverFuel.Start),
            MethodDeclarationSyntax method when method.Modifiers.Any(SyntaxKind.OverrideKeyword) => nameof(DriverFuel.Start),
            _ => nameof(DriverFuel.Enter),
        };
        return body.WithStatements(body.Statements.Insert(0, Statement($"{Fuel}{name}({PlaceOf(function)});")));
    }

    /// <inheritdoc/>
    protected override StatementSyntax? Before(StatementSyntax statement) => null;

    /// <inheritdoc/>
    protected override StatementSyntax Turn(StatementSyntax loop) => Statement($"{Fuel}{nameof(DriverFuel.Tick)}({PlaceOf(loop)});");

    private AccessorListSyntax Getter(SyntaxNode property, ArrowExpressionClauseSyntax arrow) => SyntaxFactory.AccessorList(SyntaxFactory.SingletonList(
        SyntaxFactory.AccessorDeclaration(SyntaxKind.GetAccessorDeclaration, Enter(property, Block(arrow.Expression, isVoid: false)))));
}
