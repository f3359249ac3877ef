using ApChaos.Abstractions;
using ApChaos.Running;

namespace ApChaos.Suites.Engine.Exploring;

/// <summary>Every sequence of choices of the ordinary engine, one run each: what exploration must agree with.</summary>
internal sealed class BruteForce : ChoiceSource
{
    private readonly List<(int Value, int Count)> wheels = [];
    private int position;

    /// <summary>For each oracle that spoke the fewest steps.</summary>
    public SortedDictionary<string, int> Shortest { get; } = new(StringComparer.Ordinal);

    public long Runs { get; private set; }

    public static BruteForce Of(RunEngine engine, long most)
    {
        var all = new BruteForce();
        do
        {
            all.position = 0;
            engine.Run(all);
            all.Note(engine);
            if (++all.Runs > most)
                throw new InvalidOperationException($"more than {most} sequences of choices");
        }
        while (all.Turn());
        return all;
    }

    public override int Next(ChoiceLabel label, int count)
    {
        if (position == wheels.Count)
            wheels.Add((0, count));
        return wheels[position++].Value;
    }

    private void Note(RunEngine engine)
    {
        foreach (ref readonly Finding finding in engine.Findings)
        {
            string oracle = engine.Setup.Oracles[finding.Oracle].Id;
            int steps = finding.Event.Step;
            Shortest[oracle] = Math.Min(steps, Shortest.GetValueOrDefault(oracle, int.MaxValue));
        }
    }

    private bool Turn()
    {
        wheels.RemoveRange(position, wheels.Count - position);
        while (wheels.Count > 0)
        {
            var (value, count) = wheels[^1];
            wheels.RemoveAt(wheels.Count - 1);
            if (value + 1 < count)
            {
                wheels.Add((value + 1, count));
                return true;
            }
        }

        return false;
    }
}
