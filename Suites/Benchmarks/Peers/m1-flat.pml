/*
 * The small model M1(N) as somebody who knows SPIN well writes it: one process, each transition one d_step, dead variables at one value.
 *
 * spin -a -DN=4 m1-flat.pml; cc -O3 -DSAFETY -DNOREDUCE -o pan pan.c; ./pan -c0
 * -DFIXED=1: the driver waits until it sees E.
 *
 * Correspondence: "states, stored" are our states, one for one. "transitions" are ours and one: pan counts how it comes to the initial state.
 * "errors" are our violating transitions (-c0: the search goes on behind each).
 */
#ifndef N
#define N 1
#endif
#ifndef FIXED
#define FIXED 0
#endif

#define ZAPQ		0	/* about to reset queue q */
#define BUSY_SLEEP	1	/* sleeps after response code 02 */
#define RESET_SLEEP	2	/* sleeps until it looks again */
#define TAPQ		3	/* about to look */
#define UNPIN		4
#define DONE		5

byte ticks[N];		/* of the reset that is going on */
bool irq_off[N];
bool answered[N];	/* the one reply was delivered or flushed */
bool zapped[N];		/* the guest had its go */
bool unpinned[N];
byte pc = ZAPQ, q = 0, retry = 1, retry2 = 2;

inline complete(j)
{
	ticks[j] = 0;
	irq_off[j] = 1;
	answered[j] = 1
}

inline reset(j, d)
{
	if
	:: d == 0 -> complete(j)
	:: else -> ticks[j] = d
	fi
}

inline leave()
{
	pc = UNPIN;
	retry = 0;
	retry2 = 0
}

inline look(e)
{
	if
	:: !(e) && (FIXED || retry2 > 0) ->
		pc = RESET_SLEEP;
		if
		:: FIXED -> skip
		:: else -> retry2--
		fi
	:: else -> leave()
	fi
}

inline zapq(d)
{
	reset(q, d);
	look(d == 0)
}

inline pass_time()
{
	byte j = 0;
	do
	:: j < N ->
		if
		:: ticks[j] == 1 -> complete(j)
		:: ticks[j] > 1 -> ticks[j] = ticks[j] - 1
		:: else -> skip
		fi;
		j++
	:: else -> break
	od;
	j = 0;
	if
	:: pc == BUSY_SLEEP && (FIXED || retry > 0) ->
		pc = ZAPQ;
		if
		:: FIXED -> skip
		:: else -> retry--
		fi
	:: pc == BUSY_SLEEP && !(FIXED || retry > 0) -> leave()
	:: pc == RESET_SLEEP -> pc = TAPQ
	:: else -> skip
	fi
}

#define RESETTING(j)	(ticks[j] > 0)
#if N == 1
#define ANY_RESET	RESETTING(0)
#elif N == 2
#define ANY_RESET	(RESETTING(0) || RESETTING(1))
#elif N == 3
#define ANY_RESET	(RESETTING(0) || RESETTING(1) || RESETTING(2))
#elif N == 4
#define ANY_RESET	(RESETTING(0) || RESETTING(1) || RESETTING(2) || RESETTING(3))
#elif N == 5
#define ANY_RESET	(RESETTING(0) || RESETTING(1) || RESETTING(2) || RESETTING(3) || RESETTING(4))
#else
#define ANY_RESET	(RESETTING(0) || RESETTING(1) || RESETTING(2) || RESETTING(3) || RESETTING(4) || RESETTING(5))
#endif

#define GUEST(j) \
	:: d_step { !zapped[j] && RESETTING(j) -> zapped[j] = 1 } \
	:: d_step { !zapped[j] && !RESETTING(j) -> zapped[j] = 1; reset(j, 0) } \
	:: d_step { !zapped[j] && !RESETTING(j) -> zapped[j] = 1; reset(j, 1) } \
	:: d_step { !zapped[j] && !RESETTING(j) -> zapped[j] = 1; reset(j, 2) } \
	:: d_step { !zapped[j] && !RESETTING(j) -> zapped[j] = 1; reset(j, 3) } \
	:: d_step { !irq_off[j] && !answered[j] -> answered[j] = 1; assert(!unpinned[j]) }

active proctype model()
{
end:	do
	:: d_step { pc == ZAPQ && RESETTING(q) -> pc = BUSY_SLEEP }
	:: d_step { pc == ZAPQ && !RESETTING(q) -> zapq(0) }
	:: d_step { pc == ZAPQ && !RESETTING(q) -> zapq(1) }
	:: d_step { pc == ZAPQ && !RESETTING(q) -> zapq(2) }
	:: d_step { pc == ZAPQ && !RESETTING(q) -> zapq(3) }
	:: d_step { pc == TAPQ -> look(!RESETTING(q)) }
	:: d_step { pc == UNPIN ->
		unpinned[q] = 1;
		if
		:: q + 1 < N ->
			q++;
			pc = ZAPQ;
			retry = 1;
			retry2 = 2
		:: else ->
			q = 0;
			pc = DONE
		fi
	   }
	:: d_step { pc == BUSY_SLEEP || pc == RESET_SLEEP || (pc == DONE && ANY_RESET) -> pass_time() }
	GUEST(0)
#if N > 1
	GUEST(1)
#endif
#if N > 2
	GUEST(2)
#endif
#if N > 3
	GUEST(3)
#endif
#if N > 4
	GUEST(4)
#endif
#if N > 5
	GUEST(5)
#endif
	od
}
