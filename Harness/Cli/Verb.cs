using System.CommandLine;
using ApChaos.Campaigns;
using ApChaos.Hosting;

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
internal sealed record VerbCall(ParseResult Parsed, SharedValues Shared, CliContext Context)
{
    /// <summary>The driver that a recorded history is about: that of --driver, or else its own.</summary>
    /// <exception cref="InputException">There is none, or --driver names several.</exception>
    public DriverEntry DriverOf(ReplayFile file)
    {
        var asked = Shared.Overrides.Drivers;
        var found = DriverSource.ResolveAll(asked.Count > 0 ? asked : [file.Driver], Catalogue.Shipped);
        return found.Count == 1
            ? found[0]
            : throw new InputException($"--driver names {found.Count} drivers; expected one: {string.Join(", ", found.Select(driver => driver.Id))}");
    }
}
