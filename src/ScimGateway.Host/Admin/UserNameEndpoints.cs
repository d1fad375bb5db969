using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Reads;

namespace ScimGateway.Host.Admin;

/// <summary>Which Slack user name everybody has or gets, and why.</summary>
internal static class UserNameEndpoints
{
    public static void Map(IEndpointRouteBuilder tenant) =>
        tenant
            .MapMethods("/user-names", ReadMethods.All, ListAsync)
            .Called("listUserNames", Role.Viewer)
            .AsksForPages("differing")
            .ReadsPeople();

    private static Task<IResult> ListAsync(AdminCall call, UserNameReads names)
    {
        var onlyDiffering = call.QueryFlag("differing");
        return call.PageAsync(
            async (after, most) =>
                await names.ListAsync(
                    call.Tenant.Row.Id,
                    onlyDiffering,
                    new LinkId(AdminPages.Numbered(after)),
                    most,
                    call.Gone
                ),
            one => one.Link.ToString(),
            one => new
            {
                Link = one.Link.Value,
                Resource = one.Resource.ToString(),
                one.UserName,
                SlackUserName = one.Name,
                InSlack = one.IsInSlack,
                TakenAsIs = one.IsTakenAsIs,
                Holder = one.Holder?.Value,
                one.Why,
            }
        );
    }
}
