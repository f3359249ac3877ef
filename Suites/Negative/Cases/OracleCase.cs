namespace ApChaos.Suites.Negative;

/// <summary>
/// What every oracle has to show: it speaks about a planted bug, alone, and stays silent about a look-alike that comes close but is
/// right. Fixtures are all of one shape; <see cref="CanaryTests"/> notices an oracle that has none.
/// </summary>
/// <typeparam name="TOracle">The oracle under test.</typeparam>
public abstract class OracleCase<TOracle>
    where TOracle : Oracle, new()
{
    /// <summary>Drivers with exactly one defect, each where it shows.</summary>
    protected abstract IReadOnlyList<Trial> PlantedBugs { get; }

    /// <summary>Drivers without a defect, each where the oracle has to look twice.</summary>
    protected abstract IReadOnlyList<Trial> LookAlikes { get; }

    /// <summary>Ids of oracles that cannot but speak as well. A fixture that names any says why.</summary>
    protected virtual IReadOnlyList<string> AlsoSpeaks => [];

    [Test]
    public void A_planted_bug_trips_it_and_nothing_else()
    {
        string id = new TOracle().Id;
        Assert.That(PlantedBugs, Is.Not.Empty);
        foreach (Trial trial in PlantedBugs)
            Assert.That(OutcomeOf(trial).WrongAsPlantedBug(id, [.. AlsoSpeaks, .. trial.AlsoSpeaks], trial.Says), Is.Null, trial.Title);
    }

    [Test]
    public void A_look_alike_trips_nothing()
    {
        Assert.That(LookAlikes, Is.Not.Empty);
        foreach (Trial trial in LookAlikes)
            Assert.That(OutcomeOf(trial).WrongAsLookAlike(), Is.Null, trial.Title);
    }

    private static Outcome OutcomeOf(Trial trial)
    {
        Outcome outcome = trial.Run();
        TestContext.Out.WriteLine($"{trial.Title}:{outcome}");
        return outcome;
    }
}
