using ApChaos.Abstractions;

namespace ApChaos.Exploring.Shrinking;

/// <summary>
/// Makes a failing history as small as it can (see <see cref="HistorySize"/>), and says what its smallness is worth. The order of work: the
/// passes until none finds anything; the search for fewer steps; the certificate, whose rows may find something smaller still.
/// </summary>
public sealed class Shrinker
{
    private const string SearchName = "fewer-steps";
    private const int StepsSearched = 400;
    private const int PlacesMax = 64;
    private const int FlipsMax = 1000;
    private const int SubsetsMax = 128;

    private readonly FailureTest _test;
    private readonly ShrinkOptions _options;
    private readonly IProgress<ShrinkProgress>? _progress;
    private readonly CancellationToken _stop;
    private FailingHistory _best = null!;
    private bool _shortestProven;

    /// <summary>Prepares.</summary>
    /// <param name="subject">What is shrunk.</param>
    /// <param name="options">How much work it may be.</param>
    /// <param name="progress">Told of each smaller history, and when a pass begins; or null.</param>
    /// <param name="stop">Stops it: the smallest so far is the outcome.</param>
    public Shrinker(ShrinkSubject subject, ShrinkOptions options, IProgress<ShrinkProgress>? progress = null, CancellationToken stop = default) =>
        (_test, _options, _progress, _stop) = (new FailureTest(subject), options, progress, stop);

    /// <summary>Runs made so far; may be read while it works.</summary>
    public int Executions => _test.Executions;

    /// <summary>A number that moves while it works; for a watchdog.</summary>
    public long Moves => _test.Executions + _test.Moves;

    private bool IsOver => _stop.IsCancellationRequested || _test.Work >= _options.Executions;

    /// <summary>Shrinks.</summary>
    /// <returns>The outcome; null when the start does not fail.</returns>
    public ShrinkOutcome? Run()
    {
        if (_test.Begin() is not { } start)
        {
            return null;
        }

        _best = start;
        List<MinimalityRow>? rows = null;
        do
        {
            while (!IsOver && (WorkAll() || HasFewerSteps()))
            {
            }

            rows = IsOver ? null : Certify();
        }
        while (rows is null && !IsOver);

        return new ShrinkOutcome
        {
            Start = start,
            Best = _best,
            Finished = rows is not null,
            ShortestProven = rows is not null && _shortestProven,
            Rows = rows ?? [],
            Twin = rows is null ? null : FindTwin(),
            Continuations = rows is null ? [] : SampleContinuations(),
            GlobalMinimum = rows is not null && _shortestProven && NothingSmallerExists(rows),
            States = _test.States,
            Executions = _test.Executions,
        };
    }

    /// <summary>The certificate of a history, made anew: whether one holds.</summary>
    /// <returns>What it claims; null when the history does not fail, or is not minimal.</returns>
    public MinimalityClaim? MakeCertificate()
    {
        if (_test.Begin() is not { } start)
        {
            return null;
        }

        _best = start;
        return !HasFewerSteps() && _shortestProven is var shortest && Certify() is { } rows
            ? new MinimalityClaim(rows, shortest, shortest && NothingSmallerExists(rows))
            : null;
    }

    private bool WorkAll()
    {
        var any = false;
        foreach (var pass in ShrinkPass.All)
        {
            any |= Work(pass);
        }

        return any;
    }

    /// <summary>One pass, until it finds nothing. After a success it goes on where it was, not from its beginning.</summary>
    private bool Work(ShrinkPass pass)
    {
        Tell(pass.Id);
        var any = false;
        for (var again = true; again && !IsOver;)
        {
            again = false;
            var tried = 0;
            for (var some = true; some && !IsOver;)
            {
                some = false;
                foreach (var reduction in pass.Leaps(_best).Concat(pass.Reductions(_best)).Skip(tried))
                {
                    tried++;
                    if (IsOver)
                    {
                        break;
                    }

                    if (Find(reduction, out _) is { } smaller)
                    {
                        Take(smaller, pass.Id);
                        (any, again, some) = (true, true, true);
                        tried--;
                        break;
                    }
                }
            }
        }

        return any;
    }

