using ScimGateway.Protocol.Paths;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;
using Xunit;

namespace ScimGateway.Protocol.Tests.Resources;

/// <summary>RFC 7644 §3.4.2.3. Each user is told by a letter in "nickName".</summary>
public class SortOrderTests
{
    private const string Crew = "urn:example:params:scim:crew:1.0:User";

    private static readonly ResourceTypeDefinition _user = ResourceTypes.User.With(
        new SchemaDefinition(
            Crew,
            "Crew",
            "An extension with numbers.",
            [
                new AttributeDefinition("trips", AttributeType.Whole, "How many voyages."),
                new AttributeDefinition("tonnage", AttributeType.Number, "The largest ship."),
            ]
        )
    );

    [Fact]
    public void Strings_are_sorted_without_case_by_default()
    {
        AssertOrder(
            "abc",
            "userName",
            """{"userName":"Zoe"} c""",
            """{"userName":"anna"} a""",
            """{"userName":"BOB"} b"""
        );
    }

    [Fact]
    public void Strings_that_differ_in_case_alone_are_equal_and_stay_as_they_were()
    {
        AssertOrder("xyz", "title", """{"title":"pilot"} x""", """{"title":"PILOT"} y""", """{"title":"Pilot"} z""");
    }

    [Fact]
    public void Case_exact_strings_are_sorted_with_case()
    {
        AssertOrder(
            "abc",
            "externalId",
            """{"externalId":"a1"} c""",
            """{"externalId":"B1"} b""",
            """{"externalId":"A1"} a"""
        );
    }

    [Fact]
    public void Descending_turns_the_order_round()
    {
        AssertOrder(
            "cba",
            "-userName",
            """{"userName":"BOB"} b""",
            """{"userName":"anna"} a""",
            """{"userName":"Zoe"} c"""
        );
    }

    [Theory]
    [InlineData("title", "abxy")]
    [InlineData("-title", "xyba")]
    public void Who_has_no_value_comes_last_and_descending_first(string by, string order)
    {
        AssertOrder(order, by, "{} x", """{"title":"Pilot"} b""", """{"title":null} y""", """{"title":"Cook"} a""");
    }

    [Theory]
    [InlineData("emails.value", "abxy")]
    [InlineData("-emails.value", "xyba")]
    public void So_does_who_has_an_empty_list_or_a_first_value_without_that_part(string by, string order)
    {
        AssertOrder(
            order,
            by,
            """{"emails":[]} x""",
            """{"emails":[{"value":"b@quay.example"}]} b""",
            """{"emails":[{"type":"work"}]} y""",
            """{"emails":[{"value":"a@quay.example"}]} a"""
        );
    }

    [Fact]
    public void A_sub_attribute_of_a_single_complex_attribute()
    {
        AssertOrder(
            "abcx",
            "name.familyName",
            """{"name":{"familyName":"Wrona","givenName":"A"}} c""",
            """{"name":{"givenName":"A"}} x""",
            """{"name":{"familyName":"lind","givenName":"Z"}} a""",
            """{"name":{"familyName":"Okoro","givenName":"K"}} b"""
        );
    }

    [Fact]
    public void Of_several_values_the_primary_one_counts_wherever_it_stands()
    {
        AssertOrder(
            "abc",
            "emails.value",
            """{"emails":[{"value":"a@quay.example"},{"value":"z@quay.example","primary":true}]} c""",
            """{"emails":[{"value":"z@quay.example","primary":false},{"value":"b@quay.example","primary":true}]} a""",
            """{"emails":[{"value":"m@quay.example","primary":true},{"value":"a@quay.example"}]} b"""
        );
    }

    [Fact]
    public void Without_a_primary_one_the_first_counts()
    {
        AssertOrder(
            "abc",
            "emails.value",
            """{"emails":[{"value":"z@quay.example"},{"value":"a@quay.example"}]} c""",
            """{"emails":[{"value":"b@quay.example","primary":false},{"value":"y@quay.example"}]} a""",
            """{"emails":[{"value":"m@quay.example"}]} b"""
        );
    }

