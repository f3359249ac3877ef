using ApChaos.Abstractions;

namespace ApChaos.Suites.Engine.Abstractions;

/// <summary>Sequential code is what drivers are written in (design §3, law 4): whatever C# allows between two awaits must work.</summary>
[TestFixture]
public sealed class ApTaskTests
{
    private static readonly Apqn Queue = new(5, 4);

    private HandCrank crank = new();

    [SetUp]
    public void MakeCrank() => crank = new HandCrank();

    [Test]
    public void Locals_of_a_loop_survive_its_waits()
    {
        long sum = crank.Run(async kernel =>
        {
            long total = 0;
            for (int i = 0; i < 100; i++)
                total += i * await kernel.Sleep(1);
            return total;
        });
        Assert.That(sum, Is.EqualTo(Enumerable.Range(0, 100).Sum(i => (long)i * (i + 1))));
        Assert.That(crank.Asked, Has.Count.EqualTo(100).And.All.EqualTo(Op.Msleep));
    }

    [Test]
    public void Nested_calls_return_to_their_callers()
    {
        Assert.That(crank.Run(kernel => Fibonacci(kernel, 12)), Is.EqualTo(144));

        static async ApTask<int> Fibonacci(Kernel kernel, int n)
        {
            if (n < 2)
                return n;
            await kernel.Msleep(1);
            return await Fibonacci(kernel, n - 1) + await Fibonacci(kernel, n - 2);
        }
    }

    [Test]
    public void A_million_waits_in_a_row_need_no_deeper_stack()
    {
        crank.Run(async kernel =>
        {
            for (int i = 0; i < 1_000_000; i++)
                await Step(kernel);
        });
        Assert.That(crank.Replies, Is.EqualTo(1_000_000));

        static async ApTask<long> Step(Kernel kernel) => await kernel.Sleep(1);
    }

    [Test]
    public void Calls_that_do_not_wait_return_at_once()
    {
        int result = crank.Run(async kernel =>
        {
            await ApTask.CompletedTask;
            await Nothing();
            return await ApTask.FromResult(3) + await Four();
        });
        Assert.That(result, Is.EqualTo(7));
        Assert.That(crank.Asked, Is.Empty);

#pragma warning disable CS1998 // It is the point that they do not wait.
        static async ApTask Nothing()
        {
        }

        static async ApTask<int> Four() => 4;
#pragma warning restore CS1998
    }

    [Test]
    public void Finally_runs_after_the_waits_of_its_try_and_may_wait_itself()
    {
        var order = new List<string>();
        crank.Run(async kernel =>
        {
            try
            {
                order.Add("try");
                await kernel.Lock(KernelLock.Mdevs);
                order.Add("locked");
            }
            finally
            {
                await kernel.Unlock(KernelLock.Mdevs);
                order.Add("unlocked");
            }

            order.Add("after");
        });
        Assert.That(order, Is.EqualTo(["try", "locked", "unlocked", "after"]));
        Assert.That(crank.Asked, Is.EqualTo([Op.Lock, Op.Unlock]));
    }

    [Test]
    public void Finally_runs_on_the_way_of_an_exception_and_of_a_return()
    {
        var order = new List<string>();
        Assert.That(() => crank.Run(kernel => Body(kernel, fails: true)), Throws.TypeOf<FormatException>().With.Message.EqualTo("after a wait"));
        Assert.That(crank.Run(kernel => Body(kernel, fails: false)), Is.EqualTo(1));
        Assert.That(order, Is.EqualTo(["finally", "finally"]));
        Assert.That(crank.Asked, Is.EqualTo([Op.Tapq, Op.Zapq, Op.Tapq, Op.Zapq]));

        async ApTask<int> Body(Kernel kernel, bool fails)
        {
            try
            {
                await kernel.Tapq(Queue);
                return fails ? throw new FormatException("after a wait") : 1;
            }
            finally
            {
                await kernel.Zapq(Queue);
                order.Add("finally");
            }
        }
    }

