using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace ScimGateway.Architecture.Tests;

/// <summary>Reads from compiled code what types refer to; not constants, which the compiler copies.</summary>
internal static partial class ArrowReader
{
    private const BindingFlags Own =
        BindingFlags.DeclaredOnly
        | BindingFlags.Instance
        | BindingFlags.Static
        | BindingFlags.Public
        | BindingFlags.NonPublic;

    private static readonly FrozenDictionary<short, OpCode> _opCodes = typeof(OpCodes)
        .GetFields()
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToFrozenDictionary(code => code.Value);

    /// <summary>All arrows of an assembly's types. What the compiler made counts as what it was made for.</summary>
    public static IReadOnlyList<Arrow> Read(Assembly assembly) =>
        [
            .. assembly
                .GetTypes()
                .SelectMany(type => References(type).Select(found => Written(type, found.Member, found.To)))
                .Where(arrow => arrow.From != arrow.To)
                .Distinct(),
        ];

    /// <summary>Who calls some methods, or hands them on: an arrow for each member that does.</summary>
    public static IReadOnlyList<Arrow> Calls(Assembly assembly, Func<MethodBase, bool> called) =>
        [
            .. from type in assembly.GetTypes()
            from method in type.GetMembers(Own).OfType<MethodBase>()
            from mentioned in Mentioned(method).OfType<MethodBase>()
            where called(mentioned)
            select Written(type, method.Name, mentioned.DeclaringType!),
        ];

    /// <summary>
    /// The methods of the same assembly that some methods call, or hand on, directly or over others. What is behind an
    /// interface or is overridden is not followed.
    /// </summary>
    public static IReadOnlyCollection<MethodBase> Reached(IEnumerable<MethodBase> from)
    {
        var reached = new Dictionary<int, MethodBase>();
        var next = new Queue<MethodBase>(from);
        while (next.TryDequeue(out var method))
            if (reached.TryAdd(method.MetadataToken, method))
                foreach (var called in Mentioned(method).OfType<MethodBase>().Where(one => one.Module == method.Module))
                foreach (var one in WithMade(called))
                    next.Enqueue(one);
        return reached.Values;
    }

    // Of an iterator its maker alone is mentioned.
    private static IEnumerable<MethodBase> WithMade(MethodBase method) =>
        method is ConstructorInfo { DeclaringType: { Name: ['<', ..] } made }
            ? made.GetMembers(Own).OfType<MethodBase>()
            : [method];

    /// <summary>Whether a method is an accessor that sets something only while its object is made.</summary>
    public static bool IsInit(MethodBase method) =>
        method is MethodInfo { ReturnParameter: var returned }
        && returned.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    /// <summary>Whether the compiler or a source generator made the type, so that it stands in no room.</summary>
    public static bool IsGenerated(Type type) => type.Name[0] == '<' || Outermost(type).CustomAttributes.Any(Tells);

    private static bool Tells(CustomAttributeData attribute) =>
        attribute.AttributeType.Name is "CompilerGeneratedAttribute" or "GeneratedCodeAttribute" or "EmbeddedAttribute";

    private static Type Outermost(Type type) => type.DeclaringType is { } around ? Outermost(around) : type;

    // A lambda of Run is the method <Run>b__0 of a nested type <>c, an async Run the nested type <RunAsync>d__1.
    private static Arrow Written(Type from, string member, Type to)
    {
        for (; from.Name[0] == '<' && from.DeclaringType is { } around; from = around)
            member = Inner(from.Name) ?? member;
        for (; to.Name[0] == '<' && to.DeclaringType is { } around; to = around) { }
        return new Arrow(from, Inner(member) ?? (member[0] == '<' ? "(lambda)" : member), to);
    }

    private static string? Inner(string name) =>
        InAngles().Match(name) is { Success: true } match ? match.Groups[1].Value : null;

    [GeneratedRegex("^<+([A-Za-z_.][^>]*)>")]
    private static partial Regex InAngles();

    private static IEnumerable<(string Member, Type To)> References(Type type) =>
        from found in Declaration(type).Concat(Members(type))
        from to in Parts(found.To)
        select (found.Member, to);

    private static IEnumerable<(string Member, Type To)> Declaration(Type type) =>
        new[] { type.BaseType }
            .OfType<Type>()
            .Concat(type.GetInterfaces())
            .Concat(Constraints(type.GetGenericArguments()))
            .Concat(Attributes(type))
            .Select(to => ("(declaration)", to));

