using ApChaos.Abstractions;
using ApChaos.Exploring;

namespace ApChaos.Suites.Engine.Search;

[TestFixture]
public sealed class DeadEndsTests
{
    [Test]
    public void It_agrees_with_a_dictionary([Values(1, 10, 100_000)] int states)
    {
        var ends = new DeadEnds();
        var random = new RandomNumbers(1);
        for (int round = 0; round < 2; round++)
        {
            var known = new Dictionary<int, int>();
            for (int i = 0; i < 200_000; i++)
            {
                int state = random.Next(states);
                int toGo = 1 + random.Next(20);
                bool isNew = known.GetValueOrDefault(state) < toGo;
                known[state] = Math.Max(known.GetValueOrDefault(state), toGo);

                // States that differ in one of two fingerprints, and meet in the low bits of the other.
                Assert.That(ends.Add((ulong)(state / 2), (ulong)(state % 2) << 63, toGo), Is.EqualTo(isNew));
            }

            ends.Clear();
        }
    }

    [Test]
    public void What_has_too_many_steps_to_go_is_followed_again_and_again()
    {
        var ends = new DeadEnds();
        Assert.That(Enumerable.Range(0, 2).Select(_ => ends.Add(1, 1, 65_535)), Is.EqualTo([true, false]));
        Assert.That(Enumerable.Range(0, 2).Select(_ => ends.Add(2, 2, 65_536)), Is.EqualTo([true, true]));
    }
}
