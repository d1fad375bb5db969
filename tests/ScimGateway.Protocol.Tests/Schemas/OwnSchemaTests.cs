using System.Text.Json.Nodes;
using ScimGateway.Protocol.Bounds;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Patching;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;
using Xunit;
using static ScimGateway.Protocol.Schemas.AttributeType;

namespace ScimGateway.Protocol.Tests.Schemas;

/// <summary>
/// Characteristics that no attribute of the core schemas has, on a schema of our own: rules follow from the data, not
/// from names.
/// </summary>
public class OwnSchemaTests
{
    private const string Boat = "urn:example:params:scim:schemas:core:2.0:Boat";
    private const string Racing = "urn:example:params:scim:schemas:extension:racing:2.0:Boat";

    private static readonly ResourceTypeDefinition _boats = new(
        "Boat",
        "/Boats",
        "A boat.",
        new SchemaDefinition(
            Boat,
            "Boat",
            "A boat.",
            [
                new("name", Text, "Its name.") { Required = true },
                new("hull", Text, "The hull's number.") { Mutability = Mutability.Immutable },
                new("yards", Text, "Where it was built.") { MultiValued = true, Mutability = Mutability.Immutable },
                new("engine", Complex, "The engine.")
                {
                    Mutability = Mutability.Immutable,
                    SubAttributes = [new("maker", Text, "Who made it."), new("power", Whole, "In kilowatts.")],
                },
                new("radio", Complex, "The radio.")
                {
                    SubAttributes =
                    [
                        new("callSign", Text, "Its call sign.") { Mutability = Mutability.Immutable },
                        new("channel", Whole, "The channel."),
                    ],
                },
                new("mooring", Complex, "Where it lies.")
                {
                    SubAttributes =
                    [
                        new("berth", Text, "The berth.") { Required = true },
                        new("pier", Text, "The pier."),
                    ],
                },
                new("length", Number, "In metres."),
                new("berths", Whole, "How many sleep on board."),
                new("launched", Moment, "When it was launched."),
                new("plan", Bytes, "A drawing."),
                new("flags", Text, "Flags on board.") { MultiValued = true },
                new("depths", Whole, "Marks on the hull.") { MultiValued = true },
            ]
        ),
        new SchemaDefinition(
            Racing,
            "Racing",
            "What a racing boat has.",
            [
                new("sail", Text, "The number on the sail.") { Required = true, Mutability = Mutability.Immutable },
                new("club", Text, "The club."),
            ]
        )
    );

    private static readonly ResourceTypeDefinition _rafts = new(
        "Raft",
        "/Rafts",
        "A raft.",
        new SchemaDefinition(
            "urn:example:params:scim:schemas:core:2.0:Raft",
            "Raft",
            "A raft.",
            [
                new("logs", Complex, "What it is made of.")
                {
                    Required = true,
                    MultiValued = true,
                    SubAttributes = [new("wood", Text, "The wood."), new("number", Whole, "Which one.")],
                },
            ]
        )
    );

    // RFC 7644 §3.5.1 on immutable attributes: "If one or more values are already set for the attribute, the input
    // value(s) in the request MUST match […]. If the service provider has no existing values, the new value(s) SHALL be
    // applied."
    [Theory]
    [InlineData("""{"hull":"H-7"}""", """{"hull":"H-7"}""", true)]
    [InlineData("""{"hull":"H-7"}""", """{"hull":"H-8"}""", false)]
    [InlineData("""{}""", """{"hull":"H-8"}""", true)]
    [InlineData("""{"hull":"H-7","length":7}""", """{"hull":"H-7","length":8}""", true)]
    [InlineData("""{"yards":["Vigo"]}""", """{"yards":["Vigo"]}""", true)]
    [InlineData("""{"yards":["Vigo"]}""", """{"yards":["Vigo","Bergen"]}""", false)]
    [InlineData("""{"engine":{"maker":"Nord","power":40}}""", """{"engine":{"power":40,"maker":"Nord"}}""", true)]
    [InlineData("""{"engine":{"maker":"Nord","power":40}}""", """{"engine":{"maker":"Nord","power":41}}""", false)]
    [InlineData("""{"radio":{"callSign":"ABC"}}""", """{"radio":{"callSign":"ABC","channel":16}}""", true)]
    [InlineData("""{"radio":{"callSign":"ABC"}}""", """{"radio":{"callSign":"XYZ"}}""", false)]
    public void A_replacement_sets_an_immutable_attribute_once(string before, string after, bool allowed)
    {
        var check = () => SchemaCheck.RequireUnchanged(Resource(before), Resource(after));

        if (allowed)
            check();
        else
            Assert.Equal("mutability", Assert.Throws<ScimException>(check).ScimType);
    }

