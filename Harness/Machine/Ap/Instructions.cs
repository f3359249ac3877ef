using ApChaos.Abstractions;

namespace ApChaos.Machine;

/// <summary>The AP instructions and their answers (ap-facts §4 and §5).</summary>
public sealed partial class ApMachine
{
    /// <summary>Card type that TAPQ reports: CEX7.</summary>
    internal const int CardType = 13;

    /// <summary>Longest message in bytes: what the message-length code of TAPQ stands for.</summary>
    public const int MessageLengthMaximum = 12 * 1024;

    /// <summary>Second result of the last instruction: GR2 of TAPQ, the correlator of DQAP.</summary>
    internal long Gr2 { get; set; }

    /// <summary>Does one PQAP, NQAP or DQAP on a queue.</summary>
    /// <param name="op">The instruction.</param>
    /// <param name="apqn">The queue.</param>
    /// <param name="issuer">Who issues it.</param>
    /// <param name="guest">The issuing guest, or -1 for the host.</param>
    /// <param name="b">NQAP: length in bytes; AQIC: control word.</param>
    /// <param name="c">NQAP: correlator; AQIC: host address of the NIB.</param>
    /// <param name="d">AQIC: guest whose GISA is designated.</param>
    /// <returns>The status word.</returns>
    internal ApqSw Instruction(Op op, Apqn apqn, ActorClass issuer, int guest, int b, long c, long d)
    {
        Gr2 = 0;
        var queue = QueueOf(apqn);
        if (queue < 0)
        {
            var none = new ApqSw(ResponseCode.QNotAvail);
            Emit(EventKind.Instruction, -1, guest, none.Word, (long)issuer, apqn.Value, op);
            Situations?.Note(op, ResponseCode.QNotAvail, 0, issuer);
            return none;
        }

        var site = new InstructionSite { Op = op, Queue = queue, Issuer = issuer };
        if (Faults is { WatchesInstructions: true } before)
        {
            before.BeforeInstruction(ref site);
        }

        ref var q = ref Queues[queue];
        var state = Situations is null ? 0 : SituationLog.StateOf(in q);
        var conditions = site.Conditions | ConditionsOf(in q, queue, op, guest);
        ResponseCode rc;
        if (conditions != ApConditions.None)
        {
            rc = Refuse(ref q, queue, op, conditions, issuer);
        }
        else
        {
            rc = op switch
            {
                Op.Zapq => StartReset(queue, ResetKind.Zapq, issuer, -1),
                Op.Rapq => StartReset(queue, ResetKind.Rapq, issuer, -1),
                Op.Aqic => ControlInterruption(queue, b, c, (int)d, issuer),
                Op.Nqap => EnqueueRequest(queue, guest, b, c),
                Op.Dqap => DequeueReply(queue, guest),
                _ => ResponseCode.Normal,
            };
        }

        if (op == Op.Tapq && HasHardwareInfo(rc))
        {
            Gr2 = HardwareInfo();
        }

        var status = StatusWord(in q, rc);
        Emit(EventKind.Instruction, queue, guest, status.Word, (long)issuer, c, op);
        Situations?.Note(op, rc, state, issuer);
        if (Faults is { WatchesInstructions: true } after)
        {
            after.AfterInstruction(op, queue, issuer);
        }

        return status;
    }

    /// <summary>PQAP(QCI): what is configured.</summary>
    /// <returns>The block.</returns>
    internal QciResult QueryConfiguration()
    {
        const uint apxa = 0x40000000;
        var adapters = 0UL;
        for (var i = 0; i < Adapters.Length; i++)
        {
            adapters |= Adapters[i].Removed == 0 ? 1UL << i : 0;
        }

        var domains = _domainCount == 64 ? ulong.MaxValue : (1UL << _domainCount) - 1;
        return new QciResult(apxa, 255, 255, adapters, domains);
    }

