using ScimGateway.Architecture.Tests.Pretend.Lower;

namespace ScimGateway.Architecture.Tests.Pretend.Upper;

/// <summary>Refers to each of the things below in one way.</summary>
internal sealed class Everything : Base, Interface
{
    public Field? Held = new();

    public List<Argument[]> Listed { get; } = [];

    public Property? Own { get; set; }

    public static void Take(Parameter? _) { }

    public static Returned? Give() => null;

    public static T Same<T>(T value)
        where T : Constraint => value;

    public static int Declares()
    {
        Local local = default;
        return local.GetHashCode();
    }

    public static object Makes() => new Made();

    public static bool Compares(object value) => value is Compared;

    public static Type Names() => typeof(Token);

    public static object Empty() => Array.Empty<Item>();

    public static void Calls() => Call.Run();

    public static Kept Keeps() => new() { Value = 1 };

    public static Func<Kept, Kept> Changes() => kept => kept with { Value = 2 };

    public static void Loosens(Kept kept) => kept.Loose = kept.More().Value;

    public static int Reads() => Shared.Size;

    public static Action Groups() => Grouped.Run;

    public static IEnumerable<int> Sorts(IEnumerable<object> values) => values.Select(value => ((Ordered)value).Rank);

    public static Func<int> Defers(int more) => () => Later.Count() + more;

    public static IEnumerable<int> Iterates()
    {
        yield return Lazily.Next();
    }

    public static async Task WaitsAsync()
    {
        await Task.Yield();
        await Awaited.RunAsync();
    }

    public static void Catches()
    {
        try
        {
            GC.KeepAlive(null);
        }
        catch (Caught)
        {
            GC.KeepAlive(1);
        }
    }

    [Mark(typeof(Marked), Kind = Kind.One)]
    public static int Knows() => Limits.Most;

    internal sealed record Row(Part Part);

    // A switch over many is an instruction of its own length.
    public static object? Switches(int number) =>
        number switch
        {
            0 => "zero",
            1 => 1.5,
            2 => 1L << 40,
            3 => 'c',
            4 => null,
            _ => new Word(),
        };
}
