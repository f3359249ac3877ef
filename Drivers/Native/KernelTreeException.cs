namespace ApChaos.Native;

/// <summary>A kernel tree cannot be used, or what is needed to use it is missing. One line: what was wrong, where, what is expected.</summary>
public sealed class KernelTreeException : Exception
{
    /// <summary>Makes the exception.</summary>
    public KernelTreeException()
        : this("the kernel tree cannot be used")
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">The line.</param>
    public KernelTreeException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">The line.</param>
    /// <param name="innerException">The cause.</param>
    public KernelTreeException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
