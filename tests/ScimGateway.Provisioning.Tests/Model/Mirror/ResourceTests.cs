using System.Text;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Mirror;
using Xunit;

namespace ScimGateway.Provisioning.Tests.Model.Mirror;

/// <summary>What becomes of a resource by its own changes.</summary>
public class ResourceTests
{
    private const int Source = 7;
    private static readonly Instant _now = new(1_000);
    private static readonly Resource _shown = Shown(Kind.User, """{"userName":"Vera","active":true,"title":"Pilot"}""");
    private static readonly Resource _claimed = Revise(_shown, """{"userName":"Vera","active":true,"title":"Cook"}""");

    [Fact]
    public void A_claim_that_is_taken_back_leaves_nobody_s_account_as_it_was_shown()
    {
        var back = _claimed.TakeBack(isOff: false, _now);

        Assert.Equal((null, "Pilot", true), (back.SourceId, back.Read().Text("title"), back.Asserted.IsEmpty));
    }

    [Fact]
    public void A_leaver_whose_account_is_off_stays_a_leaver_though_the_rest_is_taken_back()
    {
        var left = Revise(_claimed, """{"userName":"Vera","active":false,"title":"Guest"}""");

        var back = left.TakeBack(isOff: true, _now);

        Assert.Equal((false, "Cook"), (back.Active, back.Read().Text("title")));
        Assert.True(back.Asserted.Has("active"));
        Assert.True(left.TakeBack(isOff: false, _now).Active);
    }

    [Theory]
    [InlineData(Kind.User)]
    [InlineData(Kind.Group)]
    public void Who_is_deleted_lets_go_of_the_name_and_has_it_again_when_that_is_taken_back(Kind kind)
    {
        var there = Revise(
            Shown(kind, """{"userName":"a","displayName":"a"}"""),
            """{"userName":"b","displayName":"b"}"""
        );

        var gone = there.Bury(Source, staysIn: true, _now);

        Assert.Equal((null, _now, true), (Name(gone), gone.Deleted, gone.Waived.Account));
        var back = gone.TakeBack(isOff: false, _now);
        Assert.Equal(("B", null, false), (Name(back), back.Deleted, back.Waived.Account));
        Assert.Equal((Source, there.Version + 2), (back.SourceId, back.Version));
    }

    [Fact]
    public void Whose_claim_an_operator_ends_is_unlinkeduntil_an_operator_lets_the_user_in()
    {
        var unlinked = _claimed.Unlink();

        Assert.True(unlinked.Waived is { Account: true, Unlinked: true });
        Assert.Null(unlinked.Previous);
        Assert.Equal(Waived.Nothing.ToString(), unlinked.LetIn().Waived.ToString());
    }

    private static string? Name(Resource resource) =>
        resource.Kind == Kind.User ? resource.UserNameKey : resource.DisplayNameKey;

    private static Resource Shown(Kind kind, string json) =>
        Resource
            .New(new TenantId(1), kind, new ResourceId(Guid.CreateVersion7()), _now)
            .ShowUnclaimed(Read(json), Encoding.UTF8.GetBytes(json), isHidden: false, isUnlinked: false, _now);

    private static Resource Revise(Resource resource, string json) =>
        resource.Revise(
            Revision.Replaced(resource.Read(), resource.Asserted, Read(json)),
            Source,
            Waived.Nothing,
            rule: null,
            _now
        );

    private static ScimResource Read(string json) => new(GatewayTypes.User, ScimJson.ReadObject(json));
}
