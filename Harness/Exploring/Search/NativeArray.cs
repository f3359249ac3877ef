using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ApChaos.Exploring;

/// <summary>A piece of memory outside the collected heap; in large pages where the system has them.</summary>
internal sealed unsafe class NativeArray<T> : IDisposable
    where T : unmanaged
{
    private const nuint LargePage = 2u << 20;
    private const nuint CacheLine = 64;

    private void* _block;

    internal NativeArray(long length, bool zeroed)
    {
        var bytes = checked((nuint)length * (nuint)sizeof(T));
        var alignment = bytes >= LargePage ? LargePage : CacheLine;

        // Zeroed memory is not written here: the system clears each page when somebody first uses it, and so for each worker by itself.
        var room = checked(bytes + alignment);
        _block = zeroed ? NativeMemory.AllocZeroed(room) : NativeMemory.Alloc(room);
        Items = (T*)(((nuint)_block + alignment - 1) & ~(alignment - 1));
        if (bytes >= LargePage)
        {
            LargePages.Wish(Items, bytes);
        }

        Length = length;
    }

    ~NativeArray() => Free();

    internal T* Items { get; private set; }

    internal long Length { get; }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.Free(_block);
        _block = null;
        Items = null;
    }
}

/// <summary>A wish to the system: without it everything works as well, only with more misses of the translation buffer.</summary>
internal static unsafe partial class LargePages
{
    private const int Advice = 14;

    internal static void Wish(void* address, nuint bytes)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = Advise(address, bytes, Advice);
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* address, nuint length, int advice);
}

/// <summary>
/// A list outside the collected heap that grows by pieces, each as long as all before it, and never moves an item: readers need no lock.
/// </summary>
internal sealed unsafe class ChunkedArray<T> : IDisposable
    where T : unmanaged
{
    private const int FirstBits = 10;
    private const int Pieces = 33 - FirstBits;

    private readonly NativeArray<T>?[] _pieces = new NativeArray<T>?[Pieces];
    private readonly NativeArray<nint> _items = new(Pieces, zeroed: true);

    /// <summary>The place of an item; its piece must exist.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal T* At(uint index)
    {
        var shifted = (ulong)index + (1u << FirstBits);
        var bits = BitOperations.Log2(shifted);
        return (T*)_items.Items[bits - FirstBits] + (shifted - (1ul << bits));
    }

    /// <summary>Makes the piece of an item, unless another worker has just done so.</summary>
    internal void Reserve(uint index)
    {
        var bits = BitOperations.Log2((ulong)index + (1u << FirstBits));
        ref var piece = ref _pieces[bits - FirstBits];
        if (Volatile.Read(ref piece) is not { } array)
        {
            array = new NativeArray<T>(1L << bits, zeroed: false);
            if (Interlocked.CompareExchange(ref piece, array, null) is { } other)
            {
                array.Dispose();
                array = other;
            }
        }

        Volatile.Write(ref _items.Items[bits - FirstBits], (nint)array.Items);
    }

    public void Dispose()
    {
        foreach (var piece in _pieces)
        {
            piece?.Dispose();
        }

        _items.Dispose();
    }
}
