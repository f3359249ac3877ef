// Puts the counting into scripts; places are those of the script as it was. Each node is visited once: what is asked of the model must be the
// node as it was, and a second visit would double the work with each level of nesting.

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ApChaos.Scripts.Compiling;

/// <summary>What plans and drivers have in common: a body of every function begins with a statement of ours, every loop has a block.</summary>
internal abstract class CountingRewriter(SemanticModel model) : CSharpSyntaxRewriter
{
    /// <summary>The original script: what is asked must be a node of it.</summary>
    protected SemanticModel Model => model;

    /// <summary>The body of a function with the counting in it.</summary>
    /// <param name="function">The function, as it was.</param>
    /// <param name="body">Its body, rewritten.</param>
    protected abstract BlockSyntax Enter(SyntaxNode function, BlockSyntax body);

    /// <summary>What goes before a statement; null for nothing.</summary>
    /// <param name="statement">The statement, as it was.</param>
    protected abstract StatementSyntax? Before(StatementSyntax statement);

    /// <summary>What goes into a loop, before its body.</summary>
    /// <param name="loop">The loop, as it was.</param>
    protected abstract StatementSyntax Turn(StatementSyntax loop);

    /// <inheritdoc/>
    public override SyntaxNode? VisitBlock(BlockSyntax node) => node.WithStatements(Expand(node.Statements));

    /// <inheritdoc/>
    public override SyntaxNode? VisitSwitchSection(SwitchSectionSyntax node) =>
        node.WithLabels(VisitList(node.Labels)).WithStatements(Expand(node.Statements));

    /// <inheritdoc/>
    public override SyntaxNode? VisitIfStatement(IfStatementSyntax node) =>
        node.WithCondition(Visited(node.Condition)).WithStatement(Embedded(node.Statement)).WithElse((ElseClauseSyntax?)Visit(node.Else));

    /// <inheritdoc/>
    public override SyntaxNode? VisitElseClause(ElseClauseSyntax node) =>
        node.WithStatement(node.Statement is IfStatementSyntax chained ? (StatementSyntax)VisitIfStatement(chained)! : Embedded(node.Statement));

    /// <inheritdoc/>
    public override SyntaxNode? VisitWhileStatement(WhileStatementSyntax node) =>
        node.WithCondition(Visited(node.Condition)).WithStatement(Looped(node, node.Statement));

    /// <inheritdoc/>
    public override SyntaxNode? VisitDoStatement(DoStatementSyntax node) =>
        node.WithStatement(Looped(node, node.Statement)).WithCondition(Visited(node.Condition));

    /// <inheritdoc/>
    public override SyntaxNode? VisitForStatement(ForStatementSyntax node) => node
        .WithDeclaration((VariableDeclarationSyntax?)Visit(node.Declaration))
        .WithInitializers(VisitList(node.Initializers))
        .WithCondition((ExpressionSyntax?)Visit(node.Condition))
        .WithIncrementors(VisitList(node.Incrementors))
        .WithStatement(Looped(node, node.Statement));

    /// <inheritdoc/>
    public override SyntaxNode? VisitForEachStatement(ForEachStatementSyntax node) =>
        node.WithExpression(Visited(node.Expression)).WithStatement(Looped(node, node.Statement));

    /// <inheritdoc/>
    public override SyntaxNode? VisitForEachVariableStatement(ForEachVariableStatementSyntax node) =>
        node.WithExpression(Visited(node.Expression)).WithStatement(Looped(node, node.Statement));

    /// <inheritdoc/>
    public override SyntaxNode? VisitMethodDeclaration(MethodDeclarationSyntax node) =>
        BodyOf(node, node.Body, node.ExpressionBody) is { } body ? node.WithBody(body).WithExpressionBody(null).WithSemicolonToken(default) : node;

    /// <inheritdoc/>
    public override SyntaxNode? VisitLocalFunctionStatement(LocalFunctionStatementSyntax node) =>
        BodyOf(node, node.Body, node.ExpressionBody) is { } body ? node.WithBody(body).WithExpressionBody(null).WithSemicolonToken(default) : node;

    /// <inheritdoc/>
    public override SyntaxNode? VisitSimpleLambdaExpression(SimpleLambdaExpressionSyntax node) => node.WithBody(LambdaBody(node));

