/*
 * The small model M1(N) as it is naturally written: a process for everybody who acts, the driver as the loop that it is.
 *
 * spin -a -DN=4 m1-natural.pml; cc -O3 -DSAFETY -o pan pan.c; ./pan -c0
 */
#ifndef N
#define N 1
#endif

byte ticks[N];
bool irq[N], pending[N], pinned[N];
bool sleeping, done;

inline complete(j)
{
	ticks[j] = 0;
	irq[j] = false;
	pending[j] = false
}

inline reset(j)
{
	if
	:: complete(j)
	:: ticks[j] = 1
	:: ticks[j] = 2
	:: ticks[j] = 3
	fi
}

inline msleep()
{
	sleeping = true;
	!sleeping
}

proctype driver()
{
	byte q = 0, retry, retry2;
	bool busy, e;
	do
	:: q < N ->
		retry = 1;
		retry2 = 2;
		do
		:: atomic {
			busy = ticks[q] > 0;
			if
			:: busy -> skip
			:: else ->
				reset(q);
				e = ticks[q] == 0
			fi
		   };
		   if
		   :: busy ->
			msleep();
			if
			:: retry > 0 -> retry--
			:: else -> break
			fi
		   :: else ->
			do
			:: !e && retry2 > 0 ->
				retry2--;
				msleep();
				e = ticks[q] == 0
			:: else -> break
			od;
			break
		   fi
		od;
		pinned[q] = false;
		q++
	:: else -> break
	od;
	done = true
}

proctype guest(byte j)
{
	atomic {
		if
		:: ticks[j] > 0 -> skip
		:: else -> reset(j)
		fi
	}
}

proctype card(byte j)
{
end:	atomic {
		irq[j] && pending[j] ->
		pending[j] = false;
		assert(pinned[j])
	}
}

proctype clock()
{
	byte j;
	bool any;
end:	do
	:: atomic {
		sleeping || done ->
		j = 0;
		any = sleeping;
		do
		:: j < N ->
			if
			:: ticks[j] == 1 -> complete(j); any = true
			:: ticks[j] > 1 -> ticks[j]--; any = true
			:: else -> skip
			fi;
			j++
		:: else -> break
		od;
		j = 0;
		any;
		any = false;
		sleeping = false
	   }
	od
}

init
{
	byte j = 0;
	atomic {
		do
		:: j < N ->
			irq[j] = true;
			pending[j] = true;
			pinned[j] = true;
			run guest(j);
			run card(j);
			j++
		:: else -> break
		od;
		run driver();
		run clock()
	}
}
