using ApChaos.Exploring;

namespace ApChaos.Suites.Engine.Search;

/// <summary>The tables themselves, with hashes that were chosen to collide.</summary>
[TestFixture]
public sealed unsafe class VisitedSetTests
{
    private const long Slots = 64;
    private const long Crowd = 3 << 18;

    [Test]
    public void States_with_one_hash_are_different_states_for_the_exact_set_and_for_128_bits_and_one_for_64_bits()
    {
        Assert.That(AddAll<WholeStates<State32>>(_ => 0xFFFF_FFFF_FFFF_FFFF, 40), Is.EqualTo(40));
        Assert.That(AddAll<Fingerprints128<State32>>(_ => 0xFFFF_FFFF_FFFF_FFFF, 40), Is.EqualTo(40));
        Assert.That(AddAll<Fingerprints64<State32>>(_ => 0xFFFF_FFFF_FFFF_FFFF, 40), Is.EqualTo(1));
    }

    [Test]
    public void A_table_whose_entries_all_want_the_last_slot_goes_on_at_the_first()
    {
        ulong LastSlot(int i) => 0xFFFF_FFFF_0000_0000 | (uint)(i + 1);
        Assert.That(AddAll<WholeStates<State32>>(LastSlot, (int)Slots - 1), Is.EqualTo(Slots - 1));
        Assert.That(AddAll<Fingerprints64<State32>>(LastSlot, (int)Slots - 1), Is.EqualTo(Slots - 1));
        Assert.That(AddAll<Fingerprints128<State32>>(LastSlot, (int)Slots - 1), Is.EqualTo(Slots - 1));
    }

    [Test]
    public void Equal_states_are_told_from_states_that_differ_in_any_one_byte()
    {
        State32 state = default;
        StateBytes.Of(ref state).Fill(7);
        for (var i = 0; i < 32; i++)
        {
            var other = state;
            StateBytes.Of(ref other)[i]++;
            Assert.That(StateBytes.Same(in state, in other), Is.False, $"byte {i}");
            Assert.That(StateHash.Of(in state, 0), Is.Not.EqualTo(StateHash.Of(in other, 0)), $"byte {i}");
        }

        var same = state;
        Assert.That(StateBytes.Same(in state, in same), Is.True);
    }

    [Test]
    public void Small_states_and_states_of_odd_sizes_are_hashed_and_compared_in_full()
    {
        var (a, b) = ((1, (byte)2, (byte)3), (1, (byte)2, (byte)4));
        Assert.That(StateBytes.Same(in a, in b), Is.False);
        Assert.That(StateHash.Of(in a, 0), Is.Not.EqualTo(StateHash.Of(in b, 0)));
        var (one, two) = ((byte)1, (byte)2);
        Assert.That(StateHash.Of(in one, 0), Is.Not.EqualTo(StateHash.Of(in two, 0)));
    }

    [Test]
    public void Fingerprints_of_counted_states_do_not_collide_and_fill_all_bits()
    {
        var seen = new HashSet<ulong>();
        var ones = new int[64];
        for (ulong i = 0; i < 100_000; i++)
        {
            State128 state = default;
            state[(int)(i % 16)] = i / 16;
            state[15] += i % 16 == 15 ? 0ul : 1;
            var hash = StateHash.Of(in state, 0);
            seen.Add(hash);
            for (var bit = 0; bit < 64; bit++)
                ones[bit] += (int)((hash >> bit) & 1);
        }

        // States with 0 in all counted words are alike: 15 of the 16 first ones.
        Assert.That(seen, Has.Count.InRange(100_000 - 16, 100_000));
        Assert.That(ones, Is.All.InRange(49_000, 51_000));
    }

    /// <summary>All workers add the same states in the same order, so that they meet at each of them; the table is full to its bound.</summary>
    [Test]
    public void What_several_workers_add_at_the_same_time_is_added_once([Values(2, 3)] int workers)
    {
        Assert.That(AddTogether<Fingerprints64<State32>>(workers), Is.EqualTo(Crowd));
        Assert.That(AddTogether<Fingerprints128<State32>>(workers), Is.EqualTo(Crowd));
        Assert.That(AddTogether<WholeStates<State32>>(workers), Is.EqualTo(Crowd));
    }

    private static long AddTogether<TSet>(int workers)
        where TSet : struct, IVisitedSet<State32, TSet>
    {
        using var states = new ChunkedArray<State32>();
        var set = TSet.Create(Crowd / 3 * 4, 0, states);
        states.Reserve(0);
        for (var id = 1u; id < (uint)(workers * Crowd); id *= 2)
            states.Reserve(id);

        states.Reserve((uint)(workers * Crowd));
        long added = 0;
        var threads = Enumerable.Range(0, workers).Select(worker => new Thread(() => Interlocked.Add(ref added, AddCrowd(set, states, (uint)worker * (uint)Crowd)))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        set.Dispose();
        return added;
    }

    private static long AddCrowd<TSet>(TSet set, ChunkedArray<State32> states, uint id)
        where TSet : struct, IVisitedSet<State32, TSet>
    {
        var added = 0u;
        for (var i = 0; i < Crowd; i++)
        {
            State32 state = default;
            state[1] = (ulong)i;
            if (set.Add<Together>(in state, set.Hash(in state), states.At(id + added), id + added))
                added++;
        }

        return added;
    }

    /// <summary>Adds different states under chosen hashes, moves them to a larger table, and finds each of them there.</summary>
    private static int AddAll<TSet>(Func<int, ulong> hashOf, int count)
        where TSet : struct, IVisitedSet<State32, TSet>
    {
        using var states = new ChunkedArray<State32>();
        var set = TSet.Create(Slots, 0, states);
        var added = 0;
        for (var i = 0; i < count; i++)
        {
            if (Add(set, i, added))
                added++;
        }

        var larger = TSet.Create(2 * Slots, 0, states);
        larger.Move(set, 0, Slots);
        set.Dispose();
        for (var i = 0; i < count; i++)
            Assert.That(Add(larger, i, added), Is.False, $"state {i} was lost when the table grew");

        larger.Dispose();
        return added;

        bool Add(TSet to, int i, int id)
        {
            State32 state = default;
            state[3] = (ulong)i;
            states.Reserve((uint)id);
            return to.Add<Together>(in state, hashOf(i), states.At((uint)id), (uint)id);
        }
    }
}