    /// <inheritdoc/>
    public override SyntaxNode? VisitParenthesizedLambdaExpression(ParenthesizedLambdaExpressionSyntax node) => node.WithBody(LambdaBody(node));

    /// <summary>Line and column of a node, as arguments of a call.</summary>
    protected static string PlaceOf(SyntaxNode node)
    {
        var place = node.GetLocation().GetLineSpan().StartLinePosition;
        return $"{place.Line + 1}, {place.Character + 1}";
    }

    /// <summary>A statement of ours.</summary>
    protected static StatementSyntax Statement(string text) => SyntaxFactory.ParseStatement(text + " ");

    /// <summary>The body of a function, counted: null when it has none.</summary>
    protected BlockSyntax? BodyOf(SyntaxNode function, BlockSyntax? body, ArrowExpressionClauseSyntax? arrow)
    {
        if (body is not null)
        {
            return Enter(function, (BlockSyntax)VisitBlock(body)!);
        }

        var isVoid = Model.GetDeclaredSymbol(function) is not IMethodSymbol method || ReturnsNothing(method);
        return arrow is null ? null : Enter(function, Block(arrow.Expression, isVoid));
    }

    /// <summary>A block that does what an expression body does.</summary>
    protected BlockSyntax Block(ExpressionSyntax expression, bool isVoid)
    {
        var visited = (ExpressionSyntax)Visit(expression)!;
        StatementSyntax statement = visited is ThrowExpressionSyntax thrown ? SyntaxFactory.ThrowStatement(Spaced(SyntaxKind.ThrowKeyword), thrown.Expression, Semicolon)
            : isVoid ? SyntaxFactory.ExpressionStatement(visited, Semicolon)
            : SyntaxFactory.ReturnStatement(Spaced(SyntaxKind.ReturnKeyword), visited, Semicolon);
        return SyntaxFactory.Block(statement);
    }

    private ExpressionSyntax Visited(ExpressionSyntax expression) => (ExpressionSyntax)Visit(expression)!;

    private static SyntaxToken Semicolon => SyntaxFactory.Token(SyntaxKind.SemicolonToken);

    private static SyntaxToken Spaced(SyntaxKind keyword) => SyntaxFactory.Token(keyword).WithTrailingTrivia(SyntaxFactory.Space);

    private BlockSyntax LambdaBody(LambdaExpressionSyntax node)
    {
        if (node.Block is { } block)
        {
            return Enter(node, (BlockSyntax)VisitBlock(block)!);
        }

        return Enter(node, Block(node.ExpressionBody!, Model.GetSymbolInfo(node).Symbol is IMethodSymbol method && ReturnsNothing(method)));
    }

    /// <summary>Whether a function returns no value, or is asynchronous and returns only that it is over.</summary>
    private static bool ReturnsNothing(IMethodSymbol method) =>
        method.ReturnsVoid || (method.IsAsync && method.ReturnType is INamedTypeSymbol { TypeArguments.Length: 0 });

    private SyntaxList<StatementSyntax> Expand(IEnumerable<StatementSyntax> statements)
    {
        var expanded = new List<StatementSyntax>();
        foreach (var statement in statements)
        {
            Add(statement, expanded);
        }

        return SyntaxFactory.List(expanded);
    }

    private void Add(StatementSyntax statement, List<StatementSyntax> to)
    {
        if (statement is LabeledStatementSyntax label)
        {
            // A jump back is a turn of a loop; what follows may be a declaration, so that it is no block.
            to.Add(label.WithStatement(Turn(label)));
            Add(label.Statement, to);
            return;
        }

        if (statement is not LocalFunctionStatementSyntax && Before(statement) is { } before)
        {
            to.Add(before);
        }

        to.Add((StatementSyntax)Visit(statement)!);
    }

    private StatementSyntax Embedded(StatementSyntax statement) =>
        statement is BlockSyntax block ? (BlockSyntax)VisitBlock(block)! : SyntaxFactory.Block(Expand((StatementSyntax[])[statement]));

    private BlockSyntax Looped(StatementSyntax loop, StatementSyntax body)
    {
        var block = body is BlockSyntax whole ? (BlockSyntax)VisitBlock(whole)! : SyntaxFactory.Block(Expand((StatementSyntax[])[body]));
        return block.WithStatements(block.Statements.Insert(0, Turn(loop)));
    }
}