    /// <summary>A smaller history of a reduction: as it is, in the manner of the whole, plainly, by chance.</summary>
    private FailingHistory? Find(Reduction reduction, out bool fails)
    {
        fails = false;
        var draft = reduction.Draft;
        if (IsSmaller(_test.Listed(draft), ref fails) is { } listed)
        {
            return listed;
        }

        if (reduction.Exact)
        {
            return null;
        }

        if (IsSmaller(_test.Guided(draft, _best), ref fails) is { } guided)
        {
            return guided;
        }

        if (IsSmaller(_test.Listed(draft with { Choices = [] }), ref fails) is { } plain)
        {
            return plain;
        }

        // Chance gives long histories: they are smaller only when a part is missing.
        var hasFewerParts = HistorySize.Of(draft, 0) is var size && (size.Faults, size.Elements).CompareTo((_best.Size.Faults, _best.Size.Elements)) < 0;
        for (var run = 0; hasFewerParts && run < _options.ChanceRuns; run++)
        {
            if (IsSmaller(_test.ByChance(draft, RandomNumbers.Seed("shrink", (ulong)run)), ref fails) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private FailingHistory? IsSmaller(FailingHistory? history, ref bool fails)
    {
        fails |= history is not null;
        return history is not null && history.Size.CompareTo(_best.Size) < 0 ? history : null;
    }

    /// <summary>Every history with fewer steps, as far as the runs go.</summary>
    private bool HasFewerSteps()
    {
        Tell(SearchName);
        _shortestProven = false;
        if (_best.Steps > StepsSearched)
        {
            return false;
        }

        // States first: where the exhaustive engine comes to an end, it is a proof. Runs go another way through what is too large for it.
        var found = Explored(_best.Draft, _best.Steps - 1, _options.SearchStates, out _shortestProven);
        found ??= _shortestProven ? null : _test.Search(_best.Draft, _best.Steps - 1, Math.Min(_options.SearchRuns, (int)(_options.Executions - _test.Work)), _stop, out _shortestProven);
        if (found is null || found.Size.CompareTo(_best.Size) >= 0)
        {
            return false;
        }

        Take(found, SearchName);
        return true;
    }

    private FailingHistory? Explored(Draft draft, int stepsMax, int statesMax, out bool complete)
    {
        complete = false;
        return statesMax == 0 ? null : _test.Explore(draft, stepsMax, statesMax, _stop, out complete);
    }

    /// <summary>Single parts are rows of the certificate; whatever leaves out more of them is gone through here, as long as it is little.</summary>
    private bool NothingSmallerExists(List<MinimalityRow> rows)
    {
        var parts = ShrinkPass.All.Where(pass => pass.RemovesParts).ToList();
        if (!rows.Where(row => parts.Exists(pass => pass.Id == row.Pass)).All(row => row.Complete && row.Verdict == MinimalityRow.Passes))
        {
            return false;
        }

        var seen = new SortedSet<string>(StringComparer.Ordinal);
        var waiting = new Queue<Draft>([_best.Draft]);
        while (waiting.TryDequeue(out var draft))
        {
            foreach (var reduction in parts.SelectMany(pass => pass.Reductions(_best with { Draft = draft })))
            {
                if (!seen.Add(KeyOf(reduction.Draft)))
                {
                    continue;
                }

                if (seen.Count > SubsetsMax || IsOver)
                {
                    return false;
                }

                waiting.Enqueue(reduction.Draft);
                if (!ReferenceEquals(draft, _best.Draft)
                    && (Explored(reduction.Draft, int.MaxValue, _options.SearchStates / 10, out var complete) is not null || !complete))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static string KeyOf(Draft draft) => string.Join(
        '/',
        [
            string.Join(',', draft.FaultOrigins),
            string.Join(',', draft.Guests),
            $"{draft.Scenario.UnbindQueue}",
            .. draft.Scenario.Guests.Select(guest => $"{guest.ResetsDevice} {string.Join('|', guest.Vcpus.Select(vcpu => string.Join(';', vcpu.Select(action => $"{action} {string.Join(' ', action.PauseNs)}"))))}"),
        ]);

    /// <summary>One row for each thing that could be missing or smaller; null when one of them fails and is smaller: then it is taken.</summary>
    private List<MinimalityRow>? Certify()
    {
        Tell("certificate");
        var rows = new List<MinimalityRow>();
        foreach (var pass in ShrinkPass.All)
        {
            foreach (var reduction in pass.Reductions(_best))
            {
                if (IsOver)
                {
                    return null;
                }

                var before = _test.Executions;
                var smaller = Find(reduction, out var fails);
                var complete = reduction.Exact;
                if (smaller is null && !reduction.Exact && !fails)
                {
                    var stepsMax = HistorySize.Of(reduction.Draft, 0).Elements < _best.Size.Elements || reduction.Draft.Faults.Count < _best.Size.Faults
                        ? Math.Max(StepsSearched, 2 * _best.Steps)
                        : _best.Steps - 1;
                    smaller = _test.Search(reduction.Draft, stepsMax, _options.RowRuns, _stop, out complete);
                    smaller ??= complete ? null : Explored(reduction.Draft, stepsMax < _best.Steps ? stepsMax : int.MaxValue, _options.SearchStates / 10, out complete);
                }

                if (smaller is not null && smaller.Size.CompareTo(_best.Size) < 0)
                {
                    Take(smaller, pass.Id);
                    return null;
                }

                rows.Add(new MinimalityRow(
                    pass.Id,
                    reduction.Element,
                    reduction.Change,
                    fails || smaller is not null ? MinimalityRow.FailsLater : MinimalityRow.Passes,
                    _test.Executions - before,
                    complete));
            }
        }

        return rows;
    }

    /// <summary>The last decision that saves the history when it is taken otherwise, with the answers behind it as they were.</summary>
    private PassingTwin? FindTwin()
    {
        var choices = _best.Draft.Choices;
        var flips = 0;
        for (var place = choices.Count - 1; place >= 0 && !_stop.IsCancellationRequested; place--)
        {
            for (var value = 0; value < _best.Domains[place]; value++)
            {
                if (value != choices[place])
                {
                    if (++flips > FlipsMax)
                    {
                        return null;
                    }

                    _test.Listed(_best.Draft with { Choices = [.. choices.Take(place), value, .. choices.Skip(place + 1)] });
                    if (!_test.Spoke)
                    {
                        return new PassingTwin(
                            place, _best.Labels[place], _best.At[place], choices[place], value, _test.Engine.Choices.Values.ToArray());
                    }
                }
            }
        }

        return null;
    }

    private List<ContinuationShare> SampleContinuations()
    {
        var shares = new List<ContinuationShare>();
        var choices = _best.Draft.Choices.Count;
        if (_options.ContinuationRuns == 0)
        {
            return shares;
        }

        // Of a long history so many places, evenly; its end is always one of them.
        var places = Math.Min(choices, PlacesMax);
        for (var i = 0; i <= places && !_stop.IsCancellationRequested; i++)
        {
            var place = places == 0 ? 0 : (int)((long)choices * i / places);
            var failed = 0;
            for (var run = 0; run < _options.ContinuationRuns; run++)
            {
                failed += _test.FailsByChance(_best.Draft, place, RandomNumbers.Seed("continuation", (ulong)run)) ? 1 : 0;
            }

            var at = place < _best.At.Count ? _best.At[place] : _best.Steps;
            shares.Add(new ContinuationShare(place, at, _options.ContinuationRuns, failed));
        }

        return shares;
    }

    private void Take(FailingHistory smaller, string pass)
    {
        (_best, _shortestProven) = (smaller, false);
        Tell(pass);
    }

    private void Tell(string pass) => _progress?.Report(new ShrinkProgress(_test.Executions, pass, _best));
}
