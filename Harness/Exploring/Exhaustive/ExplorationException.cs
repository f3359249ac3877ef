namespace ApChaos.Exploring;

/// <summary>What was learnt of a piece of code does not hold: exploration cannot go on.</summary>
public class ExplorationException : Exception
{
    /// <summary>Makes the exception.</summary>
    public ExplorationException()
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">What does not hold.</param>
    public ExplorationException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">What does not hold.</param>
    /// <param name="innerException">The cause.</param>
    public ExplorationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