    [Fact]
    public void A_replacement_sets_an_immutable_attribute_of_an_extension_once()
    {
        var before = Resource($$$"""{"{{{Racing}}}":{"sail":"E-1"} }""");

        SchemaCheck.RequireUnchanged(before, Resource($$$"""{"{{{Racing}}}":{"sail":"E-1","club":"North"} }"""));

        var change = () => SchemaCheck.RequireUnchanged(before, Resource($$$"""{"{{{Racing}}}":{"sail":"E-2"} }"""));
        Assert.Equal("mutability", Assert.Throws<ScimException>(change).ScimType);
    }

    // RFC 7644 §3.5.2: "a client MUST NOT modify an attribute that has mutability "readOnly" or "immutable". However, a
    // client MAY "add" a value to an "immutable" attribute if the attribute had no previous value."
    [Theory]
    [InlineData(
        """{"name":"Ada"}""",
        """{"op":"add","path":"hull","value":"H-7"}""",
        """{"name":"Ada","hull":"H-7"}"""
    )]
    [InlineData("""{"name":"Ada"}""", """{"op":"add","value":{"hull":"H-7"}}""", """{"name":"Ada","hull":"H-7"}""")]
    [InlineData(
        """{"name":"Ada","hull":"H-7"}""",
        """{"op":"add","path":"hull","value":"H-7"}""",
        """{"name":"Ada","hull":"H-7"}"""
    )]
    [InlineData("""{"name":"Ada","hull":"H-7"}""", """{"op":"add","path":"hull","value":"H-8"}""", null)]
    [InlineData("""{"name":"Ada","hull":"H-7"}""", """{"op":"replace","path":"hull","value":"H-8"}""", null)]
    [InlineData("""{"name":"Ada","hull":"H-7"}""", """{"op":"replace","value":{"hull":"H-8"}}""", null)]
    [InlineData("""{"name":"Ada","hull":"H-7"}""", """{"op":"replace","path":"hull","value":null}""", null)]
    [InlineData("""{"name":"Ada","hull":"H-7"}""", """{"op":"remove","path":"hull"}""", null)]
    [InlineData(
        """{"name":"Ada"}""",
        """{"op":"add","path":"yards","value":["Vigo"]}""",
        """{"name":"Ada","yards":["Vigo"]}"""
    )]
    [InlineData("""{"name":"Ada","yards":["Vigo"]}""", """{"op":"add","path":"yards","value":["Bergen"]}""", null)]
    [InlineData("""{"name":"Ada","yards":["Vigo"]}""", """{"op":"replace","path":"yards","value":["Bergen"]}""", null)]
    [InlineData("""{"name":"Ada","yards":["Vigo"]}""", """{"op":"remove","path":"yards"}""", null)]
    [InlineData(
        """{"name":"Ada"}""",
        """{"op":"add","path":"engine","value":{"power":40}}""",
        """{"name":"Ada","engine":{"power":40}}"""
    )]
    [InlineData(
        """{"name":"Ada","engine":{"power":40}}""",
        """{"op":"replace","path":"engine","value":{"power":41}}""",
        null
    )]
    [InlineData(
        """{"name":"Ada","engine":{"power":40}}""",
        """{"op":"replace","path":"engine.power","value":41}""",
        null
    )]
    [InlineData("""{"name":"Ada","engine":{"power":40}}""", """{"op":"remove","path":"engine"}""", null)]
    [InlineData(
        """{"name":"Ada","radio":{"callSign":"ABC"}}""",
        """{"op":"replace","path":"radio.callSign","value":"X"}""",
        null
    )]
    [InlineData("""{"name":"Ada","radio":{"callSign":"ABC"}}""", """{"op":"remove","path":"radio.callSign"}""", null)]
    [InlineData(
        """{"name":"Ada","hull":"H-7"}""",
        """{"op":"replace","path":"hull","value":"H-8"},{"op":"replace","path":"hull","value":"H-7"}""",
        null
    )]
    public void A_patch_sets_an_immutable_attribute_once(string before, string operation, string? after)
    {
        if (after is not null)
            Assert.Equal(after, Patched(before, operation));
        else
            Assert.Equal("mutability", Assert.Throws<ScimException>(() => Patched(before, operation)).ScimType);
    }

