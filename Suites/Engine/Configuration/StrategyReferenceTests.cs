using ApChaos.Campaigns;
using ApChaos.Hosting;

namespace ApChaos.Suites.Engine.Configuration;

[TestFixture]
public sealed class StrategyReferenceTests
{
    [TestCase("pct", "pct:3")]
    [TestCase("pct:2", "pct:2")]
    [TestCase("pct:depth=5", "pct:5")]
    [TestCase("random-walk", "random-walk")]
    public void A_strategy_is_named_with_the_values_of_its_options(string text, string full) =>
        Assert.That(StrategyReference.Parse(text).Text, Is.EqualTo(full));

    [TestCase("pctt", "unknown strategy 'pctt' (did you mean pct?); expected one of: bfs, deepening, ")]
    [TestCase("", "unknown strategy ''; expected one of: bfs, deepening, ")]
    [TestCase("pct:0", "depth of the strategy pct is '0'; expected a whole number from 1 to 64")]
    [TestCase("pct:99999999999999", "depth of the strategy pct is '99999999999999'; expected a whole number from 1 to 64")]
    [TestCase("pct:", "depth of the strategy pct is ''; expected a whole number from 1 to 64")]
    [TestCase("pct:3,4", "the strategy pct takes 1 values, not 2; expected pct:depth=3")]
    [TestCase("random-walk:1", "the strategy random-walk takes 0 values, not 1; expected random-walk")]
    [TestCase("delay:depth=2", "the strategy delay has no option 'depth'; expected delay:delays=2")]
    public void What_is_no_strategy_is_refused_with_what_is_expected(string text, string message) =>
        Assert.That(Assert.Throws<InputException>(() => StrategyReference.Parse(text))!.Message, Does.StartWith(message));
}
