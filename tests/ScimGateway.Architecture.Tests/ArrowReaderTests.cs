using ScimGateway.Architecture.Tests.Pretend.Lower;
using ScimGateway.Architecture.Tests.Pretend.Upper;
using Xunit;

namespace ScimGateway.Architecture.Tests;

/// <summary>The reader sees each way in which code refers to other code, and the table's check says so.</summary>
public class ArrowReaderTests
{
    private const string Root = "ScimGateway.Architecture.Tests.Pretend";

    private static readonly Type[] _types =
    [
        .. typeof(ArrowReaderTests)
            .Assembly.GetTypes()
            .Where(t => t.Namespace?.StartsWith(Root, StringComparison.Ordinal) == true),
    ];

    private static readonly Arrow[] _arrows =
    [
        .. ArrowReader.Read(typeof(ArrowReaderTests).Assembly).Where(arrow => _types.Contains(arrow.From)),
    ];

    private static readonly Room _lower = new("Lower", "things");
    private static readonly Room _upper = new("Upper", "what uses them");

    [Theory]
    [InlineData(typeof(Base), "(declaration)")]
    [InlineData(typeof(Interface), "(declaration)")]
    [InlineData(typeof(Field), "Held")]
    [InlineData(typeof(Argument), "Listed")]
    [InlineData(typeof(Property), "Own")]
    [InlineData(typeof(Parameter), "Take")]
    [InlineData(typeof(Returned), "Give")]
    [InlineData(typeof(Constraint), "Same")]
    [InlineData(typeof(Local), "Declares")]
    [InlineData(typeof(Made), "Makes")]
    [InlineData(typeof(Compared), "Compares")]
    [InlineData(typeof(Token), "Names")]
    [InlineData(typeof(Item), "Empty")]
    [InlineData(typeof(Call), "Calls")]
    [InlineData(typeof(Shared), "Reads")]
    [InlineData(typeof(Grouped), "Groups")]
    [InlineData(typeof(Ordered), "Sorts")]
    [InlineData(typeof(Later), "Defers")]
    [InlineData(typeof(Lazily), "Iterates")]
    [InlineData(typeof(Awaited), "WaitsAsync")]
    [InlineData(typeof(Caught), "Catches")]
    [InlineData(typeof(MarkAttribute), "Knows")]
    [InlineData(typeof(Marked), "Knows")]
    [InlineData(typeof(Kind), "Knows")]
    [InlineData(typeof(Word), "Switches")]
    public void The_reader_sees(Type to, string member) =>
        Assert.Contains(new Arrow(typeof(Everything), member, to), _arrows);

    [Fact]
    public void A_record_is_read_with_what_the_compiler_made_of_it() =>
        Assert.Contains(_arrows, arrow => arrow.From == typeof(Everything.Row) && arrow.To == typeof(Part));

    [Fact]
    public void Who_sets_what_is_set_when_it_is_made_is_told_by_the_member_that_does()
    {
        var calls = ArrowReader.Calls(
            typeof(ArrowReaderTests).Assembly,
            method => method.DeclaringType == typeof(Kept) && ArrowReader.IsInit(method)
        );

        Assert.Equal(
            [
                new Arrow(typeof(Everything), nameof(Everything.Changes), typeof(Kept)),
                new Arrow(typeof(Everything), nameof(Everything.Keeps), typeof(Kept)),
                new Arrow(typeof(Kept), nameof(Kept.More), typeof(Kept)),
            ],
            calls.OrderBy(call => call.Member, StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Each_thing_below_is_seen_but_constants()
    {
        var fromAbove = _arrows.Where(arrow => arrow.From.Namespace == $"{Root}.Upper");
        var seen = fromAbove.Select(arrow => arrow.To).ToHashSet();

        Assert.Equal([typeof(Limits)], _types.Where(type => type.Namespace == $"{Root}.Lower" && !seen.Contains(type)));
    }

    [Fact]
    public void Arrows_that_go_down_are_no_fault() => Assert.Empty(Faults([_lower], [_upper]));

    [Fact]
    public void An_arrow_up_is_told_with_both_types_and_the_member() =>
        Assert.Contains(
            $"{Root}.Upper.Everything uses {Root}.Lower.Call in Calls: Lower lies above Upper.",
            Faults([_upper], [_lower])
        );

    [Fact]
    public void Rooms_on_one_step_do_not_know_each_other() =>
        Assert.Contains(
            $"{Root}.Upper.Everything uses {Root}.Lower.Call in Calls: Lower lies beside Upper.",
            Faults([_upper, _lower])
        );

    [Fact]
    public void A_room_that_the_table_does_not_have_is_told() =>
        Assert.Equal([$"Upper is no room of the table; {typeof(Everything).FullName} stands there."], Faults([_lower]));

    [Fact]
    public void A_room_without_code_is_told() =>
        Assert.Equal(
            ["Attic stands in the table and has no code."],
            Faults([_lower], [_upper], [new Room("Attic", "nothing")])
        );

    [Fact]
    public void A_folder_is_of_the_room_that_its_name_begins_with_unless_it_is_listed()
    {
        var whole = new House(
            Root[..Root.LastIndexOf('.')],
            [
                [new Room("Pretend", "all")],
            ]
        );
        var split = whole with
        {
            Steps =
            [
                [new Room("Pretend", "all")],
                [new Room("Pretend.Lower", "things")],
            ],
        };

        Assert.Empty(whole.Faults(_types, _arrows));
        Assert.Contains(
            $"{Root}.Upper.Everything uses {Root}.Lower.Call in Calls: Pretend.Lower lies above Pretend.",
            split.Faults(_types, _arrows)
        );
    }

    [Fact]
    public void The_page_is_told_which_rooms_are_used()
    {
        var house = new House(
            Root,
            [
                [_lower],
                [_upper],
            ]
        );

        Assert.Equal([_lower], house.UsedBy(_upper, _arrows));
        Assert.Empty(house.UsedBy(_lower, _arrows));
    }

    private static List<string> Faults(params Room[][] steps) => [.. new House(Root, steps).Faults(_types, _arrows)];
}
