using System.Text;
using System.Text.Json.Nodes;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Patching;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model.Mirror;
using Xunit;

namespace ScimGateway.Provisioning.Tests.Model.Mirror;

/// <summary>What a request makes of a user: what is there then, what is asserted by now, and of what it spoke.</summary>
public class RevisionTests
{
    private const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    private const string Vera = """{"userName": "vera", "title": "Skipper", "name": {"givenName": "Vera"}, "active": false}""";

    [Fact]
    public void All_of_a_new_user_is_asserted_spoken_of_and_changed()
    {
        var revision = Revision.Made(User(Vera));

        Assert.Equal("active|name.givenName|title|userName", Paths(revision.Asserted));
        Assert.Same(revision.Asserted, revision.Spoken);
        Assert.Same(revision.Asserted, revision.Changed);
    }

    [Fact]
    public void The_schemas_are_no_path_and_an_extension_s_attributes_are_one_each() =>
        Assert.Equal(
            $"emails|{Enterprise}:department|userName",
            Paths(
                Asserted.Of(
                    User(
                        $$"""
                        {"schemas": ["{{Enterprise}}"], "userName": "vera", "emails": [{"value": "a@example.com"}, {"value": "b@example.com"}],
                         "{{Enterprise}}": {"department": "Deck"} }
                        """
                    )
                )
            )
        );

    [Theory]
    [InlineData("what was asserted and is left out is cleared", "title", """{"userName": "vera"}""", "title", "")]
    [InlineData("what only Slack filled stays", "", """{"userName": "vera"}""", "", "title")]
    [InlineData(
        "what only Slack filled does not become asserted by being repeated",
        "",
        """{"userName": "vera", "title": "Skipper"}""",
        "",
        "title"
    )]
    [InlineData(
        "what only Slack filled and is written otherwise is asserted",
        "",
        """{"userName": "vera", "title": "Mate"}""",
        "title",
        "title"
    )]
    public void A_PUT(string because, string asserted, string put, string thenAsserted, string there)
    {
        var before = User("""{"userName": "vera", "title": "Skipper"}""");

        var revision = Revision.Replaced(before, Asserted.Parse(asserted), User(put));

        Assert.True(thenAsserted == Paths(revision.Asserted), because);
        Assert.True(there.Length > 0 == (revision.After.Text("title") is not null), because);
    }

    [Fact]
    public void A_PUT_without_active_keeps_it_though_it_was_asserted()
    {
        var revision = Revision.Replaced(User(Vera), Asserted.Parse("active\ntitle"), User("""{"userName": "vera"}"""));

        Assert.Equal("""{"userName":"vera","name":{"givenName":"Vera"},"active":false}""", revision.After.Json.ToJsonString());
        Assert.Equal("title", Paths(revision.Changed));
    }

    [Fact]
    public void A_PUT_speaks_of_what_it_says_and_of_what_it_leaves_out()
    {
        var revision = Revision.Replaced(User(Vera), Asserted.Parse("title"), User("""{"userName": "vera", "locale": "en"}"""));

        Assert.Equal("locale|title|userName", Paths(revision.Spoken));
        Assert.Equal("locale|title", Paths(revision.Changed));
    }

    [Fact]
    public void A_PUT_keeps_what_Slack_filled_in_an_extension_and_says_that_it_is_there()
    {
        var before = User($$"""{"userName": "vera", "{{Enterprise}}": {"department": "Deck", "division": "Sea"} }""");
        var put = User($$"""{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "vera"}""");

        var revision = Revision.Replaced(before, Asserted.Parse($"{Enterprise}:division"), put);

        Assert.Equal("""{"department":"Deck"}""", revision.After.Json[Enterprise]!.ToJsonString());
        Assert.Contains(revision.After.Json["schemas"]!.AsArray(), urn => (string?)urn == Enterprise);
        Assert.Null(put.Json[Enterprise]);
    }

    [Theory]
    [InlineData("""{"op": "replace", "path": "title", "value": "Mate"}""", "title", "title")]
    [InlineData("""{"op": "replace", "path": "title", "value": "Skipper"}""", "", "title")] // repeated
    [InlineData("""{"op": "remove", "path": "title"}""", "title", "title")]
    [InlineData("""{"op": "replace", "path": "name.givenName", "value": "Eva"}""", "name.givenName", "name.givenName")]
    [InlineData("""{"op": "replace", "value": {"title": "Mate", "locale": "en"}}""", "locale|title", "locale|title")]
    [InlineData("""{"op": "replace", "path": "active", "value": true}""", "active", "active")]
    [InlineData("""{"op": "remove", "path": "active"}""", "", "active")] // there is no third state
    public void A_PATCH_asserts_what_it_changes_and_speaks_of_what_it_names(string operation, string changed, string spoken)
    {
        var (before, revision) = Patched(operation);

        Assert.Equal(changed, Paths(revision.Changed));
        Assert.Equal(
            changed.Length == 0 ? "locale" : Paths(Asserted.Parse("locale").With(revision.Changed)),
            Paths(revision.Asserted)
        );
        Assert.Equal(spoken, Paths(revision.Spoken));
        Assert.Equal(Vera, before);
    }

    [Fact]
    public void A_PATCH_that_removes_a_name_speaks_of_all_its_parts()
    {
        var (_, revision) = Patched("""{"op": "remove", "path": "name"}""");

        Assert.Equal("name.givenName", Paths(revision.Changed));
        Assert.True(revision.Spoken.Has("name.familyName"));
        Assert.True(revision.Spoken.Has("NAME.GIVENNAME"));
    }

    [Fact]
    public void Sets_of_paths_are_of_one_case_and_read_as_they_were_kept()
    {
        var two = Asserted.Parse("title\nactive");

        Assert.Equal("active\ntitle", two.ToString());
        Assert.Equal("title", two.Without(Asserted.Only("ACTIVE")).ToString());
        Assert.Equal("active", two.And(Asserted.Parse("Active\nlocale")).ToString());
        Assert.Equal("active\nlocale\ntitle", two.With(Asserted.Only("locale")).ToString());
        Assert.Equal("title", two.Only(path => path[0] == 't').ToString());
        Assert.True(Asserted.Parse("").IsEmpty);
        Assert.True(Asserted.Nothing.IsEmpty);
    }

    private static (string Before, Revision Revision) Patched(string operation)
    {
        var before = User(Vera);
        var reading = Reading.Rfc();
        var patch = PatchRequest.Read(
            GatewayTypes.User,
            JsonNode
                .Parse($$"""{"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [{{operation}}]}""")!
                .AsObject(),
            reading
        );
        var revision = Revision.Patched(before, Asserted.Parse("locale"), patch, Patcher.Apply(before, patch, reading));
        return (JsonNode.DeepEquals(before.Json, JsonNode.Parse(Vera)) ? Vera : before.Json.ToJsonString(), revision);
    }

    private static string Paths(Asserted paths) => paths.ToString().Replace('\n', '|');

    private static ScimResource User(string json) =>
        new(GatewayTypes.User, ScimJson.ReadObject(Encoding.UTF8.GetBytes(json), ReadLimits.User));
}
