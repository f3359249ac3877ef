namespace ApChaos.Native;

/// <summary>Which compiler makes a driver, and with which flags.</summary>
internal sealed class Toolchain
{
    // Unoptimised enough to name lines, optimised enough to run; the kernel's own rules about aliasing, overflow and char.
    private static readonly string[] _flags =
    [
        "-std=gnu11", "-O1", "-g", "-fPIC", "-fvisibility=hidden", "-fno-strict-aliasing", "-fwrapv", "-fno-delete-null-pointer-checks",
        "-funsigned-char", "-fno-omit-frame-pointer", "-fno-common", "-fno-builtin-memcpy", "-fno-stack-protector",
        "-fno-inline-functions-called-once", "-fno-optimize-sibling-calls",
        "-Werror=implicit-function-declaration", "-Werror=incompatible-pointer-types", "-fdiagnostics-color=never", "-fmax-errors=20",
    ];

    private static readonly string[] _accessFlags = ["-fsanitize=thread", "--param=tsan-instrument-func-entry-exit=0", "--param=tsan-distinguish-volatile=1"];

    private readonly NativeOptions _options;

    /// <summary>Finds the compiler.</summary>
    /// <exception cref="KernelTreeException">It is not there.</exception>
    internal Toolchain(NativeOptions options)
    {
        _options = options;
        Gcc = options.S390x ? "s390x-linux-gnu-gcc" : "gcc";
        Version = Compiler.Find(Gcc, options.S390x ? "gcc-s390x-linux-gnu" : "gcc");
        if (options.S390x)
        {
            Compiler.Find("qemu-s390x", "qemu-user");
        }
    }

    /// <summary>The compiler.</summary>
    internal string Gcc { get; }

    /// <summary>Its version line.</summary>
    internal string Version { get; }

    /// <summary>What is made.</summary>
    internal string BinaryName => _options.OverPipe ? "apx-host" : "libapx.so";

    /// <summary>Whether the driver's objects are needed after the build.</summary>
    internal bool KeepsObjects => _options.Coverage;

    /// <summary>All that the result depends on.</summary>
    internal IEnumerable<string> AllFlags =>
        [.. FlagsOf(isRuntime: true, isDriver: false), .. FlagsOf(isRuntime: false, isDriver: true), .. LinkFlags, BinaryName];

    /// <summary>Flags of the last step.</summary>
    internal IReadOnlyList<string> LinkFlags =>
    [
        .. _options.OverPipe ? (string[])[] : ["-shared", "-Wl,-z,defs"],
        .. _options.Asan ? (string[])["-fsanitize=address"] : [],
        .. _options.Coverage ? (string[])["--coverage"] : [],
        .. _options.S390x ? (string[])["-static"] : [],
    ];

    /// <summary>Whether a file of the shim is compiled.</summary>
    internal bool Needs(string name) =>
        name.EndsWith(".c", StringComparison.Ordinal) && (_options.OverPipe || !name.EndsWith("/host.c", StringComparison.Ordinal));

    /// <summary>Flags of one source.</summary>
    internal IReadOnlyList<string> FlagsOf(bool isRuntime, bool isDriver) =>
    [
        .. _flags,
        .. _options.Asan ? (string[])["-DAPX_ASAN"] : [],
        .. _options.Asan && !isRuntime ? (string[])["-fsanitize=address"] : [],
        .. _options.Coverage ? (string[])["-DAPX_COVERAGE"] : [],
        .. _options.Coverage && isDriver ? (string[])["--coverage"] : [],
        .. _options.MemPreempt ? (string[])["-DAPX_MEM_PREEMPT"] : [],
        .. _options.MemPreempt && isDriver && !_options.Asan ? _accessFlags : [],
    ];
}
