using System.Text.Json.Nodes;
using ScimGateway.Protocol.Bounds;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Policy;
using Xunit;

namespace ScimGateway.Provisioning.Tests.Policy;

/// <summary>Whom rules admit, and what a change of them means for one user.</summary>
public class ScopeTests
{
    private const string Crew = "title eq \"Skipper\"";
    private const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    [Fact]
    public void Without_a_rule_everybody_is_in_scope_by_none()
    {
        var scope = Scope.Of([]);

        Assert.True(scope.IsEverybody);
        Assert.True(scope.Admits(User("{}"), WorkLimit.Unbounded, out var rule));
        Assert.Null(rule);
    }

    [Theory]
    [InlineData("""{"title": "Skipper"}""", 1)]
    [InlineData("""{"title": "skipper"}""", 1)]
    [InlineData("""{"title": "Skipper", "userType": "Crew"}""", 1)] // the first that does
    [InlineData("""{"userType": "Crew"}""", 2)]
    [InlineData("""{"userType": "Guest"}""", null)]
    [InlineData("{}", null)]
    public void The_first_rule_that_matches_admits(string user, int? by)
    {
        var scope = Scope.Of([Rule(1, Crew), Rule(2, "userType eq \"Crew\"")]);

        Assert.Equal(by is not null, scope.Admits(User(user), WorkLimit.Unbounded, out var rule));
        Assert.Equal(by, rule);
    }

    [Theory]
    [InlineData("{}", true)]
    [InlineData("""{"active": true}""", true)]
    [InlineData("""{"active": false}""", false)]
    public void Who_does_not_say_whether_he_is_active_is(string user, bool isIn)
    {
        var read = User(user);
        var before = read.Json.ToJsonString();

        Assert.Equal(isIn, Scope.Of([Rule(1, "active eq true")]).Admits(read, WorkLimit.Unbounded, out _));
        Assert.Equal(before, read.Json.ToJsonString());
    }

    [Fact]
    public void A_rule_may_ask_for_what_an_extension_says() =>
        Assert.True(
            Scope
                .Of([Rule(1, $"{Enterprise}:department eq \"Deck\"")])
                .Admits(User($$"""{"{{Enterprise}}": {"department": "Deck"} }"""), WorkLimit.Unbounded, out _)
        );

    [Theory]
    [InlineData("id pr")]
    [InlineData("meta.created gt \"2020-01-01T00:00:00Z\"")]
    [InlineData("groups[value eq \"1\"]")]
    [InlineData("title pr and not (groups.display eq \"Crew\")")]
    [InlineData("urn:scimgateway:schemas:link:1.0:state eq \"settled\"")]
    [InlineData("title eq")]
    [InlineData("")]
    public void A_rule_asks_for_what_a_provider_says_in_a_filter_that_can_be_read(string filter) =>
        Assert.Throws<ScimException>(() => Scope.Of([Rule(1, Crew), Rule(2, filter)]));

    [Theory]
    [InlineData(false, false, true, true, ScopeMove.Stays)]
    [InlineData(true, true, true, true, ScopeMove.Stays)]
    [InlineData(false, true, false, true, ScopeMove.Enters)]
    [InlineData(false, true, true, false, ScopeMove.Enters)]
    [InlineData(true, false, true, true, ScopeMove.Leaves)]
    [InlineData(true, false, true, false, ScopeMove.Freezes)]
    [InlineData(true, false, false, true, ScopeMove.Freezes)]
    [InlineData(true, false, false, false, ScopeMove.Freezes)]
    public void A_user_takes_one_turn(bool wasIn, bool isIn, bool hasAccount, bool deprovisions, ScopeMove turn) =>
        Assert.Equal(
            turn,
            ScopeMoves.Of(wasIn, isIn, hasAccount, new Preferences { DeprovisionOnRuleDeletion = deprovisions })
        );

    private static Rule Rule(int id, string filter) =>
        new()
        {
            Id = id,
            Name = $"rule {id}",
            Filter = filter,
        };

    private static ScimResource User(string json) =>
        new(GatewayTypes.User, ScimJson.ReadObject(System.Text.Encoding.UTF8.GetBytes(json), ReadLimits.User));
}
