using System.Runtime.CompilerServices;
using ApChaos.Abstractions;
using ApChaos.Machine;
using ApChaos.Running;

namespace ApChaos.Suites.Benchmarks;

/// <summary>
/// Scenario S on a small machine: a driver releases 4 queues while 4 vCPUs use them, under virtual time; trace hash on, the oracle asked at every
/// store to a NIB. The same as Peers/release.c, choice by choice; actors are sequential code that is really run.
/// </summary>
internal sealed class ReleaseRun() : SmallRunForm(SmallRunForms.Code)
{
    private const int Queues = 4;
    private const int RequestsPerVcpu = 4;

    // Slots: the driver, the vCPUs, the replies of the cards, the ends of their resets. Each has a timer.
    private const int FirstReply = 1 + Queues;
    private const int FirstResetEnd = FirstReply + Queues;
    private const int Slots = FirstResetEnd + Queues;

    private const uint ResetInProgress = (uint)ResponseCode.ResetInProgress << 16;
    private const uint NoReply = 0x10u << 16;
    private const uint Empty = 1u << 31;

    private static readonly long[] ServiceNs = [0, VirtualTime.Millisecond, 50 * VirtualTime.Millisecond];

    private readonly Kernel _kernel = new();
    private readonly NaturalDrivers _drivers = new(Queues, patient: false);
    private readonly Timers _timers = new(Slots);
    private readonly Actor[] _actors = new Actor[FirstReply];
    private readonly Queue[] _queues = new Queue[Queues];
    private RandomNumbers _random;
    private TraceHash _hash;
    private bool _violated;

    /// <inheritdoc/>
    protected override (long Steps, ulong Hashes, long Violating) Run(ulong firstSeed, int runs)
    {
        var (steps, hashes, violating) = (0L, 0UL, 0L);
        for (var i = 0; i < runs; i++)
        {
            steps += RunOnce(firstSeed + (ulong)i);
            hashes += _hash.Value;
            violating += _violated ? 1 : 0;
        }

        return (steps, hashes, violating);
    }

    private static async ApTask Vcpu(Kernel kernel, Apqn apqn, bool resets)
    {
        await kernel.Aqic(apqn, new AqicControl(Enable: true, Gisc: 3, Isc: 3, Gisa: 0), nib: 0);
        for (var request = 0; request < RequestsPerVcpu; request++)
        {
            await kernel.Nqap(apqn, request, length: 64);
            await kernel.Msleep(1);
            await kernel.Dqap(apqn);
        }

        if (resets)
        {
            await kernel.Zapq(apqn);
        }
    }

    private int RunOnce(ulong seed)
    {
        Begin(seed);
        var steps = 0;
        while (true)
        {
            var count = _timers.CountReady();
            if (count == 0)
            {
                if (!_timers.Advance())
                {
                    return steps;
                }

                continue;
            }

            steps++;
            var slot = _timers.SlotAt(count > 1 ? _random.Next(count) : 0);
            _timers.MakeWaiting(slot);
            if (slot < FirstReply)
            {
                StepActor(slot);
                continue;
            }

            if (slot < FirstResetEnd)
            {
                StoreReply(slot - FirstReply);
            }
            else
            {
                Complete(slot - FirstResetEnd);
            }

            _hash.AddStep(slot, Op.None, 0, _timers.NowNs);
        }
    }

    private void Begin(ulong seed)
    {
        _random = new RandomNumbers(seed);
        _hash.Reset();
        _timers.Reset();
        _violated = false;
        for (var queue = 0; queue < Queues; queue++)
        {
            _queues[queue] = new Queue { Pinned = true };
        }

        for (var slot = 0; slot < FirstReply; slot++)
        {
            ref var actor = ref _actors[slot];
            actor.Code.Begin(_kernel, slot == 0 ? _drivers.Begin(_kernel, actor: 0) : Vcpu(_kernel, NaturalDrivers.QueueAt(slot - 1), resets: (slot & 1) == 0));
            Await(slot, ref actor);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void StepActor(int slot)
    {
        ref var actor = ref _actors[slot];
        var reply = Do(in actor);
        _hash.AddStep(slot, actor.Op, reply, _timers.NowNs);
        if (actor.Code.Answer(_kernel, reply))
        {
            Await(slot, ref actor);
        }
    }

    /// <summary>The actor said what it asks for next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Await(int slot, ref Actor actor)
    {
        ref var request = ref _kernel.Request;
        (actor.Op, actor.A, actor.C) = (request.Op, request.A, request.C);
        request.Op = Op.None;
        if (actor.Op == Op.Msleep)
        {
            _timers.Arm(slot, actor.C);
        }
        else
        {
            _timers.MakeReady(slot);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint Do(in Actor actor)
    {
        switch (actor.Op)
        {
            case Op.Zapq:
                return Zapq(actor.A);
            case Op.Tapq:
                ref var tested = ref _queues[actor.A];
                return tested.Resetting ? ResetInProgress : tested.Requests + tested.Replies > 0 ? 0 : Empty;
            case Op.Aqic:
                ref var controlled = ref _queues[actor.A];
                controlled.Irq |= !controlled.Resetting;
                return controlled.Resetting ? ResetInProgress : 0;
            case Op.Nqap:
                return Nqap(actor.A);
            case Op.Dqap:
                return Dqap(ref _queues[actor.A]);
            case Op.UnpinPages:
                _queues[actor.C].Pinned = false;
                return 0;
            default:
                return 0;
        }
    }

    private uint Zapq(int queue)
    {
        if (_queues[queue].Resetting)
        {
            return ResetInProgress;
        }

        var duration = _random.Next(4);
        if (duration == 0)
        {
            Complete(queue);
            return Empty;
        }

        _queues[queue].Resetting = true;
        _timers.Arm(FirstResetEnd + queue, duration * 20 * VirtualTime.Millisecond);
        return 0;
    }

    private uint Nqap(int queue)
    {
        ref var q = ref _queues[queue];
        if (q.Resetting)
        {
            return ResetInProgress;
        }

        if (q.Requests++ == 0)
        {
            Serve(queue);
        }

        return 0;
    }

    private static uint Dqap(ref Queue queue)
    {
        if (queue.Resetting)
        {
            return ResetInProgress;
        }

        if (queue.Replies == 0)
        {
            return NoReply;
        }

        queue.Replies--;
        return 0;
    }

    private void Serve(int queue) => _timers.Arm(FirstReply + queue, ServiceNs[_random.Next(ServiceNs.Length)]);

    /// <summary>The card has a reply, and stores into the NIB when interruption is on.</summary>
    private void StoreReply(int queue)
    {
        ref var q = ref _queues[queue];
        q.Requests--;
        q.Replies++;
        _violated |= q.Irq && !q.Pinned;
        if (q.Requests > 0)
        {
            Serve(queue);
        }
    }

    /// <summary>A reset ends: interruption is off, requests and replies are gone.</summary>
    private void Complete(int queue)
    {
        _queues[queue] = new Queue { Pinned = _queues[queue].Pinned };
        _timers.Disarm(FirstReply + queue);
    }

    private struct Actor
    {
        internal CodeActor Code;
        internal long C;
        internal int A;
        internal Op Op;
    }

    private struct Queue
    {
        internal byte Requests;
        internal byte Replies;
        internal bool Irq;
        internal bool Pinned;
        internal bool Resetting;
    }
}