    [TestCase(true)]
    [TestCase(false)]
    public void An_exception_reaches_the_caller_through_all_calls_between(bool beforeTheFirstWait)
    {
        string caught = crank.Run(async kernel =>
        {
            await kernel.Msleep(1);
            try
            {
                await Outer(kernel);
                return "nothing";
            }
            catch (InvalidCastException e) when (e.Message == "deep")
            {
                await kernel.Msleep(1);
                return e.Message;
            }
        });
        Assert.That(caught, Is.EqualTo("deep"));

        async ApTask Outer(Kernel kernel) => await Middle(kernel);

        async ApTask<int> Middle(Kernel kernel) => 1 + await Inner(kernel);

        async ApTask<int> Inner(Kernel kernel)
        {
            if (beforeTheFirstWait)
                throw new InvalidCastException("deep");
            await kernel.Msleep(1);
            throw new InvalidCastException("deep");
        }
    }

    [Test]
    public void A_call_that_failed_can_be_made_again()
    {
        int attempts = crank.Run(async kernel =>
        {
            for (int attempt = 1; ; attempt++)
            {
                try
                {
                    await FailsBelow(kernel, attempt, 5);
                    return attempt;
                }
                catch (TimeoutException)
                {
                    await kernel.Msleep(20);
                }
            }
        });
        Assert.That(attempts, Is.EqualTo(5));

        static async ApTask FailsBelow(Kernel kernel, int attempt, int good)
        {
            await kernel.Tapq(Queue);
            if (attempt < good)
                throw new TimeoutException();
        }
    }

    [Test]
    public void Foreach_goes_on_after_the_waits_of_its_body()
    {
        var seen = new List<string>();
        crank.Run(async kernel =>
        {
            foreach (int item in new[] { 1, 2 })
            {
                foreach (string word in Words())
                {
                    await kernel.Msleep(1);
                    seen.Add(word + item);
                }
            }
        });
        Assert.That(seen, Is.EqualTo(["a1", "b1", "(end)", "a2", "b2", "(end)"]));

        IEnumerable<string> Words()
        {
            try
            {
                yield return "a";
                yield return "b";
            }
            finally
            {
                seen.Add("(end)");
            }
        }
    }

    [Test]
    public void Using_disposes_after_the_waits_of_its_block()
    {
        var scope = new Scope();
        crank.Run(async kernel =>
        {
            using (scope)
            {
                await kernel.Msleep(1);
                Assert.That(scope.Disposed, Is.False);
            }

            Assert.That(scope.Disposed, Is.True);
            await kernel.Msleep(1);
        });
    }

    [Test]
    public void Operands_that_were_computed_before_a_wait_keep_their_values()
    {
        (long Sum, string Text) result = crank.Run(async kernel =>
        {
            int x = 10;
            long sum = x++ + await kernel.Sleep(1) + x++ + await kernel.Sleep(1) + x;
            return (sum, $"{x}{await kernel.Sleep(1)}{(await kernel.Tapq(Queue)).Word}");
        });
        Assert.That(result, Is.EqualTo((10 + 1 + 11 + 2 + 12L, "1234")));
    }

    [Test]
    public void Two_calls_of_one_method_at_a_time_keep_their_own_locals()
    {
        // Two actors in the same driver code, resumed in turn.
        Kernel kernel = crank.Kernel;
        var waiting = new Frame[2];
        ApTask<string>[] calls = [.. Enumerable.Range(0, 2).Select(Begin)];
        for (int round = 0; round < 3; round++)
        {
            for (int actor = 0; actor < 2; actor++)
            {
                crank.Answer(waiting[actor], (10 * (actor + 1)) + round);
                waiting[actor] = kernel.Waiting!;
                if (round < 2)
                    kernel.Request = default;
            }
        }

        Assert.That(calls.Select(call => call.GetAwaiter().GetResult()), Is.EqualTo(["0:10,11,12", "1:20,21,22"]));

        ApTask<string> Begin(int actor)
        {
            ApTask<string> call = Collect(actor);
            waiting[actor] = kernel.Waiting!;
            kernel.Request = default;
            return call;
        }

        async ApTask<string> Collect(int actor)
        {
            var replies = new List<long>();
            for (int i = 0; i < 3; i++)
                replies.Add(await kernel.Sleep(1));
            return $"{actor}:{string.Join(',', replies)}";
        }
    }