    private ApConditions ConditionsOf(in QueueState q, int queue, Op op, int guest)
    {
        ref readonly var adapter = ref Adapters[AdapterOf(queue)];
        var conditions = ApConditions.None;
        if ((guest >= 0 && q.Owner != guest && !IsInApcb(queue, guest)) || adapter.Removed != 0)
        {
            conditions |= ApConditions.NotAvailable;
        }

        if (adapter.Deconfigured != 0)
        {
            conditions |= ApConditions.Deconfigured;
        }

        if (adapter.Checkstopped != 0)
        {
            conditions |= ApConditions.Checkstopped;
        }

        if (q.AsyncError != 0 && op is not (Op.Zapq or Op.Rapq))
        {
            conditions |= ApConditions.AsyncError;
        }

        if (q.StateChange != 0)
        {
            conditions |= ApConditions.StateChange;
        }

        if (q.Reset != ResetKind.None && !(op == Op.Aqic && Firmware.AqicDuringReset == AqicDuringReset.AcceptedThenLost))
        {
            conditions |= ApConditions.ResetInProgress;
        }

        // Busy is looked at last, unless it would be answered first: then it must not be hidden by what else holds.
        if (conditions == ApConditions.None || Firmware.Precedence[(int)(conditions | ApConditions.Busy)] == ResponseCode.Busy)
        {
            conditions |= BusyCondition(queue);
        }

        return conditions;
    }

    private ApConditions BusyCondition(int queue)
    {
        switch (Firmware.BusyModel)
        {
            case BusyModel.FirstTwo when Queues[queue].BusyLeft > 0:
                Queues[queue].BusyLeft--;
                return ApConditions.Busy;
            case BusyModel.Random when Choices.Chance(ChoiceLabel.Busy, 62):
                return ApConditions.Busy;
            default:
                return ApConditions.None;
        }
    }

    private ResponseCode Refuse(ref QueueState q, int queue, Op op, ApConditions conditions, ActorClass issuer)
    {
        var rc = Firmware.Precedence[(int)conditions];
        if (q.AsyncError != 0 && rc == ResponseCode.AssocSecretNotUnique)
        {
            rc = (ResponseCode)q.AsyncError;
            if (Firmware.SeErrors == SeErrors.Transient)
            {
                q.AsyncError = 0;
            }
        }

        if (rc == ResponseCode.ResetInProgress && q.Reset != ResetKind.None && op is Op.Zapq or Op.Rapq)
        {
            ResetWhileResetting(queue, op == Op.Zapq ? ResetKind.Zapq : ResetKind.Rapq, issuer);
        }

        return rc;
    }

    private ApqSw StatusWord(in QueueState q, ResponseCode rc)
    {
        var word = (uint)rc << 16;
        if (rc is ResponseCode.AssocSecretNotUnique or ResponseCode.AssocFailed)
        {
            word |= ApqSw.AsyncMask;
        }

        var valid = Firmware.FlagsValidWithRc switch
        {
            FlagsValidWithRc.Rc00 => rc == ResponseCode.Normal,
            FlagsValidWithRc.Rc00And02 => rc is ResponseCode.Normal or ResponseCode.ResetInProgress,
            _ => true,
        };
        if (!valid)
        {
            return new ApqSw(word);
        }

        if (q.Reset != ResetKind.None)
        {
            word |= Firmware.EmptyBitPoint == EmptyBitPoint.Start ? ApqSw.QueueEmptyMask : 0;
        }
        else
        {
            word |= q.RequestCount + q.ReplyCount == 0 ? ApqSw.QueueEmptyMask : 0;
            word |= q.ReplyCount > 0 ? ApqSw.RepliesWaitingMask : 0;
            word |= q.RequestCount + q.ReplyCount >= DepthMax ? ApqSw.QueueFullMask : 0;
        }

        word |= q.Irq is IrqState.On or IrqState.Disabling ? ApqSw.IrqEnabledMask : 0;
        return new ApqSw(word);
    }

    // GR2 of TAPQ says nothing with the other response codes (ap-facts §5.1); here it is 0 then.
    private static bool HasHardwareInfo(ResponseCode rc) => rc is ResponseCode.Normal or ResponseCode.ResetInProgress
        or ResponseCode.Deconfigured or ResponseCode.Checkstopped or ResponseCode.Busy
        or ResponseCode.AssocSecretNotUnique or ResponseCode.AssocFailed;

    // A CCA coprocessor with APXA; class and bind state stay 0 (usable); at, nd, ml and qd as TapqResult reads them.
    private long HardwareInfo() =>
        (1L << (63 - 3)) | (1L << (63 - 6)) | ((long)CardType << 24) | ((long)Topology.Domains[^1] << 16) | (3L << 8) | (DepthMax - 1L);
}
