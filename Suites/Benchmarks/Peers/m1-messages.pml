/*
 * The small model M1(N) with messages: each queue is a process that is sent instructions and answers them, driver, guests and clock are
 * processes that send. Nothing is marked atomic but the start: a rendezvous is what makes an instruction one step.
 *
 * spin -a -DN=4 m1-messages.pml; cc -O3 -DSAFETY -o pan pan.c; ./pan -c0
 */
#ifndef N
#define N 1
#endif

#define DRIVER N

mtype = { ZAPQ, TAPQ, UNPIN, TICK, EMPTY, ACCEPTED, BUSY }

chan instruction[N] = [0] of { mtype, byte };
chan answer[N + 1] = [0] of { mtype };
chan sleep = [0] of { bit };
chan wake = [0] of { bit };
byte resetting;
bool done;

inline complete()
{
	ticks = 0;
	irq = false;
	pending = false
}

proctype queue(byte j)
{
	byte ticks, who;
	bool irq = true, pending = true, pinned = true;
end:	do
	:: instruction[j] ? ZAPQ, who ->
		if
		:: ticks > 0 -> answer[who] ! BUSY
		:: else ->
			if
			:: complete(); answer[who] ! EMPTY
			:: ticks = 1; resetting++; answer[who] ! ACCEPTED
			:: ticks = 2; resetting++; answer[who] ! ACCEPTED
			:: ticks = 3; resetting++; answer[who] ! ACCEPTED
			fi
		fi
	:: instruction[j] ? TAPQ, who ->
		if
		:: ticks > 0 -> answer[who] ! BUSY
		:: else -> answer[who] ! EMPTY
		fi
	:: instruction[j] ? UNPIN, who -> pinned = false
	:: instruction[j] ? TICK, who ->
		if
		:: ticks == 1 -> complete(); resetting--
		:: ticks > 1 -> ticks--
		:: else -> skip
		fi
	:: irq && pending ->
		pending = false;
		assert(pinned)
	od
}

inline msleep()
{
	sleep ! 0;
	wake ? _
}

proctype driver()
{
	byte q = 0, retry, retry2;
	mtype rc;
	do
	:: q < N ->
		retry = 1;
		retry2 = 2;
		do
		:: instruction[q] ! ZAPQ, DRIVER;
		   answer[DRIVER] ? rc;
		   if
		   :: rc == BUSY ->
			msleep();
			if
			:: retry > 0 -> retry--
			:: else -> break
			fi
		   :: else ->
			do
			:: rc != EMPTY && retry2 > 0 ->
				retry2--;
				msleep();
				instruction[q] ! TAPQ, DRIVER;
				answer[DRIVER] ? rc
			:: else -> break
			od;
			break
		   fi
		od;
		instruction[q] ! UNPIN, DRIVER;
		q++
	:: else -> break
	od;
	done = true
}

proctype guest(byte j)
{
	mtype rc;
end:	instruction[j] ! ZAPQ, j;
	answer[j] ? rc
}

proctype clock()
{
	byte j;
	bool sleeper;
end:	do
	:: sleep ? _ -> sleeper = true; goto pass
	:: done && resetting > 0 ->
pass:		j = 0;
		do
		:: j < N -> instruction[j] ! TICK, 0; j++
		:: else -> break
		od;
		if
		:: sleeper -> sleeper = false; wake ! 0
		:: else -> skip
		fi
	od
}

init
{
	byte j = 0;
	atomic {
		do
		:: j < N -> run queue(j); run guest(j); j++
		:: else -> break
		od;
		run driver();
		run clock()
	}
}
