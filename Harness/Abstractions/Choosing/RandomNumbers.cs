using System.Numerics;
using System.Runtime.CompilerServices;

namespace ApChaos.Abstractions;

/// <summary>
/// The project's own random numbers: xoshiro256** seeded by SplitMix64 (Blackman and Vigna, public domain algorithms). The reference
/// vectors are tests. The same seed gives the same numbers on every machine.
/// </summary>
public struct RandomNumbers
{
    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;

    /// <summary>Seeds a generator.</summary>
    /// <param name="seed">Any number.</param>
    public RandomNumbers(ulong seed)
    {
        _s0 = SplitMix64(ref seed);
        _s1 = SplitMix64(ref seed);
        _s2 = SplitMix64(ref seed);
        _s3 = SplitMix64(ref seed);
    }

    /// <summary>Makes a generator from its whole state.</summary>
    /// <param name="s0">State word 0.</param>
    /// <param name="s1">State word 1.</param>
    /// <param name="s2">State word 2.</param>
    /// <param name="s3">State word 3.</param>
    public RandomNumbers(ulong s0, ulong s1, ulong s2, ulong s3) => (_s0, _s1, _s2, _s3) = (s0, s1, s2, s3);

    /// <summary>One step of SplitMix64.</summary>
    /// <param name="state">The state; it moves on.</param>
    /// <returns>The next number.</returns>
    public static ulong SplitMix64(ref ulong state)
    {
        var z = state += 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }

    /// <summary>A seed from a text and a number, the same on every machine (FNV-1a, then SplitMix64).</summary>
    /// <param name="text">The text.</param>
    /// <param name="number">The number.</param>
    /// <returns>The seed.</returns>
    public static ulong Seed(string text, ulong number = 0)
    {
        var hash = 0xCBF29CE484222325UL;
        foreach (var c in text)
        {
            hash = (hash ^ c) * 0x100000001B3UL;
        }

        var state = hash + (number * 0xD1342543DE82EF95UL);
        return SplitMix64(ref state);
    }

    /// <summary>The next 64 bits.</summary>
    /// <returns>The number.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Next()
    {
        var result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        var t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>A number below a bound; the bias is below 2^-32 for the small bounds of a run.</summary>
    /// <param name="bound">At least 1.</param>
    /// <returns>0 to <paramref name="bound"/> - 1.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Next(int bound) => (int)(((Next() >> 32) * (ulong)(uint)bound) >> 32);
}
