using System.CommandLine;

namespace ApChaos.Cli;

/// <summary>A verb of the command line. Found by being there: any class of this program that derives from this one.</summary>
internal abstract class Verb
{
    /// <summary>What the user types.</summary>
    public abstract string Name { get; }

    /// <summary>One line: what it does.</summary>
    public abstract string Summary { get; }

    /// <summary>Command lines, each with what it does, for its help.</summary>
    public abstract IReadOnlyList<(string Command, string Meaning)> Examples { get; }

    /// <summary>Adds arguments and options of its own.</summary>
    public virtual void Declare(Command command)
    {
    }

    /// <summary>Does it.</summary>
    /// <param name="call">What the user asked for.</param>
    /// <returns>The exit code.</returns>
    public abstract int Run(VerbCall call);
}

/// <summary>One call of a verb.</summary>
/// <param name="Parsed">The command line, for the verb's own arguments.</param>
/// <param name="Shared">The shared options.</param>
/// <param name="Context">The surroundings.</param>
internal sealed record VerbCall(ParseResult Parsed, SharedValues Shared, CliContext Context);
