using ApChaos.Exploring;
using ApChaos.Machine;
using ApChaos.Running;

namespace ApChaos.Campaigns;

/// <summary>
/// What the runs of a cell came to. Tallies of parts of a cell can be added in any order: the sum depends on the runs alone, not on
/// who made them.
/// </summary>
internal sealed class CellTally(int oracles, int faults)
{
    /// <summary>Runs made.</summary>
    internal int Runs;

    /// <summary>Hash over the hashes of the runs; a sum, so that order does not matter.</summary>
    internal ulong HashSum;

    /// <summary>First run, by number, that gave another trace when it was made again; -1 for none.</summary>
    internal int DivergedRun = -1;

    /// <summary>Choices of that run, where its number does not give them; else null.</summary>
    internal int[]? DivergedChoices;

    /// <summary>Runs that were not made because the strategy had gone through all sequences of choices.</summary>
    internal int Skipped;

    /// <summary>Scenarios of which every sequence of choices was run.</summary>
    internal int CompleteScenarios;

    /// <summary>For each oracle in how many runs it spoke.</summary>
    internal readonly int[] Spoke = new int[oracles];

    /// <summary>For each oracle the run with the shortest history; of equals the lowest number.</summary>
    internal readonly (int Steps, int Run)[] Shortest = [.. Enumerable.Repeat((int.MaxValue, int.MaxValue), oracles)];

    /// <summary>For each oracle the choices of that run, where its number does not give them; else null.</summary>
    internal readonly int[]?[] ShortestChoices = new int[]?[oracles];

    /// <summary>For each fault of the plan how often it fired.</summary>
    internal readonly long[] Fired = new long[faults];

    /// <summary>Runs that were made twice.</summary>
    internal int Twice;

    /// <summary>Share of the sequences of choices that was gone through; null when the strategy does not know.</summary>
    internal double? ShareExplored;

    /// <summary>For each situation whether no run, one run or more came into it: 0, 1 or 2.</summary>
    internal readonly byte[] Situations = new byte[SituationLog.Count];

    /// <summary>Kinds of events that happened.</summary>
    internal ulong Kinds;

    /// <summary>Runs of PCT, by depth and scenario, with the shape of the scenario's runs.</summary>
    internal readonly SortedDictionary<(int Depth, int Scenario), (int Runs, RunShape Shape)> PctRuns = [];

    /// <summary>Notes a run of PCT.</summary>
    internal void AddPct(int depth, int scenario, RunShape shape, int runs = 1) =>
        PctRuns[(depth, scenario)] = (PctRuns.GetValueOrDefault((depth, scenario)).Runs + runs, shape);

    /// <summary>Notes a run.</summary>
    internal void Add(int run, RunEngine engine, bool keepsChoices = false)
    {
        Runs++;
        HashSum = unchecked(HashSum + (engine.Hash * 0x9E3779B97F4A7C15UL));
        foreach (ref readonly var finding in engine.Findings)
        {
            Spoke[finding.Oracle]++;
            var candidate = (finding.Event.Step, run);
            if (candidate.CompareTo(Shortest[finding.Oracle]) < 0)
            {
                Shortest[finding.Oracle] = candidate;
                ShortestChoices[finding.Oracle] = keepsChoices ? engine.Choices.Values.ToArray() : null;
            }
        }

        Kinds |= engine.KindsSeen;
        foreach (var situation in engine.Situations is { } log ? log.OfRun : [])
        {
            Situations[situation] = (byte)Math.Min(2, Situations[situation] + 1);
        }

        var states = engine.FaultStates;
        for (var i = 0; i < states.Length; i++)
        {
            Fired[i] += states[i].Fired;
        }
    }

    /// <summary>Adds another part of the same cell.</summary>
    internal void Add(CellTally other)
    {
        Runs += other.Runs;
        Skipped += other.Skipped;
        CompleteScenarios += other.CompleteScenarios;
        Twice += other.Twice;
        ShareExplored ??= other.ShareExplored;
        Kinds |= other.Kinds;
        foreach (var ((depth, scenario), (runs, shape)) in other.PctRuns)
        {
            AddPct(depth, scenario, shape, runs);
        }

        for (var i = 0; i < Situations.Length; i++)
        {
            Situations[i] = (byte)Math.Min(2, Situations[i] + other.Situations[i]);
        }

        HashSum = unchecked(HashSum + other.HashSum);
        if (other.DivergedRun >= 0 && (DivergedRun < 0 || other.DivergedRun < DivergedRun))
        {
            (DivergedRun, DivergedChoices) = (other.DivergedRun, other.DivergedChoices);
        }

        for (var i = 0; i < Spoke.Length; i++)
        {
            Spoke[i] += other.Spoke[i];
            if (other.Shortest[i].CompareTo(Shortest[i]) < 0)
            {
                (Shortest[i], ShortestChoices[i]) = (other.Shortest[i], other.ShortestChoices[i]);
            }
        }

        for (var i = 0; i < Fired.Length; i++)
        {
            Fired[i] += other.Fired[i];
        }
    }
}
