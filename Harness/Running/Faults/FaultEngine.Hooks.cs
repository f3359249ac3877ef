using ApChaos.Abstractions;

namespace ApChaos.Running;

/// <summary>The declared hooks: at each, every active fault that uses it is asked, in the order of the plan.</summary>
internal sealed partial class FaultEngine
{
    internal override void BeforeInstruction(ref InstructionSite site)
    {
        var place = new Place(TriggerKind.BeforeInstruction, site.Queue) { Op = site.Op, Actor = site.Issuer };
        var waiting = WaitingFor(in place);
        for (var i = 0; (waiting | _bendInstructions) != 0 && i < _faults.Length; i++)
        {
            if ((waiting & BitOf(i)) != 0)
            {
                Notice(i, in place);
            }

            if ((_bendInstructions & BitOf(i)) != 0 && IsAsked(i, FaultHooks.Instruction, site.Queue))
            {
                _faults[i].Fault.OnInstruction(this, ref site);
            }
        }
    }

    internal override void OnResetStart(ref ResetSite site)
    {
        for (var i = 0; i < _faults.Length; i++)
        {
            if (IsAsked(i, FaultHooks.ResetStart, site.Queue))
            {
                _faults[i].Fault.OnResetStart(this, ref site);
            }
        }
    }

    internal override void OnAqicAnswer(ref AqicSite site)
    {
        for (var i = 0; i < _faults.Length; i++)
        {
            if (IsAsked(i, FaultHooks.AqicAnswer, site.Queue))
            {
                _faults[i].Fault.OnAqicAnswer(this, ref site);
            }
        }
    }

    internal override void OnAqicStart(ref AqicSite site)
    {
        for (var i = 0; i < _faults.Length; i++)
        {
            if (IsAsked(i, FaultHooks.AqicStart, site.Queue))
            {
                _faults[i].Fault.OnAqicStart(this, ref site);
            }
        }
    }

    internal override void OnStore(ref StoreSite site)
    {
        for (var i = 0; i < _faults.Length; i++)
        {
            if (IsAsked(i, FaultHooks.Store, site.Queue))
            {
                _faults[i].Fault.OnStore(this, ref site);
            }
        }
    }

    internal override void OnRequestStart(ref RequestSite site)
    {
        for (var i = 0; i < _faults.Length; i++)
        {
            if (IsAsked(i, FaultHooks.RequestStart, site.Queue))
            {
                _faults[i].Fault.OnRequestStart(this, ref site);
            }
        }
    }

    /// <summary>The driver makes a call that may fail.</summary>
    /// <returns>The errno with which it fails, or 0.</returns>
    internal int OnCall(Op op, int queue)
    {
        var site = new CallSite { Op = op, Queue = queue };
        for (var i = 0; i < _faults.Length; i++)
        {
            if (IsAsked(i, FaultHooks.Call, queue))
            {
                _faults[i].Fault.OnCall(this, ref site);
            }
        }

        return site.Error;
    }

    /// <summary>Whether a fault is active and uses a hook; then it is its turn.</summary>
    private bool IsAsked(int index, FaultHooks hook, int queue)
    {
        if (!_states[index].Active || (_faults[index].Fault.Hooks & hook) == 0)
        {
            return false;
        }

        _current = index;
        _matchedQueue = queue;
        _matchedMdev = -1;
        return true;
    }
}
