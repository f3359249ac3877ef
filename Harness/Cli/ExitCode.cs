namespace ApChaos.Cli;

/// <summary>Exit codes (design §5, a contract).</summary>
internal static class ExitCode
{
    public const int AsExpected = 0;
    public const int Differs = 1;
    public const int WrongInput = 2;
    public const int Undecided = 3;
    public const int OwnFault = 4;
    public const int Interrupted = 130;
}
