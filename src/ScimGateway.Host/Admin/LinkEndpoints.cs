using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using ScimGateway.Provisioning.Reads;

namespace ScimGateway.Host.Admin;

/// <summary>Accounts and groups that Slack has or may get, also those that providers do not see.</summary>
internal static class LinkEndpoints
{
    public static void Map(IEndpointRouteBuilder tenant)
    {
        tenant
            .MapMethods("/links", ReadMethods.All, ListAsync)
            .Called("listLinks", Role.Viewer)
            .AsksForPages("kind", "state", "reason", "claimed", "changed", "source", "notSource", "resource", "search")
            .ReadsPeople();
        tenant
            .MapMethods("/links/{link:long}", ReadMethods.All, ReadAsync)
            .Called("readLink", Role.Viewer)
            .ReadsPeople();
        tenant
            .MapMethods("/links/{link:long}/memberships", ReadMethods.All, MembershipsAsync)
            .Called("listMemberships", Role.Viewer)
            .AsksForPages("differing")
            .ReadsPeople();
        tenant
            .MapPost("/links/{link:long}/provision", ProvisionAsync)
            .Called("provisionLink", Role.Operator)
            .WithoutBody();
        tenant.MapPost("/links/{link:long}/claim", ClaimAsync).Called("claimLink", Role.Operator);
        tenant.MapPost("/links/{link:long}/unlink", UnlinkAsync).Called("unlinkLink", Role.Operator).WithoutBody();
        tenant.MapPost("/links/{link:long}/protect", ProtectAsync).Called("protectLink", Role.Operator).WithoutBody();
        tenant
            .MapPost("/links/{link:long}/unprotect", UnprotectAsync)
            .Called("unprotectLink", Role.Operator)
            .WithoutBody();
        tenant.MapPost("/links/{link:long}/reopen", ReopenAsync).Called("reopenLink", Role.Operator).WithoutBody();
        tenant
            .MapPost("/links/{link:long}/deactivate", DeactivateAsync)
            .Called("deactivateLink", Role.Operator)
            .WithoutBody();
        tenant
            .MapPost("/links/{link:long}/erase", EraseAsync)
            .Called("eraseLink", Role.Owner)
            .Asks("confirm")
            .WithoutBody();
        tenant
            .MapPost("/links/{link:long}/full-list", ConfirmFullListAsync)
            .Called("confirmFullList", Role.Operator)
            .Asks("preview")
            .WithoutBody();
    }

    private static Task<IResult> ListAsync(AdminCall call, LinkReads links)
    {
        var query = new LinkQuery
        {
            Kind = call.Query<Kind>("kind"),
            State = call.Query<LinkState>("state"),
            Reason = call.Query<ReasonCode>("reason"),
            Claimed = call.Query("claimed") is null ? null : call.QueryFlag("claimed"),
            Changed = call.Query("changed") is null ? null : call.QueryFlag("changed"),
            Source = call.QuerySource("source"),
            NotSource = call.QuerySource("notSource"),
            Resource = call.QueryResource("resource"),
            Contains = call.QuerySearch(),
        };
        return call.PageAsync(
            async (after, most) =>
                (
                    await links.ListAsync(
                        call.Tenant.Row.Id,
                        query with
                        {
                            After = new LinkId(AdminPages.Numbered(after)),
                            Most = most,
                        },
                        call.Gone
                    )
                ).ToList(),
            link => link.Id.ToString(),
            link => ExplainedLink.Shown(call, link)
        );
    }

    private static async Task<IResult> ReadAsync(AdminCall call, long link, LinkReads links) =>
        call.Answer(await ExplainedLink.ExplainAsync(call, await FindAsync(call, link, links)));

    private static async Task<IResult> MembershipsAsync(
        AdminCall call,
        long link,
        LinkReads links,
        Memberships memberships
    )
    {
        var found = await FindAsync(call, link, links);
        var onlyDiffering = call.QueryFlag("differing");
        return await call.PageAsync(
            async (after, most) =>
                found.Resource is { } resource
                    ? await memberships.ListAsync(
                        found.Kind,
                        resource,
                        onlyDiffering,
                        ResourceId.Parse(after),
                        most,
                        call.Gone
                    )
                    : [],
            one => one.Other.ToString(),
            one => new
            {
                Link = one.Link?.Value,
                one.Kind,
                Resource = one.Other.ToString(),
                one.Name,
                one.Wanted,
                one.InSlack,
                Nested = one.IsNested,
                Reason = ShownReason.Of(one.Why, call.Tenant.Row.Slug, one.Link),
            }
        );
    }