    [Test]
    public void A_generic_method_waits_like_any_other()
    {
        Assert.That(crank.Run(kernel => After(kernel, "text")), Is.EqualTo("text"));
        Assert.That(crank.Run(kernel => After(kernel, 7)), Is.EqualTo(7));

        static async ApTask<T> After<T>(Kernel kernel, T value)
        {
            await kernel.Msleep(1);
            return value;
        }
    }

    [Test]
    public void Awaiting_a_task_of_the_platform_is_an_error_that_names_it()
    {
        Assert.That(
            () => crank.Run(async kernel => await Task.Delay(TimeSpan.FromDays(1))),
            Throws.InvalidOperationException.With.Message.EqualTo(
                "The driver awaited TaskAwaiter, which is not an operation of the machine; await only Kernel operations and ApTasks."));
        Assert.That(
            () => crank.Run(async kernel => await Task.Delay(TimeSpan.FromDays(1)).ConfigureAwait(false)),
            Throws.InvalidOperationException.With.Message.Contains("ConfiguredTaskAwaitable"));
        Assert.That(
            () => crank.Run(async kernel =>
            {
                await kernel.Msleep(1);
                await Task.Yield();
            }),
            Throws.InvalidOperationException.With.Message.Contains("YieldAwaitable"));
    }

    [Test]
    public void The_error_of_awaiting_a_task_can_be_caught_where_it_is_awaited()
    {
        string message = crank.Run(async kernel =>
        {
            try
            {
                await kernel.Msleep(1);
                await new TaskCompletionSource().Task;
                return "";
            }
            catch (InvalidOperationException e)
            {
                await kernel.Msleep(1);
                return e.Message;
            }
        });
        Assert.That(message, Does.Contain("TaskAwaiter"));
    }

    [Test]
    public void An_operation_that_was_not_awaited_is_an_error_that_names_it_and_the_next()
    {
        Assert.That(
            () => crank.Run(async kernel =>
            {
                _ = kernel.Zapq(Queue);
                await kernel.Msleep(20);
            }),
            Throws.InvalidOperationException.With.Message.EqualTo("ZAPQ was not awaited before msleep was called: await each operation at once."));
    }

    [Test]
    public void A_call_that_was_not_awaited_is_noticed_at_the_next_operation()
    {
        Assert.That(
            () => crank.Run(async kernel =>
            {
                await kernel.Msleep(20);
                _ = Reset(kernel);
                await kernel.Tapq(Queue);
            }),
            Throws.InvalidOperationException.With.Message.EqualTo("ZAPQ was not awaited before TAPQ was called: await each operation at once."));

        static async ApTask Reset(Kernel kernel) => await kernel.Zapq(Queue);
    }

    [Test]
    public void What_is_left_over_when_the_driver_returns_is_named()
    {
        crank.Kernel.Zapq(Queue);
        Assert.That(
            crank.Kernel.RequireNothingPending,
            Throws.InvalidOperationException.With.Message.EqualTo("ZAPQ was not awaited before the driver returned: await each operation at once."));
        Assert.That(crank.Kernel.RequireNothingPending, Throws.Nothing);
    }

    [Test]
    public void A_call_that_is_asked_for_its_result_too_early_says_so()
    {
        ApTask<long> call = Wait(crank.Kernel);
        Assert.That(
            () => call.GetAwaiter().GetResult(),
            Throws.InvalidOperationException.With.Message.Contains("before it returned"));

        static async ApTask<long> Wait(Kernel kernel) => await kernel.Sleep(1);
    }

    [Test]
    public void Awaiters_take_no_delegates()
    {
        ApTask call = Wait(crank.Kernel);
        Assert.That(() => call.GetAwaiter().OnCompleted(() => { }), Throws.InvalidOperationException);
        Assert.That(() => ApTask.FromResult(1).GetAwaiter().UnsafeOnCompleted(() => { }), Throws.InvalidOperationException);

        static async ApTask Wait(Kernel kernel) => await kernel.Msleep(1);
    }

    private sealed class Scope : IDisposable
    {
        public bool Disposed { get; private set; }

        public void Dispose() => Disposed = true;
    }
}
