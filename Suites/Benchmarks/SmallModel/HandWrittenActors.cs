namespace ApChaos.Suites.Benchmarks;

/// <summary>
/// Driver and guests as state machines that somebody wrote by hand. Driver: sixteen numbers a queue; of the inner loop's eight, bit 2 is
/// "the first try has failed", bit 1 "looked once already", bit 0 "about to look" (else it sleeps).
/// </summary>
internal readonly struct HandWrittenActors(int queues, bool patient) : ISmallActors
{
    private const int FirstTry = 0;
    private const int SecondTry = 1;
    private const int FirstBusy = 2;
    private const int SecondBusy = 3;
    private const int Inner = 4;
    private const int LastInner = 11;
    private const int UnpinPage = 12;
    private const int DriverDone = 13;
    private const int GuestFirst = 256;

    public int Begin(int actor) => actor == 0 ? FirstTry : GuestFirst + (2 * (actor - 1));

    public SmallOp OpOf(int local)
    {
        if (local >= GuestFirst)
        {
            return (local & 1) == 0 ? SmallOp.Zapq : SmallOp.Done;
        }

        return (local & 15) switch
        {
            FirstTry or SecondTry => SmallOp.Zapq,
            FirstBusy or SecondBusy => SmallOp.Sleep,
            UnpinPage => SmallOp.Unpin,
            DriverDone => SmallOp.Done,
            var inner => (inner & 1) == 0 ? SmallOp.Sleep : SmallOp.Tapq,
        };
    }

    public int QueueOf(int local) => local >= GuestFirst ? (local - GuestFirst) >> 1 : local >> 4;

    public void LookAgain()
    {
    }

    public int Next(int local, int reply)
    {
        if (local >= GuestFirst)
        {
            return local | 1;
        }

        var queue = local & ~15;
        var pc = local & 15;
        switch (pc)
        {
            case FirstTry or SecondTry:
                return queue | (reply switch
                {
                    SmallReply.Empty => UnpinPage,
                    SmallReply.Accepted => Inner + (4 * pc),
                    _ => FirstBusy + pc,
                });
            case FirstBusy:
                return queue | (patient ? FirstTry : SecondTry);
            case SecondBusy:
                return queue | UnpinPage;
            case UnpinPage:
                return (queue >> 4) + 1 < queues ? queue + 16 : DriverDone;
            case >= Inner and <= LastInner when (pc & 1) == 0:
                return local + 1;
            case >= Inner and <= LastInner:
                // Bits within the inner states: 0 about to look, 1 looked once already.
                var lookedOnce = ((pc - Inner) & 2) != 0;
                return reply == SmallReply.Empty ? queue | UnpinPage
                    : patient ? local - 1
                    : lookedOnce ? queue | UnpinPage : local + 1;
            default:
                throw new InvalidOperationException($"local state {local} has no successor");
        }
    }
}