    // RFC 7643 §2.3.3 to §2.3.6
    [Theory]
    [InlineData("length", "7.25", true)]
    [InlineData("length", "7", true)]
    [InlineData("length", "-0.50", true)]
    [InlineData("length", "\"7.25\"", false)]
    [InlineData("length", "true", false)]
    [InlineData("berths", "4", true)]
    [InlineData("berths", "-4", true)]
    [InlineData("berths", "4.5", false)] // "MUST NOT contain fractional or exponent parts"
    [InlineData("berths", "4.0", false)]
    [InlineData("berths", "4e1", false)]
    [InlineData("berths", "\"4\"", false)]
    [InlineData("launched", "\"2011-05-13T04:42:34Z\"", true)]
    [InlineData("launched", "\"2011-05-13T04:42:34.5Z\"", true)]
    [InlineData("launched", "\"2011-05-13T04:42:34.123456789Z\"", true)] // xsd:dateTime has any number of fractional digits
    [InlineData("launched", "\"2011-05-13T04:42:34+05:30\"", true)]
    [InlineData("launched", "\"2011-05-13T04:42:34\"", true)]
    [InlineData("launched", "\"2011-05-13\"", false)] // "MUST include both a date and a time"
    [InlineData("launched", "\"04:42:34Z\"", false)]
    [InlineData("launched", "\"2011-13-13T04:42:34Z\"", false)]
    [InlineData("launched", "\"13 May 2011\"", false)]
    [InlineData("launched", "1305261754", false)]
    [InlineData("plan", "\"UGxhbg==\"", true)]
    [InlineData("plan", "\"%%%\"", false)]
    [InlineData("flags", "[\"N\",\"C\"]", true)]
    [InlineData("flags", "[\"N\",1]", false)]
    [InlineData("flags", "\"N\"", false)]
    [InlineData("depths", "[1,2]", true)]
    [InlineData("depths", "[1,2.5]", false)]
    public void A_value_is_of_its_type_and_stays_as_it_was_written(string attribute, string value, bool fits)
    {
        var body = $$"""{"schemas":["{{Boat}}"],"name":"Ada","{{attribute}}":{{value}}}""";
        var resource = Resource(body);

        if (!fits)
        {
            var refusal = Assert.Throws<ScimException>(() => SchemaCheck.Admit(resource, Reading.Rfc()));
            Assert.Equal("invalidValue", refusal.ScimType);
            return;
        }
        SchemaCheck.Admit(resource, Reading.Rfc());
        Assert.Equal(body, ScimJson.ToText(resource.Json));
    }

    // RFC 7643 §7: sub-attributes have the same characteristics as attributes; RFC 7644 table 9: "A required value was
    // missing".
    [Fact]
    public void A_complex_value_without_a_part_that_is_required_is_refused()
    {
        Admit($$"""{"schemas":["{{Boat}}"],"name":"Ada","mooring":{"berth":"12"} }""");

        var refusal = Assert.Throws<ScimException>(() =>
            Admit($$"""{"schemas":["{{Boat}}"],"name":"Ada","mooring":{"pier":"North"} }""")
        );
        Assert.Equal("invalidValue", refusal.ScimType);
    }

    // RFC 7643 §6: who uses an extension uses "any attributes declared as required in this schema extension".
    [Fact]
    public void An_extension_without_what_it_requires_is_refused()
    {
        Admit($$"""{"schemas":["{{Boat}}"],"name":"Ada"}""");
        Admit($$$"""{"schemas":["{{{Boat}}}","{{{Racing}}}"],"name":"Ada","{{{Racing}}}":{"sail":"E-1"} }""");

        var refusal = Assert.Throws<ScimException>(() =>
            Admit($$$"""{"schemas":["{{{Boat}}}","{{{Racing}}}"],"name":"Ada","{{{Racing}}}":{"club":"North"} }""")
        );
        Assert.Equal("invalidValue", refusal.ScimType);
    }

