using System.Net;
using System.Text;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Messages;
using Xunit;

namespace ScimGateway.Protocol.Tests.Messages;

public class ListQueryTests
{
    private static readonly PageLimits _pages = new(Default: 100, Most: 200);

    [Fact]
    public void A_query_that_says_nothing_is_the_first_page_of_everything()
    {
        var query = Query();

        Assert.Equal(1, query.StartIndex);
        Assert.Equal(100, query.Count);
        Assert.False(query.Descending);
        Assert.False(query.ByCursor);
        Assert.Null(query.Filter);
        Assert.Null(query.SortBy);
        Assert.Null(query.Attributes);
        Assert.Null(query.ExcludedAttributes);
        Assert.Null(query.Cursor);
    }

    [Fact]
    public void Every_parameter_of_the_RFC_is_read()
    {
        var query = Query(
            ("filter", "title pr"),
            ("sortBy", "name.familyName"),
            ("sortOrder", "descending"),
            ("startIndex", "11"),
            ("count", "10"),
            ("attributes", "userName"),
            ("excludedAttributes", "groups")
        );

        Assert.Equal("title pr", query.Filter);
        Assert.Equal("name.familyName", query.SortBy);
        Assert.True(query.Descending);
        Assert.Equal(11, query.StartIndex);
        Assert.Equal(10, query.Count);
        Assert.Equal(["userName"], query.Attributes);
        Assert.Equal(["groups"], query.ExcludedAttributes);
    }

    [Fact]
    public void Names_of_parameters_compare_without_case_and_unknown_ones_are_ignored()
    {
        var query = Query(("STARTINDEX", "3"), ("sortorder", "Descending"), ("trace", "x"));

        Assert.Equal(3, query.StartIndex);
        Assert.True(query.Descending);
    }

    [Fact]
    public void A_lookup_is_asked_for_the_names_as_the_RFC_writes_them()
    {
        var given = new Dictionary<string, string> { ["startIndex"] = "5", ["excludedAttributes"] = "groups" };

        var query = ListQuery.Read(given.GetValueOrDefault, _pages);

        Assert.Equal(5, query.StartIndex);
        Assert.Equal(["groups"], query.ExcludedAttributes);
    }

    [Fact]
    public void A_list_that_is_repeated_adds_up_and_a_number_that_is_repeated_is_none()
    {
        Assert.Equal(["userName", "emails"], Query(("attributes", "userName"), ("Attributes", "emails")).Attributes);
        Refused("invalidValue", "'count' takes a whole number.", () => Query(("count", "1"), ("count", "2")));
    }

    [Theory]
    [InlineData("0", 1)]
    [InlineData("-5", 1)]
    [InlineData("1", 1)]
    [InlineData("99999999999999999999", int.MaxValue)]
    [InlineData("-99999999999999999999", 1)]
    public void A_startIndex_below_1_is_1_and_none_is_too_long(string text, int startIndex) =>
        Assert.Equal(startIndex, Query(("startIndex", text)).StartIndex);

    [Theory]
    [InlineData("0", 0)]
    [InlineData("-1", 0)]
    [InlineData("200", 200)]
    [InlineData("201", 200)]
    [InlineData("99999999999999999999", 200)]
    public void A_count_below_0_is_0_and_one_beyond_the_largest_page_is_that_page(string text, int count) =>
        Assert.Equal(count, Query(("count", text)).Count);

    [Fact]
    public void The_default_is_no_larger_than_the_largest_page()
    {
        Assert.Equal(10, ListQuery.Read(_ => null, new PageLimits(50, 10)).Count);
        Assert.Equal(10, ListQuery.Read(name => name == "cursor" ? "" : null, new PageLimits(50, 10)).Count);
    }

    [Theory]
    [InlineData("startIndex", "one")]
    [InlineData("startIndex", "1.5")]
    [InlineData("startIndex", "")]
    [InlineData("startIndex", "+1")]
    [InlineData("count", "1e2")]
    [InlineData("count", " 1")]
    [InlineData("count", "-")]
    [InlineData("count", "\u0661")] // a digit, but not of JSON
    public void What_is_no_whole_number_is_refused_by_the_name_of_the_parameter(string name, string text) =>
        Refused("invalidValue", $"'{name}' takes a whole number.", () => Query((name, text)));

    [Fact]
    public void A_sort_goes_up_or_down_and_nowhere_else()
    {
        Assert.False(Query(("sortBy", "title"), ("sortOrder", "ascending")).Descending);
        Refused("invalidValue", "'sortOrder' is 'ascending' or 'descending'.", () => Query(("sortOrder", "desc")));
    }

