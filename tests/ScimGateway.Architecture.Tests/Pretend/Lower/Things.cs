namespace ScimGateway.Architecture.Tests.Pretend.Lower;

/// <summary>One type for each way in which code can refer to another.</summary>
internal class Base;

internal interface Interface;

internal sealed class Field;

internal sealed class Argument;

internal sealed class Property;

internal sealed class Parameter;

internal sealed class Returned;

internal abstract class Constraint;

internal sealed class Item;

internal struct Local;

internal sealed class Made;

internal sealed class Compared;

internal sealed class Token;

internal sealed class Caught : Exception;

internal sealed class Ordered
{
    public int Rank { get; init; }
}

internal sealed record Part;

internal sealed class Word;

internal enum Kind
{
    One,
}

internal static class Call
{
    public static void Run() { }
}

internal static class Later
{
    public static int Count() => 1;
}

internal static class Lazily
{
    public static int Next() => 1;
}

internal static class Awaited
{
    public static Task RunAsync() => Task.CompletedTask;
}

internal static class Grouped
{
    public static void Run() { }
}

internal static class Shared
{
    public static readonly int Size = Environment.ProcessorCount;
}

internal static class Limits
{
    public const int Most = 7;
}

[AttributeUsage(AttributeTargets.All)]
internal sealed class MarkAttribute(Type type) : Attribute
{
    public Type Type { get; } = type;

    public Kind Kind { get; init; }
}

internal sealed class Marked;

internal sealed record Kept
{
    public int Value { get; init; }

    public int Loose { get; set; }

    public Kept More() => this with { Value = Value + 1 };
}