    // RFC 7644 §3.5.2.1: "If the target location specifies a multi-valued attribute, a new value is added to the
    // attribute"; "The value MAY be a quoted value". §3.5.2.2: "If the target location is a multi-valued attribute and
    // a complex filter is specified comparing a "value", the values matched by the filter are removed." §3.5.2.3: "all
    // matching record values SHALL be replaced".
    [Theory]
    [InlineData("""{"op":"add","path":"flags","value":["P"]}""", """["N","C","P"]""")]
    [InlineData("""{"op":"add","path":"flags","value":["C","P"]}""", """["N","C","P"]""")]
    [InlineData("""{"op":"add","path":"flags","value":"P"}""", """["N","C","P"]""")]
    [InlineData("""{"op":"replace","path":"flags","value":["P"]}""", """["P"]""")]
    [InlineData("""{"op":"remove","path":"flags[value eq \"N\"]"}""", """["C"]""")]
    [InlineData("""{"op":"replace","path":"flags[value eq \"N\"]","value":"P"}""", """["P","C"]""")]
    [InlineData("""{"op":"remove","path":"flags"}""", null)]
    public void Simple_values_are_patched_as_complex_ones_are(string operation, string? flags)
    {
        var after = Patched("""{"name":"Ada","flags":["N","C"]}""", operation);

        Assert.Equal(flags is null ? """{"name":"Ada"}""" : $$"""{"name":"Ada","flags":{{flags}}}""", after);
    }

    // RFC 7644 §3.5.2.2: "If an attribute is removed or becomes unassigned and is defined as a required attribute […],
    // the server SHALL return […] a "scimType" error code of "mutability"."
    [Theory]
    [InlineData("""{"op":"remove","path":"logs[wood eq \"oak\"]"}""", """{"logs":[{"wood":"fir","number":3}]}""")]
    [InlineData(
        """{"op":"remove","path":"logs[wood eq \"fir\"].number"}""",
        """{"logs":[{"wood":"oak"},{"wood":"fir"}]}"""
    )]
    [InlineData("""{"op":"remove","path":"logs"}""", null)]
    [InlineData("""{"op":"remove","path":"logs[wood pr]"}""", null)]
    public void The_last_value_of_a_required_attribute_stays(string operation, string? after)
    {
        var patch = () => Patched("""{"logs":[{"wood":"oak"},{"wood":"fir","number":3}]}""", operation, _rafts);

        if (after is not null)
            Assert.Equal(after, patch());
        else
            Assert.Equal("mutability", Assert.Throws<ScimException>(patch).ScimType);
    }

    // Providers' habit of writing to an element that is not there, where the filter has a number.
    [Fact]
    public void A_missing_element_is_made_of_a_number_as_well() =>
        Assert.Equal(
            """{"logs":[{"wood":"oak"},{"number":4,"wood":"ash"}]}""",
            Patched(
                """{"logs":[{"wood":"oak"}]}""",
                """{"op":"replace","path":"logs[number eq 4].wood","value":"ash"}""",
                _rafts,
                Dialect.Everything
            )
        );

    // RFC 7643 §2.5: null is no value; what is replaced by it goes, or the replacement is refused, but null is no
    // element.
    [Fact]
    public void No_element_is_ever_null()
    {
        try
        {
            var after = Patched(
                """{"name":"Ada","flags":["N","C"]}""",
                """{"op":"replace","path":"flags[value eq \"N\"]","value":null}"""
            );
            Assert.Equal("""{"name":"Ada","flags":["C"]}""", after);
        }
        catch (ScimException refusal)
        {
            Assert.Equal("invalidValue", refusal.ScimType);
        }
    }

    private static ScimResource Resource(string json) => new(_boats, ScimJson.ReadObject(json));

    private static void Admit(string json) => SchemaCheck.Admit(Resource(json), Reading.Rfc());

    private static string Patched(
        string before,
        string operation,
        ResourceTypeDefinition? type = null,
        Dialect? dialect = null
    )
    {
        var reading = new Reading(dialect ?? Dialect.Rfc, new WorkLimit());
        var body = ScimJson.ReadObject($$"""{"schemas":["{{Urn.PatchOp}}"],"Operations":[{{operation}}]}""");
        var resource = new ScimResource(type ?? _boats, ScimJson.ReadObject(before));
        var after = Patcher.Apply(resource, PatchRequest.Read(resource.Type, body, reading), reading).Json;
        after.Remove("schemas");
        return ScimJson.ToText(after);
    }
}