    [Theory]
    [InlineData("userName, emails.value ,name", "userName|emails.value|name")]
    [InlineData("emails[type eq \"a,b\"],userName", "emails[type eq \"a,b\"]|userName")]
    [InlineData("emails[type in (a,b)],userName", "emails[type in (a,b)]|userName")]
    [InlineData("x[y eq \"]\" , z],w", "x[y eq \"]\" , z]|w")]
    [InlineData("x[y eq \"[\"],z", "x[y eq \"[\"]|z")]
    [InlineData("x[y eq \"\\\",\"],z", "x[y eq \"\\\",\"]|z")]
    [InlineData("a],b", "a]|b")]
    [InlineData("x[a,b", "x[a,b")]
    [InlineData("\"a,b", "\"a,b")]
    [InlineData("\"a\\", "\"a\\")]
    [InlineData(",a,,b,", "a|b")]
    public void Attribute_names_stand_between_commas_outside_of_brackets_and_quotation_marks(
        string text,
        string names
    ) => Assert.Equal(names.Split('|'), Query(("attributes", text)).Attributes);

    [Theory]
    [InlineData("")]
    [InlineData(" , ")]
    public void An_empty_list_of_attributes_asks_for_nothing_special(string text) =>
        Assert.Null(Query(("attributes", text)).Attributes);

    [Fact]
    public void A_cursor_that_is_there_but_empty_asks_for_the_first_page_by_cursor()
    {
        var query = Query(("cursor", ""), ("count", "10"));

        Assert.True(query.ByCursor);
        Assert.Equal("", query.Cursor);
        Assert.Equal(10, query.Count);
    }

    [Fact]
    public void A_cursor_goes_with_filter_sort_and_attributes()
    {
        var query = Query(("cursor", "aZ09-._~"), ("filter", "title pr"), ("sortBy", "title"), ("attributes", "title"));

        Assert.Equal("aZ09-._~", query.Cursor);
        Assert.Equal("title pr", query.Filter);
        Assert.Equal("title", query.SortBy);
        Assert.Equal(["title"], query.Attributes);
        Assert.Equal(100, query.Count);
    }

    [Fact]
    public void Cursor_and_startIndex_exclude_each_other() =>
        Refused(
            "invalidCursor",
            "'cursor' and 'startIndex' are two ways of paging; a query uses one of them.",
            () => Query(("cursor", ""), ("startIndex", "1"))
        );

    [Theory]
    [InlineData("a b")]
    [InlineData("a+b=")]
    [InlineData("é")]
    public void A_cursor_of_characters_that_no_cursor_has_is_refused(string cursor) =>
        Refused("invalidCursor", "'cursor' is not one that this server gave out.", () => Query(("cursor", cursor)));

    [Fact]
    public void A_cursor_of_any_length_is_refused() =>
        Refused(
            "invalidCursor",
            "'cursor' is not one that this server gave out.",
            () => Query(("cursor", new string('a', 2049)))
        );

    [Fact]
    public void By_cursor_a_page_that_is_too_large_is_refused_and_a_negative_one_is_empty()
    {
        Assert.Equal(200, Query(("cursor", ""), ("count", "200")).Count);
        Assert.Equal(0, Query(("cursor", ""), ("count", "-1")).Count);
        Refused(
            "invalidCount",
            "'count' is 201; a page has at most 200 resources.",
            () => Query(("cursor", ""), ("count", "201"))
        );
        Refused("invalidCount", "'count' takes a whole number.", () => Query(("cursor", ""), ("count", "ten")));
    }

    [Fact]
    public void A_search_request_says_the_same_in_JSON()
    {
        var query = Search(
            """
            {
              "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
              "filter": "title pr", "sortBy": "title", "sortOrder": "descending", "startIndex": 11, "count": 10,
              "attributes": ["userName", "emails"], "excludedAttributes": ["groups"]
            }
            """
        );

        Assert.Equal("title pr", query.Filter);
        Assert.Equal("title", query.SortBy);
        Assert.True(query.Descending);
        Assert.Equal(11, query.StartIndex);
        Assert.Equal(10, query.Count);
        Assert.Equal(["userName", "emails"], query.Attributes);
        Assert.Equal(["groups"], query.ExcludedAttributes);
        Assert.False(query.ByCursor);
    }

    [Fact]
    public void A_search_request_pages_by_cursor_as_a_query_does()
    {
        Assert.Equal("", Search(Body("\"cursor\": \"\"")).Cursor);
        Refused("invalidCursor", null, () => Search(Body("\"cursor\": 7")));
        Refused("invalidCursor", null, () => Search(Body("\"cursor\": \"a\", \"startIndex\": 1")));
        Refused("invalidCount", null, () => Search(Body("\"cursor\": \"a\", \"count\": 500")));
    }

    [Fact]
    public void In_a_search_request_null_and_empty_lists_are_no_values_and_names_compare_without_case()
    {
        var query = Search(
            Body(
                """
                "FILTER": "title pr", "sortBy": null, "sortOrder": null, "startIndex": null, "count": null, "cursor": null,
                "attributes": [], "excludedAttributes": null, "trace": {}
                """
            )
        );

        Assert.Equal("title pr", query.Filter);
        Assert.Equal(1, query.StartIndex);
        Assert.Equal(100, query.Count);
        Assert.False(query.ByCursor);
        Assert.Null(query.Attributes);
    }

