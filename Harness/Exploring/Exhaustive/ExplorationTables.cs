using ApChaos.Abstractions;
using ApChaos.Running;

namespace ApChaos.Exploring;

/// <summary>What all workers of one exploration share: the components of states by number, what was learnt of code, sets of findings.</summary>
internal sealed class ExplorationTables
{
    private readonly object _gate = new();
    private volatile UInt128[] _sets = [];

    /// <summary>Makes the tables of a setup.</summary>
    /// <param name="make">Makes an engine.</param>
    /// <param name="reductions">What is reduced.</param>
    /// <param name="symmetry">Which queues are identical; null for none.</param>
    internal ExplorationTables(Func<RunEngine> make, Reductions reductions, Symmetry? symmetry)
    {
        Reductions = reductions;
        var engine = make();
        HiddenState.Refuse(engine.Setup);
        var image = new StateImage();
        Code = new CodeBook(engine, reductions.HasFlag(Reductions.Memo));
        engine.Save(image);
        Shape = image;
        int[] cuts = reductions.HasFlag(Reductions.Interning) ? image.Cuts.ToArray() : [image.Cuts[^1]];
        Cuts = cuts;
        Components =
        [
            .. cuts.Select((_, component) => cuts.Length > 1 && component == engine.DriverDataComponent ? Code.DriverData : new InternTable()),
            .. reductions.HasFlag(Reductions.RelativeTime) ? Array.Empty<InternTable>() : [new InternTable()],
        ];
        Symmetry = symmetry is null ? null : new SymmetryTable(symmetry, cuts.Length, Components.Length);
    }

    /// <summary>What is reduced.</summary>
    internal Reductions Reductions { get; }

    /// <summary>Which findings count; null for all.</summary>
    internal Func<Finding, bool>? Wanted { get; init; }

    /// <summary>An image of some state: all have its shape.</summary>
    internal StateImage Shape { get; }

    /// <summary>Where components end in an image.</summary>
    internal int[] Cuts { get; }

    /// <summary>The bytes of each component by number; behind them, when time is absolute, what time it is.</summary>
    internal InternTable[] Components { get; }

    /// <summary>What was learnt of code.</summary>
    internal CodeBook Code { get; }

    /// <summary>What was learnt of identical queues; null for nothing.</summary>
    internal SymmetryTable? Symmetry { get; }

    /// <summary>Bytes of memory, about.</summary>
    internal long Memory => Components.Sum(table => table == Code.DriverData ? 0 : table.Memory) + Code.Memory + (Symmetry?.Memory ?? 0);

    /// <summary>Number of a set of findings: 0 for none.</summary>
    internal int NumberOf(ReadOnlySpan<Finding> findings)
    {
        if (findings.IsEmpty)
        {
            return 0;
        }

        var set = UInt128.Zero;
        foreach (ref readonly var finding in findings)
        {
            set |= Wanted is null || Wanted(finding) ? UInt128.One << finding.Oracle : 0;
        }

        if (set == 0)
        {
            return 0;
        }

        var index = Array.IndexOf(_sets, set);
        if (index < 0)
        {
            lock (_gate)
            {
                index = Array.IndexOf(_sets, set);
                if (index < 0)
                {
                    index = _sets.Length;
                    _sets = [.. _sets, set];
                }
            }
        }

        return index + 1;
    }

    /// <summary>Whether a set of findings, by its number, has a finding of an oracle.</summary>
    internal bool Has(int set, int oracle) => (_sets[set - 1] & (UInt128.One << oracle)) != 0;
}
