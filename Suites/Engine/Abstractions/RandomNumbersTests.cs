using ApChaos.Abstractions;

namespace ApChaos.Suites.Engine.Abstractions;

/// <summary>Reference vectors published with the algorithms (Blackman and Vigna; the same that other implementations test against).</summary>
[TestFixture]
public sealed class RandomNumbersTests
{
    [Test]
    public void Xoshiro256starstar_gives_the_published_numbers_for_the_state_1_2_3_4()
    {
        var random = new RandomNumbers(1, 2, 3, 4);
        Assert.That(Enumerable.Range(0, 10).Select(_ => random.Next()).ToArray(), Is.EqualTo(new ulong[]
        {
            11520, 0, 1509978240, 1215971899390074240, 1216172134540287360, 607988272756665600, 16172922978634559625,
            8476171486693032832, 10595114339597558777, 2904607092377533576,
        }));
    }

    [Test]
    public void SplitMix64_gives_the_published_numbers_for_the_seed_1234567()
    {
        ulong state = 1234567;
        Assert.That(Enumerable.Range(0, 5).Select(_ => RandomNumbers.SplitMix64(ref state)).ToArray(), Is.EqualTo(new ulong[]
        {
            6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821,
        }));
    }

    [Test]
    public void A_seed_stands_for_the_first_four_numbers_of_SplitMix64()
    {
        ulong state = 1234567;
        ulong[] s = [.. Enumerable.Range(0, 4).Select(_ => RandomNumbers.SplitMix64(ref state))];
        var expanded = new RandomNumbers(s[0], s[1], s[2], s[3]);
        var seeded = new RandomNumbers(1234567);
        Assert.That(Enumerable.Range(0, 20).Select(_ => seeded.Next()), Is.EqualTo(Enumerable.Range(0, 20).Select(_ => expanded.Next())));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(7)]
    [TestCase(1000)]
    [TestCase(int.MaxValue)]
    public void A_number_below_a_bound_is_below_it_and_all_are_about_as_frequent(int bound)
    {
        const int draws = 70_000;
        var random = new RandomNumbers(9);
        int[] counts = new int[Math.Min(bound, 7)];
        for (int i = 0; i < draws; i++)
        {
            int value = random.Next(bound);
            Assert.That(value, Is.InRange(0, bound - 1));
            counts[(int)((long)value * counts.Length / bound)]++;
        }

        // Six standard deviations of a fair count.
        double fair = draws / (double)counts.Length;
        Assert.That(counts, Is.All.InRange(fair - (6 * Math.Sqrt(fair)), fair + (6 * Math.Sqrt(fair))));
    }

    [Test]
    public void The_seed_of_a_text_and_a_number_is_the_same_on_every_machine()
    {
        // FNV-1a of "" is its offset basis (published); a step of SplitMix64 follows.
        ulong basis = 0xCBF29CE484222325;
        Assert.That(RandomNumbers.Seed(""), Is.EqualTo(RandomNumbers.SplitMix64(ref basis)));

        // FNV-1a 64 of "a" is af63dc4c8601ec8c (published).
        ulong a = 0xAF63DC4C8601EC8C;
        Assert.That(RandomNumbers.Seed("a"), Is.EqualTo(RandomNumbers.SplitMix64(ref a)));
    }

    [Test]
    public void Seeds_of_neighbouring_runs_do_not_meet()
    {
        var seeds = new SortedSet<ulong>();
        for (ulong run = 0; run < 20_000; run++)
        {
            seeds.Add(RandomNumbers.Seed("apchaos", run));
            seeds.Add(RandomNumbers.Seed("apchao", run));
        }

        Assert.That(seeds, Has.Count.EqualTo(40_000));
    }
}