    private static async Task<IResult> ProvisionAsync(AdminCall call, long link, LinkReads links)
    {
        var found = await FindAsync(call, link, links);
        if (found is not { Resource: { } resource, Source: not null })
            throw Problem.NotReady("Nobody has claimed it, so that there is nothing to tell Slack of it.");
        var (before, after) = await call.Home.OnDemand.ProvisionAsync(resource, call.Home.Preferences.Now);
        var now = await FindAsync(call, link, links);
        call.Changed($"links/{link}", new { before.State }, new { after.State });
        return call.Answer(
            new
            {
                Before = ExplainedLink.Explained(call, found, before),
                After = ExplainedLink.Explained(call, now, after),
            }
        );
    }

    private static async Task<IResult> ClaimAsync(AdminCall call, long link, LinkReads links)
    {
        var wanted = call.Read<Claimed>();
        return await DecideAsync(
            call,
            link,
            links,
            found => call.Home.Links.ClaimAsync(found.Id, new ResourceId(wanted.Resource), call.Key.Label)
        );
    }

    private static Task<IResult> UnlinkAsync(AdminCall call, long link, LinkReads links) =>
        DecideAsync(call, link, links, found => call.Home.Links.UnlinkAsync(found.Id, call.Key.Label));

    private static Task<IResult> ProtectAsync(AdminCall call, long link, LinkReads links) =>
        DecideAsync(call, link, links, found => call.Home.Links.ProtectAsync(found.Id, call.Key.Label));

    private static Task<IResult> UnprotectAsync(AdminCall call, long link, LinkReads links) =>
        DecideAsync(call, link, links, found => call.Home.Links.UnprotectAsync(found.Id, call.Key.Label));

    private static Task<IResult> ReopenAsync(AdminCall call, long link, LinkReads links) =>
        DecideAsync(call, link, links, found => call.Home.Links.ReopenAsync(found.Id, call.Key.Label));

    private static Task<IResult> DeactivateAsync(AdminCall call, long link, LinkReads links) =>
        DecideAsync(
            call,
            link,
            links,
            found =>
                call.Home.Offboarding.DeactivateAsync(
                    found.Resource
                        ?? throw Problem.NotReady("It is no user, but an account that nobody sees or may change."),
                    call.Home.Preferences.Now,
                    call.Key.Label
                )
        );

    private static Task<IResult> EraseAsync(AdminCall call, long link, LinkReads links) =>
        DecideAsync(
            call,
            link,
            links,
            found =>
            {
                call.RequireConfirmed(found.Link.SlackId ?? found.Id.ToString());
                return call.Home.Links.EraseAsync(found.Id, call.Key.Label);
            }
        );

    private static async Task<IResult> ConfirmFullListAsync(AdminCall call, long link, LinkReads links)
    {
        var found = await FindAsync(call, link, links);
        if (found is not { Kind: Kind.Group, Resource: { } group, Source: not null })
            throw Problem.NotReady("It is not a group that a source has claimed.");
        call.Changed($"links/{link}", null, new { FullList = group.ToString() });
        return await JobEndpoints.ChangeAsync(call, new TenantChange.FullList(group.AsGroup()));
    }

    private static async Task<IResult> DecideAsync(
        AdminCall call,
        long link,
        LinkReads links,
        Func<ListedLink, Task> decide
    )
    {
        var before = await FindAsync(call, link, links);
        await decide(before);
        var after = await FindAsync(call, link, links);
        call.Changed($"links/{link}", Audited(before), Audited(after));
        return call.Answer(await ExplainedLink.ExplainAsync(call, after));
    }

    // No word of a person.
    private static object Audited(ListedLink link) =>
        new
        {
            link.Link.State,
            link.Link.ActiveInSlack,
            Reason = link.Link.Reason?.Code,
            Resource = link.Resource?.ToString(),
            link.Source,
        };

    private static async Task<ListedLink> FindAsync(AdminCall call, long link, LinkReads links) =>
        (await links.ListAsync(call.Tenant.Row.Id, new LinkQuery { Only = new LinkId(link), Most = 1 }))
            is [var found, ..]
            ? found
            : throw Problem.NotFound(
                $"There is no link {link}. GET {AdminPaths.Of(call.Tenant.Row.Slug)}/links lists those there are."
            );

    private sealed record Claimed(Guid Resource);
}
