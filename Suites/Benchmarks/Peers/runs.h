/*
 * What runs of both models share: random numbers, virtual time and trace hash of the engine, CPU time.
 */
typedef uint64_t u64;

static u64 s0, s1, s2, s3, hash, now;

static inline u64 rotl(u64 x, int k)
{
	return (x << k) | (x >> (64 - k));
}

static u64 splitmix64(u64 *state)
{
	u64 z = *state += 0x9E3779B97F4A7C15u;
	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return z ^ (z >> 31);
}

static inline int choose(int bound)
{
	u64 result = rotl(s1 * 5, 7) * 9, t = s1 << 17;
	s2 ^= s0;
	s3 ^= s1;
	s1 ^= s2;
	s0 ^= s3;
	s2 ^= t;
	s3 = rotl(s3, 45);
	return (int)(((result >> 32) * (u64)bound) >> 32);
}

static inline void hash_step(int slot, int op, u64 reply)
{
	u64 left = hash ^ (((u64)slot << 8) ^ (u64)op ^ (reply << 24)) ^ 0x9E3779B97F4A7C15u, right = now ^ 0xD1342543DE82EF95u;
	unsigned __int128 p = (unsigned __int128)left * right;
	hash = (u64)(p >> 64) ^ (u64)p ^ rotl(hash, 29);
}

static inline void begin_run(u64 seed)
{
	s0 = splitmix64(&seed);
	s1 = splitmix64(&seed);
	s2 = splitmix64(&seed);
	s3 = splitmix64(&seed);
	hash = 0xA9C4A0520190905u;
	now = 0;
}

static int64_t cpu_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec * 1000000000ll + t.tv_nsec;
}
