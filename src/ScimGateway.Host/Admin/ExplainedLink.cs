using System.Text.Json;
using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Operating;
using ScimGateway.Provisioning.Reads;

namespace ScimGateway.Host.Admin;

/// <summary>A link as it is shown, with what explains it.</summary>
internal static class ExplainedLink
{
    internal static async Task<object> ExplainAsync(AdminCall call, ListedLink link) =>
        link.Resource is { } resource
        && await call.Home.OnDemand.ExplainAsync(resource, call.Home.Preferences.Now) is { } explanation
            ? Explained(call, link, explanation)
            : Shown(call, link);

    internal static JsonObject Shown(AdminCall call, ListedLink link) =>
        Json(
            new
            {
                Id = link.Id.Value,
                link.Kind,
                Resource = link.Resource?.ToString(),
                link.Source,
                link.Name,
                link.FullName,
                link.Address,
                link.ExternalId,
                Shown = link.IsShown,
                link.Link.State,
                Reason = ShownReason.Of(link.Link.Reason, call.Tenant.Row.Slug, link.Id),
                Since = link.Link.Since.ToTime(),
                link.Link.SlackId,
                link.Link.SlackUserName,
                link.Link.MatchedBy,
                link.Link.KeptBySlack,
                link.Link.ActiveInSlack,
                link.ChangedInSlack,
                Operation = link.Link.OperationId?.ToString(),
            }
        );

    internal static JsonObject Explained(AdminCall call, ListedLink link, Explanation why)
    {
        var shown = Shown(call, link);
        var explained = Json(
            new
            {
                why.Rule,
                why.Asserted,
                why.Waived,
                Fields = why.Fields.Select(one => new
                {
                    Field = AdminJson.Named(one.Field.ToString()),
                    Asked = one.IsAsked,
                    one.Wanted,
                    Known = one.IsKnown,
                    one.Delivered,
                    one.Seen,
                }),
                // The gateway sends nothing about an account or group that no source has claimed.
                Commands = (link.Owned.HasSource ? why.Commands : []).Select(command =>
                    AdminJson.Named(command.GetType().Name)
                ),
                why.Notes,
                BlockedMembers = why.BlockedMembers.Select(blocked => new
                {
                    Reason = ShownReason.Of(blocked.Why, call.Tenant.Row.Slug, link: null),
                    blocked.Members,
                }),
            }
        );
        foreach (var (name, value) in explained)
            shown[name] = value?.DeepClone();
        return shown;
    }

    private static JsonObject Json(object shown) =>
        JsonSerializer.SerializeToNode(shown, shown.GetType(), AdminJson.Options)!.AsObject();
}