    [Theory]
    [InlineData("\"count\": \"10\"", "'count' takes a whole number.")]
    [InlineData("\"count\": 1.5", "'count' takes a whole number.")]
    [InlineData("\"count\": true", "'count' takes a whole number.")]
    [InlineData("\"startIndex\": \"1\"", "'startIndex' takes a whole number.")]
    [InlineData("\"startIndex\": [1]", "'startIndex' takes a whole number.")]
    [InlineData("\"filter\": 1", "'filter' takes a string.")]
    [InlineData("\"sortBy\": [\"title\"]", "'sortBy' takes a string.")]
    [InlineData("\"sortOrder\": true", "'sortOrder' takes a string.")]
    [InlineData("\"attributes\": \"userName,emails\"", "'attributes' takes an array of strings.")]
    [InlineData("\"attributes\": [1]", "'attributes' takes an array of strings.")]
    [InlineData("\"excludedAttributes\": [null]", "'excludedAttributes' takes an array of strings.")]
    public void A_member_of_another_kind_is_refused_by_its_name(string member, string detail) =>
        Refused("invalidValue", detail, () => Search(Body(member)));

    [Fact]
    public void Numbers_of_a_search_request_have_the_bounds_of_a_query()
    {
        var query = Search(Body("\"startIndex\": -3, \"count\": 99999999999999999999"));

        Assert.Equal(1, query.StartIndex);
        Assert.Equal(200, query.Count);
    }

    [Fact]
    public void A_search_request_without_its_schema_is_a_habit_that_is_noted()
    {
        var reading = Reading.Everything();

        Assert.Equal(7, ListQuery.Read("{\"count\": 7}"u8, _pages, reading).Count);
        Assert.Equal(Deviation.SchemasLeftOut, Assert.Single(reading.Normalised).Deviation);
        Refused(
            "invalidSyntax",
            "'schemas' does not name urn:ietf:params:scim:api:messages:2.0:SearchRequest.",
            () => ListQuery.Read("{\"schemas\": [\"urn:other\"], \"count\": 7}"u8, _pages, Reading.Rfc())
        );
    }

    [Fact]
    public void The_schema_of_a_search_request_is_named_in_any_case() =>
        Assert.Equal(
            7,
            Search("""{"schemas": ["x", 1, "URN:ietf:params:scim:api:messages:2.0:searchrequest"], "count": 7}""").Count
        );

    [Fact]
    public void A_search_request_cut_off_or_changed_at_any_byte_is_read_or_refused()
    {
        var good = Encoding.UTF8.GetBytes(
            Body("\"filter\":\"a\\u0062\",\"count\":1,\"startIndex\":2,\"attributes\":[\"a,b\",\"c\"]")
        );
        var (read, refused) = (0, 0);
        for (var i = 0; i < good.Length; i++)
            foreach (var put in "\"\\{}[],:0n\u0001\u00ff"u8.ToArray())
            {
                var changed = good.ToArray();
                changed[i] = put;
                try
                {
                    _ = ListQuery.Read(good.AsSpan(0, i), _pages, Reading.Everything());
                }
                catch (ScimException)
                {
                    refused++;
                }
                try
                {
                    _ = ListQuery.Read(changed, _pages, Reading.Everything());
                    read++;
                }
                catch (ScimException)
                {
                    refused++;
                }
            }

        Assert.True(read > 100 && refused > 100, $"{read} read, {refused} refused");
    }

    [Fact]
    public void A_body_that_is_no_object_is_refused() => Refused("invalidSyntax", null, () => Search("[]"));

    [Fact]
    public void The_search_request_of_the_RFC_is_read()
    {
        Assert.SkipWhen(Vectors.Shared is null, "needs the shared folder");
        var path = Path.Combine(Vectors.Shared, "vectors", "rfc-examples", "rfc7644-3.4.3-search_request.json");

        var query = ListQuery.Read(File.ReadAllBytes(path), _pages, Reading.Rfc());

        Assert.Equal("displayName sw \"smith\"", query.Filter);
        Assert.Equal(["displayName", "userName"], query.Attributes);
        Assert.Equal((1, 10), (query.StartIndex, query.Count));
    }

    private static ListQuery Query(params (string Name, string Value)[] parameters) =>
        ListQuery.Read(parameters.Select(p => KeyValuePair.Create(p.Name, (string?)p.Value)), _pages);

    private static ListQuery Search(string body) => ListQuery.Read(Encoding.UTF8.GetBytes(body), _pages, Reading.Rfc());

    private static string Body(string members) =>
        $$"""{"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], {{members}}}""";

    private static void Refused(string scimType, string? detail, Func<ListQuery> read)
    {
        var refusal = Assert.Throws<ScimException>(read);
        Assert.Equal(HttpStatusCode.BadRequest, refusal.Status);
        Assert.Equal(scimType, refusal.ScimType);
        if (detail is not null)
            Assert.Equal(detail, refusal.Message);
    }
}
