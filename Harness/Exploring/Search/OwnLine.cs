using System.Runtime.InteropServices;

namespace ApChaos.Exploring;

/// <summary>A number that workers write often, with no other on its cache line or on the one that is fetched with it.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct OwnLine
{
    [FieldOffset(128)]
    internal long Value;
}
