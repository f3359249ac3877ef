using System.Runtime.CompilerServices;
using ApChaos.Abstractions;

namespace ApChaos.Suites.Engine.Abstractions;

/// <summary>Frames of suspended calls are pooled: a run allocates nothing in steady state (design §3, law 4).</summary>
[TestFixture]
public sealed class FramePoolTests
{
    private static readonly Apqn Queue = new(5, 4);

    [Test]
    public void Calls_one_after_the_other_allocate_nothing()
    {
        SteadyState.InOptimisedCodeOnly();
        var kernel = new Kernel();
        Assert.That(SteadyState.Allocated(() => Turn(kernel, Reset(kernel, 3))), Is.Zero);
    }

    [Test]
    public void Calls_that_threw_give_their_frames_back()
    {
        var kernel = new Kernel();
        var frames = new List<Frame>();
        for (int i = 0; i < 1000; i++)
        {
            ApTask call = Fails(kernel);
            frames.Add(call.Frame!);
            Assert.That(() => Turn(kernel, call), Throws.TypeOf<TimeoutException>());
        }

        Assert.That(frames.Distinct().Count(), Is.EqualTo(1));

        static async ApTask Fails(Kernel kernel)
        {
            await kernel.Msleep(1);
            throw new TimeoutException();
        }
    }

    [Test]
    public void Calls_that_never_return_are_given_back_all_at_once()
    {
        SteadyState.InOptimisedCodeOnly();
        var kernel = new Kernel();
        Assert.That(SteadyState.Allocated(() => Abandon(kernel)), Is.Zero);
        Assert.That(kernel.Request.Op, Is.EqualTo(Op.None));
        Assert.That(Turn(kernel, Nested(kernel, depth: 20)), Is.EqualTo(20), "and what was left over does no harm");

        static void Abandon(Kernel kernel)
        {
            _ = Nested(kernel, depth: 20);
            kernel.TakeAllFramesBack();
        }
    }

    [Test]
    public void A_frame_that_was_given_back_remembers_nothing_of_its_last_call()
    {
        var kernel = new Kernel();
        _ = Nested(kernel, depth: 3);
        kernel.TakeAllFramesBack();
        Assert.That(Turn(kernel, Nested(kernel, depth: 5)), Is.EqualTo(5));
        Assert.That(Turn(kernel, Nested(kernel, depth: 5)), Is.EqualTo(5));
    }

    [Test]
    public void A_call_whose_state_machine_is_a_class_runs_as_well()
    {
        // What the compiler makes in Debug builds: a class, and the builder in its field.
        var kernel = new Kernel();
        Assert.That(Turn(kernel, ClassShape.Call(kernel, 3)), Is.EqualTo(1 + 2 + 3));
        Assert.That(Turn(kernel, ClassShape.Call(kernel, 2)), Is.EqualTo(1 + 2));
        ApTask<long> outer = Outer(kernel);
        Assert.That(Turn(kernel, outer), Is.EqualTo(1 + 10));

        static async ApTask<long> Outer(Kernel kernel) => await ClassShape.Call(kernel, 1) + 10;
    }

    [Test]
    public void A_call_whose_state_machine_is_a_class_may_throw_and_may_be_abandoned()
    {
        var kernel = new Kernel();
        Assert.That(() => Turn(kernel, ClassShape.Call(kernel, -1)), Throws.TypeOf<FormatException>());
        _ = ClassShape.Call(kernel, 3);
        kernel.TakeAllFramesBack();
        Assert.That(Turn(kernel, ClassShape.Call(kernel, 4)), Is.EqualTo(1 + 2 + 3 + 4));
    }

    [Test]
    public void A_handle_that_is_kept_for_too_long_names_nothing_of_another_kind()
    {
        const int kernels = 200;
        List<(Handle<Kernel> Kernel, Handle<Frame> Frame, Type Type)> kept = [];
        for (int i = 0; i < kernels; i++)
            kept.Add(Leave());
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Kernel[] others = [.. Enumerable.Range(0, kernels).Select(_ => new Kernel())];
        foreach (Kernel kernel in others)
            Turn(kernel, Reset(kernel, 2));
        Assert.Multiple(() =>
        {
            Assert.That(kept.Select(k => k.Kernel.Target).OfType<object>().Select(kernel => kernel.GetType()), Is.All.EqualTo(typeof(Kernel)));
            Assert.That(kept.Where(k => k.Frame.Target is { } frame && frame.GetType() != k.Type), Is.Empty);
            Assert.That(kept.Select(k => k.Kernel.Target).Intersect(others), Is.Not.Empty, "handles are used again");
        });

        [MethodImpl(MethodImplOptions.NoInlining)]
        static (Handle<Kernel> Kernel, Handle<Frame> Frame, Type Type) Leave()
        {
            var kernel = new Kernel();
            _ = Nested(kernel, depth: 2);
            return (kernel.Handle, kernel.WaitingFrame, kernel.Waiting!.GetType());
        }
    }

    private static async ApTask<long> Reset(Kernel kernel, int attempts)
    {
        long total = 0;
        await kernel.Zapq(Queue);
        for (int i = 0; i < attempts; i++)
            total += await Attempt(kernel);
        return total;
    }

    private static async ApTask<long> Attempt(Kernel kernel)
    {
        await kernel.Msleep(20);
        return (await kernel.Tapq(Queue)).Word;
    }

    private static async ApTask<int> Nested(Kernel kernel, int depth)
    {
        if (depth == 0)
        {
            await kernel.Msleep(1);
            return 0;
        }

        return 1 + await Nested(kernel, depth - 1);
    }

    /// <summary>Answers every request with 1, 2, 3, …</summary>
    private static TResult Turn<TResult>(Kernel kernel, ApTask<TResult> call)
    {
        Turn(kernel, call.Frame);
        return call.GetAwaiter().GetResult();
    }

    private static void Turn(Kernel kernel, ApTask call)
    {
        Turn(kernel, call.Frame);
        call.GetAwaiter().GetResult();
    }

    private static void Turn(Kernel kernel, Frame? call)
    {
        kernel.Reply = 0;
        while (call is { Completed: false })
        {
            kernel.Request = default;
            kernel.Reply++;
            kernel.Waiting!.Move();
        }
    }

    /// <summary>Written by hand after what the compiler makes of a loop of sleeps in a Debug build.</summary>
    private sealed class ClassShape : IAsyncStateMachine
    {
        private Kernel kernel = null!;
        private ApTaskMethodBuilder<long> builder;
        private KernelOperation<long, ValueReply> awaiter;
        private int state = -1;
        private int left;
        private long total;

        public static ApTask<long> Call(Kernel kernel, int count)
        {
            var machine = new ClassShape { kernel = kernel, left = count, builder = ApTaskMethodBuilder<long>.Create() };
            machine.builder.Start(ref machine);
            return machine.builder.Task;
        }

        public void MoveNext()
        {
            try
            {
                if (state == 0)
                {
                    total += awaiter.GetResult();
                    left--;
                }

                if (left < 0)
                    throw new FormatException("no count");
                if (left > 0)
                {
                    state = 0;
                    awaiter = kernel.Sleep(1).GetAwaiter();
                    ClassShape self = this;
                    builder.AwaitUnsafeOnCompleted(ref awaiter, ref self);
                    return;
                }
            }
            catch (Exception e)
            {
                state = -2;
                builder.SetException(e);
                return;
            }

            state = -2;
            builder.SetResult(total);
        }

        public void SetStateMachine(IAsyncStateMachine stateMachine)
        {
        }
    }
}
