using ApChaos.Abstractions;

namespace ApChaos.Running;

/// <summary>What of the faults is state. Counts of matches count only up to where they can still decide something.</summary>
internal sealed partial class FaultEngine
{
    /// <summary>Saves or restores what the faults remember.</summary>
    internal void Keep(StateImage image)
    {
        for (var i = 0; i < _states.Length; i++)
        {
            ref var state = ref _states[i];
            if (image.Forgets)
            {
                var trigger = _faults[i].Trigger;
                state.Matches = trigger.Nth > 0 ? Math.Min(state.Matches, trigger.Nth + 1) : trigger.Every > 0 ? state.Matches % trigger.Every : 0;
                state.AfterMatches = Saturate(state.AfterMatches, trigger.After);
                state.UntilMatches = Saturate(state.UntilMatches, trigger.Until);
                state.UnlessMatches = Saturate(state.UnlessMatches, trigger.Unless);
            }

            image.Value(ref state);
            for (var timer = 0; timer < TimersPerFault; timer++)
            {
                _machine.Timers.Keep(image, Slot(i, timer));
            }
        }
    }

    /// <summary>Watches what the plan's faults need, or nothing when they were lifted.</summary>
    internal void WatchAs(bool lifted)
    {
        if (lifted)
        {
            Watch(FaultHooks.None, instructionTriggers: false);
        }
        else
        {
            WatchAgain();
        }
    }

    private static int Saturate(int matches, FaultTrigger? condition) => condition is null ? 0 : Math.Min(matches, Math.Max(1, condition.Nth));
}