    private static IEnumerable<(string Member, Type To)> Members(Type type) =>
        from member in type.GetMembers(Own)
        from to in Attributes(member)
            .Concat(
                member switch
                {
                    FieldInfo field => [field.FieldType],
                    PropertyInfo property => [property.PropertyType],
                    EventInfo { EventHandlerType: { } handler } => [handler],
                    MethodBase method => Signature(method).Concat(Body(method)),
                    _ => [], // nested types are read as types
                }
            )
        select (member is MethodInfo { IsSpecialName: true } accessor ? Accessed(accessor.Name) : member.Name, to);

    // get_Rank and set_Rank are the property Rank.
    private static string Accessed(string name) =>
        name.StartsWith("op_", StringComparison.Ordinal) ? name : name[(name.IndexOf('_') + 1)..];

    private static IEnumerable<Type> Signature(MethodBase method)
    {
        var parameters = method.GetParameters();
        var types = parameters.Select(p => p.ParameterType).Concat(parameters.SelectMany(Attributes));
        return method is MethodInfo { ReturnType: var returned, ReturnParameter: var result }
            ? types.Append(returned).Concat(Attributes(result)).Concat(Constraints(method.GetGenericArguments()))
            : types;
    }

    private static IEnumerable<Type> Constraints(Type[] arguments) =>
        arguments.Where(a => a.IsGenericParameter).SelectMany(a => a.GetGenericParameterConstraints());

    private static IEnumerable<Type> Attributes(MemberInfo of) => of.CustomAttributes.SelectMany(Attribute);

    private static IEnumerable<Type> Attributes(ParameterInfo of) => of.CustomAttributes.SelectMany(Attribute);

    private static IEnumerable<Type> Attribute(CustomAttributeData attribute) =>
        attribute
            .ConstructorArguments.Concat(attribute.NamedArguments.Select(a => a.TypedValue))
            .SelectMany(Argument)
            .Append(attribute.AttributeType);

    private static IEnumerable<Type> Argument(CustomAttributeTypedArgument argument) =>
        argument.Value switch
        {
            Type named => [named],
            IEnumerable<CustomAttributeTypedArgument> several => several.SelectMany(Argument),
            _ => [argument.ArgumentType],
        };

    private static IEnumerable<Type> Body(MethodBase method) =>
        method.GetMethodBody() is not { } body
            ? []
            : body
                .LocalVariables.Select(local => local.LocalType)
                .Concat(
                    body.ExceptionHandlingClauses.Where(c => c.Flags == ExceptionHandlingClauseOptions.Clause)
                        .Select(c => c.CatchType!)
                )
                .Concat(Mentioned(method).SelectMany(Referred));

    private static IEnumerable<Type> Referred(MemberInfo? member) =>
        member switch
        {
            Type type => [type],
            MethodInfo { IsGenericMethod: true } method => [.. method.GetGenericArguments(), method.DeclaringType!],
            { DeclaringType: { } type } => [type],
            _ => [],
        };

    private static IEnumerable<MemberInfo?> Mentioned(MethodBase by)
    {
        if (by.GetMethodBody()?.GetILAsByteArray() is not { } il)
            return [];
        var ofType = by.DeclaringType!.GetGenericArguments();
        var ofMethod = by.IsGenericMethod ? by.GetGenericArguments() : [];
        return Tokens(il).Select(token => by.Module.ResolveMember(token, ofType, ofMethod));
    }

    // The tokens among the operands (ECMA-335, partition VI, annex C).
    private static IEnumerable<int> Tokens(byte[] il)
    {
        for (var at = 0; at < il.Length; )
        {
            var code = _opCodes[il[at] == 0xFE ? unchecked((short)(0xFE00 | il[at + 1])) : il[at]];
            at += code.Size;
            if (
                code.OperandType
                is OperandType.InlineField
                    or OperandType.InlineMethod
                    or OperandType.InlineTok
                    or OperandType.InlineType
            )
                yield return Whole(il, at);
            at += code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + 4 * Whole(il, at),
                _ => 4,
            };
        }
    }

    private static int Whole(byte[] il, int at) => BinaryPrimitives.ReadInt32LittleEndian(il.AsSpan(at));

    // List<Row[]> is put together from List<> and Row.
    private static IEnumerable<Type> Parts(Type type) =>
        type switch
        {
            { HasElementType: true } => Parts(type.GetElementType()!),
            { IsGenericParameter: true } => [],
            { IsFunctionPointer: true } => type.GetFunctionPointerParameterTypes()
                .Append(type.GetFunctionPointerReturnType())
                .SelectMany(Parts),
            { IsConstructedGenericType: true } => type.GetGenericArguments()
                .SelectMany(Parts)
                .Append(type.GetGenericTypeDefinition()),
            _ => [type],
        };
}
