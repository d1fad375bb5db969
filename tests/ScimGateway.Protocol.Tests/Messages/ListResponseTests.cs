using System.Text;
using ScimGateway.Protocol.Messages;
using Xunit;

namespace ScimGateway.Protocol.Tests.Messages;

public class ListResponseTests
{
    [Fact]
    public void A_page_by_index_tells_its_place_and_the_total() =>
        Assert.Equal(
            """{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":12,"startIndex":11,"itemsPerPage":2,"Resources":["a","b"]}""",
            Write(new Page.ByIndex(11, 12), "a", "b")
        );

    [Fact]
    public void An_empty_page_has_resources_too() =>
        Assert.Equal(
            """{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":0,"startIndex":1,"itemsPerPage":0,"Resources":[]}""",
            Write(new Page.ByIndex(1, 0))
        );

    [Fact]
    public void A_page_by_cursor_tells_its_neighbours_and_no_startIndex() =>
        Assert.Equal(
            """{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":9,"previousCursor":"p","nextCursor":"n","itemsPerPage":1,"Resources":["a"]}""",
            Write(new Page.ByCursor("n", "p", 9), "a")
        );

    [Fact]
    public void The_last_page_by_cursor_has_no_nextCursor_and_a_total_nobody_counted_is_left_out() =>
        Assert.Equal(
            """{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"itemsPerPage":1,"Resources":["a"]}""",
            Write(new Page.ByCursor(Next: null), "a")
        );

    [Fact]
    public void Stored_bytes_go_out_as_they_are()
    {
        // Blanks and escapes that a writer would not make.
        byte[][] stored = ["{ \"id\":\"1\", \"title\":\"\\u0041\" }"u8.ToArray(), "{\"id\":\"2\"}"u8.ToArray()];

        var text = Written.Text(json =>
            ListResponse.Write(
                json,
                new Page.ByIndex(1, 2),
                stored,
                (to, bytes) => to.WriteRawValue(bytes, skipInputValidation: true)
            )
        );

        Assert.EndsWith(
            "\"Resources\":[" + Encoding.UTF8.GetString(stored[0]) + ",{\"id\":\"2\"}]}",
            text,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Resources_that_are_an_array_already_make_the_same_page() =>
        Assert.Equal(
            Write(new Page.ByCursor("n", "p", 9), "a", "b"),
            Written.Text(json => ListResponse.Open(json, new Page.ByCursor("n", "p", 9), 2)) + "\"a\",\"b\"]}"
        );

    private static string Write(Page page, params string[] resources) =>
        Written.Text(json =>
            ListResponse.Write(json, page, resources, (to, resource) => to.WriteStringValue(resource))
        );
}