    [Fact]
    public void A_multi_valued_attribute_without_its_part_is_sorted_by_value()
    {
        AssertOrder(
            "ab",
            "emails",
            """{"emails":[{"value":"z@quay.example","type":"a"}]} b""",
            """{"emails":[{"value":"b@quay.example","type":"z"}]} a"""
        );
    }

    [Fact]
    public void The_part_is_taken_from_the_primary_value()
    {
        AssertOrder(
            "ab",
            "emails.type",
            """{"emails":[{"value":"1","type":"a"},{"value":"2","type":"work","primary":true}]} b""",
            """{"emails":[{"value":"3","type":"home","primary":true}]} a"""
        );
    }

    [Fact]
    public void Dates_are_sorted_by_the_moment_they_name()
    {
        AssertOrder(
            "abcd",
            "meta.created",
            """{"meta":{"created":"2025-11-30T23:30:00-05:00"}} d""",
            """{"meta":{"created":"2025-12-01T00:30:00+01:00"}} a""",
            """{"meta":{"created":"2025-12-01T00:00:00.5Z"}} c""",
            """{"meta":{"created":"2025-12-01T00:00:00Z"}} b"""
        );
    }

    [Fact]
    public void Booleans_are_sorted_false_before_true()
    {
        AssertOrder("abx", "active", "{} x", """{"active":true} b""", """{"active":false} a""");
    }

    [Fact]
    public void Whole_numbers_are_sorted_by_value_not_by_digits()
    {
        AssertOrder(
            "abc",
            $"{Crew}:trips",
            Extension(Crew, "trips", "10", 'c'),
            Extension(Crew, "trips", "9", 'b'),
            Extension(Crew, "trips", "-3", 'a')
        );
    }

    [Fact]
    public void Whole_numbers_beyond_the_digits_of_a_double_still_differ()
    {
        AssertOrder(
            "ab",
            $"{Crew}:trips",
            Extension(Crew, "trips", "9007199254740993", 'b'),
            Extension(Crew, "trips", "9007199254740992", 'a')
        );
    }

    [Fact]
    public void Decimals_are_sorted_by_value_however_written()
    {
        AssertOrder(
            "abc",
            $"{Crew}:tonnage",
            Extension(Crew, "tonnage", "1.5e3", 'c'),
            Extension(Crew, "tonnage", "200.25", 'b'),
            Extension(Crew, "tonnage", "0.9", 'a')
        );
    }

    [Fact]
    public void An_attribute_of_an_extension_and_its_part()
    {
        AssertOrder(
            "abx",
            $"{Urn.EnterpriseUser}:manager.displayName",
            "{} x",
            Extension(Urn.EnterpriseUser, "manager", """{"displayName":"Okoro"}""", 'b'),
            Extension(Urn.EnterpriseUser, "manager", """{"displayName":"lind"}""", 'a')
        );
    }

    private static string Extension(string urn, string attribute, string value, char letter) =>
        $"{{\"{urn}\":{{\"{attribute}\":{value}}}}} {letter}";

    /// <param name="order">The letters as they should come.</param>
    /// <param name="by">The attribute; a minus before it for descending.</param>
    /// <param name="users">Each as JSON, a blank and its letter.</param>
    private static void AssertOrder(string order, string by, params string[] users)
    {
        Assert.True(AttributePath.TryParse(by.TrimStart('-'), out var path));
        var sorting = new SortOrder(_user.Find(path)!, descending: by.StartsWith('-'));
        var sorted = users
            .Select(user => (Letter: user[^1], Resource: new ScimResource(_user, ScimJson.ReadObject(user[..^2]))))
            .OrderBy(user => user.Resource, sorting);
        Assert.Equal(order, string.Concat(sorted.Select(user => user.Letter)));
    }
}
