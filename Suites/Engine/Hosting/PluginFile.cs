using System.Reflection;
using System.Reflection.Emit;
using ApChaos.Abstractions;

namespace ApChaos.Suites.Engine.Hosting;

/// <summary>Assemblies written for one test.</summary>
internal static class PluginFile
{
    /// <summary>An assembly with one driver, which calls a method that the real Abstractions may not have.</summary>
    public static void Write(string path, string? missing = null)
    {
        var assembly = new PersistedAssemblyBuilder(new AssemblyName(Path.GetFileNameWithoutExtension(path)), typeof(object).Assembly);
        TypeBuilder type = assembly.DefineDynamicModule("main").DefineType("Made.OnlyDriver", TypeAttributes.Public | TypeAttributes.Class, typeof(GoodDriver).BaseType);
        Override(type, "get_Id", il => il.Emit(OpCodes.Ldstr, "made"));
        Override(type, "get_Summary", il => il.Emit(OpCodes.Ldstr, "made for a test"));
        Override(type, nameof(Driver.OpenDevice), il =>
        {
            il.Emit(OpCodes.Ldc_I4_0);
            il.Emit(OpCodes.Call, typeof(ApTask).GetMethod(nameof(ApTask.FromResult))!.MakeGenericMethod(typeof(int)));
        });
        Override(type, nameof(Driver.CloseDevice), il =>
        {
            if (missing is not null)
            {
                il.Emit(OpCodes.Call, MethodOfAnotherAbstractions(missing));
            }

            il.Emit(OpCodes.Call, typeof(ApTask).GetProperty(nameof(ApTask.CompletedTask))!.GetMethod!);
        });
        type.CreateType();
        assembly.Save(path);
    }

    private static MethodInfo MethodOfAnotherAbstractions(string name)
    {
        var other = new PersistedAssemblyBuilder(typeof(Driver).Assembly.GetName(), typeof(object).Assembly);
        TypeBuilder kernel = other.DefineDynamicModule("main").DefineType(typeof(Kernel).FullName!, TypeAttributes.Public | TypeAttributes.Class);
        MethodBuilder method = kernel.DefineMethod(name, MethodAttributes.Public | MethodAttributes.Static);
        method.GetILGenerator().Emit(OpCodes.Ret);
        kernel.CreateType();
        return method;
    }

    private static void Override(TypeBuilder type, string name, Action<ILGenerator> body)
    {
        MethodInfo above = typeof(Driver).GetMethod(name)!;
        const MethodAttributes attributes = MethodAttributes.Public | MethodAttributes.Virtual | MethodAttributes.HideBySig;
        MethodBuilder method = type.DefineMethod(name, attributes, above.ReturnType, [.. above.GetParameters().Select(parameter => parameter.ParameterType)]);
        ILGenerator il = method.GetILGenerator();
        body(il);
        il.Emit(OpCodes.Ret);
        type.DefineMethodOverride(method, above);
    }
}
