using System.Buffers.Binary;
using System.Reflection;
using System.Runtime.CompilerServices;
using ApChaos.Abstractions;
using ApChaos.Running;

namespace ApChaos.Exploring;

/// <summary>
/// Writes the locals of a suspended call, a state machine of the compiler, as bytes: two calls with the same bytes go on alike. References
/// to what is the same for the whole run, and to other calls of the same actor, become numbers; any other reference is refused.
/// </summary>
internal sealed class LocalsCodec
{
    private const BindingFlags Fields = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private readonly Dictionary<Type, Leaf[]> _layouts = [];
    private readonly Dictionary<object, int> _fixed = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, int> _texts = new(StringComparer.Ordinal);
    private readonly Kernel _kernel;
    private byte[] _bytes = new byte[1024];
    private int _length;

    /// <summary>Makes a codec for the runs of an engine.</summary>
    internal LocalsCodec(RunEngine engine)
    {
        _kernel = engine.Kernel;
        AddFixed(engine);
        AddFixed(_kernel);
        AddFixed(engine.Setup.Driver);
        AddScenario(engine.Setup.Scenario);
        foreach (var action in engine.RaceActions)
        {
            AddFixed(action);
            AddFixed(action.PauseNs);
        }
    }

    /// <summary>What was written since <see cref="Restart"/>.</summary>
    internal ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>Forgets what was written.</summary>
    internal void Restart() => _length = 0;

    /// <summary>Writes a number.</summary>
    internal void Write(long value)
    {
        if (_length + 8 > _bytes.Length)
        {
            Array.Resize(ref _bytes, _bytes.Length * 2);
        }

        BinaryPrimitives.WriteInt64LittleEndian(_bytes.AsSpan(_length), value);
        _length += 8;
    }

    /// <summary>Writes the locals of a call.</summary>
    /// <param name="locals">The state machine.</param>
    /// <param name="chain">The calls of the actor, innermost first.</param>
    /// <returns>What cannot be written, or null.</returns>
    internal string? Write(object locals, List<Frame> chain)
    {
        var type = locals.GetType();
        if (!_layouts.TryGetValue(type, out var leaves))
        {
            var found = new List<Leaf>();
            Collect(type, [], found);
            _layouts.Add(type, leaves = [.. found]);
        }

        foreach (var leaf in leaves)
        {
            if (!WriteValue(leaf.Read(locals), chain))
            {
                return $"{MethodOf(type)} keeps a reference to {leaf.Type.Name} in '{leaf.Name}' across an await";
            }
        }

        return null;
    }

    private bool WriteValue(object? value, List<Frame> chain)
    {
        switch (value)
        {
            case null:
                Write(0);
                return true;
            case Handle<Frame> frame:
                var position = frame.IsNull ? -1 : chain.IndexOf(frame.Target);
                Write(1 + position);
                return frame.IsNull || position >= 0;
            case Handle<Kernel> kernel:
                Write(kernel.IsNull ? 0 : 1);
                return kernel.IsNull || ReferenceEquals(kernel.Target, _kernel);
            case string text:
                if (!_texts.TryGetValue(text, out var number))
                {
                    _texts.Add(text, number = _texts.Count);
                }

                Write(number);
                return true;
            case bool flag:
                Write(flag ? 1 : 0);
                return true;
            case ulong word:
                Write(unchecked((long)word));
                return true;
            case char letter:
                Write(letter);
                return true;
            case double real:
                Write(BitConverter.DoubleToInt64Bits(real));
                return true;
            case Enum or sbyte or byte or short or ushort or int or uint or long:
                Write(unchecked((long)Convert.ToUInt64(Signed(value), System.Globalization.CultureInfo.InvariantCulture)));
                return true;
            default:
                Write(_fixed.TryGetValue(value, out var known) ? known : -1);
                return known > 0;
        }
    }

    // A negative number has no unsigned form; its bits have.
    private static object Signed(object value)
    {
        var plain = value is Enum ? Convert.ChangeType(value, Enum.GetUnderlyingType(value.GetType()), System.Globalization.CultureInfo.InvariantCulture) : value;
        return plain switch
        {
            sbyte b => unchecked((ulong)b),
            short s => unchecked((ulong)s),
            int i => unchecked((ulong)i),
            long l => unchecked((ulong)l),
            _ => plain,
        };
    }

    private static void Collect(Type type, FieldInfo[] path, List<Leaf> found)
    {
        foreach (var field in type.GetFields(Fields).OrderBy(field => field.MetadataToken))
        {
            FieldInfo[] longer = [.. path, field];
            if (IsRecord(field))
            {
                Collect(field.FieldType, longer, found);
            }
            else
            {
                found.Add(new Leaf(longer));
            }
        }
    }

    // Fields do not show all of an inline array or a fixed buffer: such a local is refused as a whole.
    private static bool IsRecord(FieldInfo field) =>
        field.FieldType.IsValueType && !field.FieldType.IsPrimitive && !field.FieldType.IsEnum
        && field.FieldType != typeof(Handle<Kernel>) && field.FieldType != typeof(Handle<Frame>)
        && !field.FieldType.IsDefined(typeof(InlineArrayAttribute)) && !field.IsDefined(typeof(FixedBufferAttribute));

    private void AddScenario(Scenario scenario)
    {
        AddFixed(scenario);
        AddFixed(scenario.Topology);
        AddFixed(scenario.Topology.Guests);
        AddFixed(scenario.Topology.Mdevs);
        AddFixed(scenario.Guests);
        foreach (var guest in scenario.Guests)
        {
            AddFixed(guest);
            AddFixed(guest.Vcpus);
            AddFixed(guest.LifeNs);
            foreach (var actions in guest.Vcpus)
            {
                AddFixed(actions);
                foreach (var action in actions)
                {
                    AddFixed(action);
                    AddFixed(action.PauseNs);
                }
            }
        }
    }

    private void AddFixed(object value) => _fixed.TryAdd(value, 1 + _fixed.Count);

    // The compiler calls the state machine of M "<M>d__7".
    private static string MethodOf(Type stateMachine)
    {
        var name = stateMachine.Name;
        var end = name.IndexOf('>', StringComparison.Ordinal);
        return $"{stateMachine.DeclaringType?.Name}.{(end > 1 ? name[1..end] : name)}";
    }

    /// <summary>One field that is no record itself, by the way to it.</summary>
    private sealed class Leaf(FieldInfo[] path)
    {
        internal Type Type => path[^1].FieldType;

        internal string Name => string.Join('.', path.Select(part => part.Name));

        internal object? Read(object locals)
        {
            object? value = locals;
            foreach (var field in path)
            {
                value = field.GetValue(value);
            }

            return value;
        }
    }
}
