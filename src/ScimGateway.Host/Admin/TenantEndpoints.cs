using FluentValidation;
using ScimGateway.Host.Operations;
using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Homes;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Notices;
using ScimGateway.Provisioning.Operating;
using ScimGateway.Provisioning.Reads;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Host.Admin;

/// <summary>The tenants, and whether Slack hears of them.</summary>
internal static class TenantEndpoints
{
    // What has changed since is in Slack, and at the provider.
    private static readonly TimeSpan _exportIsGood = TimeSpan.FromHours(1);

    private static readonly NewTenantValidator _new = new();
    private static readonly EditedTenantValidator _edited = new();

    public static void Map(IEndpointRouteBuilder api, IEndpointRouteBuilder tenant)
    {
        api.MapMethods("/tenants", ReadMethods.All, ListAsync)
            .Called("listTenants", Role.Viewer)
            .AsksForPages("search");
        api.MapPost("/tenants", CreateAsync).Called("createTenant", Role.Owner, ofAll: true).Once();
        tenant.MapMethods("", ReadMethods.All, ReadAsync).Called("readTenant", Role.Viewer);
        tenant.MapPatch("", UpdateAsync).Called("updateTenant", Role.Owner);
        tenant
            .MapDelete("", DeleteAsync)
            .Called("deleteTenant", Role.Owner)
            .Asks("confirm", "withoutExport", "withoutSlack")
            .WithoutBody();
        tenant.MapPost("/enable", EnableAsync).Called("enableTenant", Role.Operator).Asks("preview").WithoutBody();
        tenant.MapPost("/shadow", ShadowAsync).Called("shadowTenant", Role.Operator).WithoutBody();
        tenant.MapPost("/disable", DisableAsync).Called("disableTenant", Role.Operator).WithoutBody();
    }

    private static Task<IResult> ListAsync(AdminCall call)
    {
        var search = call.QuerySearch();
        return call.PageAsync(
            (after, most) =>
                call.Store.ReadAsync(session =>
                    Tenants
                        .After(session, after ?? "", call.Key.TenantId, search, most)
                        .ConvertAll(row => ShownTenant.Of(TenantReads.Of(session, row), call.Url))
                ),
            tenant => tenant.Slug,
            tenant => tenant
        );
    }

    private static async Task<IResult> CreateAsync(AdminCall call)
    {
        var wanted = call.Read(_new);
        var preferences = PolicyEndpoints.Preset(wanted.Preset)?.Preferences ?? new Preferences();
        var made = await call.Store.WriteAsync(
            session =>
            {
                Tenants.Insert(session, wanted.Slug, wanted.Name, wanted.Description, preferences);
                var row = Tenants.Of(session, wanted.Slug)!;
                call.Audit.TenantId = row.Id;
                return ShownTenant.Of(TenantReads.Of(session, row), call.Url);
            },
            CancellationToken.None
        );
        call.Audit.Tenant = made.Slug;
        call.Changed($"tenants/{made.Slug}", null, wanted);
        return Answer(call, made, 201, AdminPaths.Of(made.Slug));
    }

    private static async Task<IResult> ReadAsync(
        AdminCall call,
        LinkReads links,
        NoticeChannels channels,
        RefusedWays refused
    )
    {
        var row = call.Tenant.Row;
        var (shown, attention, heard, isTold) = await call.Store.ReadAsync(session =>
            (
                Show(session, call, row.Slug),
                Attention.In(session, row.Id, call.Now),
                TenantReads.HeardIn(session, row.Id),
                channels.All.Count > 0 || ChannelRows.Channels(session, row.Id) is not null
            )
        );
        var names = await links.NamesAsync(row.Id, attention.Select(one => one.Link).OfType<LinkId>(), [], call.Gone);
        return Answer(
            call,
            (isTold ? shown.Telling(await channels.UnconfirmedAsync(row.Id)) : shown.Untold()) with
            {
                Home = call.Part<OwnInstance>().Address, // which is where this is answered
                Sources = heard.ConvertAll(ShownContact.Of),
                Refused = refused.Of(row.Slug),
                Attention =
                [
                    .. row.Standing == Standing.Disabled
                        ? []
                        : heard
                            .Where(one => SilentSources.IsSilent(one.LastContact, call.Now))
                            .Select(ShownAttention.Silent),
                    .. attention.Select(one => ShownAttention.Of(one, names, row.Slug)),
                ],
            }
        );
    }

    private static async Task<IResult> UpdateAsync(
        AdminCall call,
        Homes homes,
        SourceCredentials credentials,
        RefusedWays refused
    )
    {
        var row = call.Tenant.Row;
        var before = new EditedTenant(row.Slug, row.Name, row.Description);
        var after = call.Patch(before, _edited);
        if (after.Slug != before.Slug)
        {
            // A word may have been another tenant's, whose providers still send to it; and who tries words would learn
            // which tenants there are.
            if (call.Key.TenantId is not null)
                throw Problem.OfAll("The slug");
            await homes.RenameAsync(row.Id, after.Slug);
            await credentials.ReloadAsync(homes, row.Id);
            refused.Forget(before.Slug);
        }
        await call.Store.WriteAsync(
            session =>
                Tenants.Find(session, row.Id) is { } now && (now.Name, now.Description) == (row.Name, row.Description)
                    ? Tenants.Describe(session, row.Id, after.Name, after.Description)
                    : throw Problem.Stale(),
            CancellationToken.None,
            row.Id
        );
        call.Changed($"tenants/{after.Slug}", before, after);
        return Answer(call, await ShowAsync(call, after.Slug));
    }

    private static async Task<IResult> DeleteAsync(
        AdminCall call,
        Homes homes,
        SourceCredentials credentials,
        OperationStreams streams,
        RefusedWays refused
    )
    {
        var row = call.Tenant.Row;
        call.RequireConfirmed(row.Slug);
        if (
            !call.QueryFlag("withoutExport")
            && (row.Exported is not { } exported || call.Now - exported > _exportIsGood)
        )
            throw Problem.NotReady(
                $"Deleting the tenant deletes its data, and nobody has exported it within the last hour. Export it first: GET {AdminPaths.Of(row.Slug)}/export. To delete it without an export, add &withoutExport=true."
            );
        // A home that has to come back takes a moment, so it is asked before, and decided as the tenant goes.
        var dropsUntold = call.QueryFlag("withoutSlack");
        if (!dropsUntold)
            (await call.Store.ReadAsync(session => Untold.Of(session, row.Id))).RequireNone();
        var untold = await homes.DeleteAsync(row.Id, dropsUntold);
        streams.EndOf(row.Id);
        await credentials.ReloadAsync(homes, row.Id);
        refused.Forget(row.Slug);
        call.Changed(
            $"tenants/{row.Slug}",
            new DroppedTenant(row.Slug, row.Name, row.Description, untold.Waiting, untold.Held, untold.Refused),
            null
        );
        return Results.NoContent();
    }

    private static async Task<IResult> EnableAsync(AdminCall call)
    {
        var home = call.Home; // of a tenant that is connected
        var found = call.Tenant.Row.Problem;
        // A disabled tenant asks Slack nothing, so what was wrong when it was disabled may be over.
        if (found is not null && home.Executor.Gate.Standing == Standing.Disabled)
        {
            await home.Test.RunAsync(call.Gone);
            found = (await home.Connection.ReadAsync()).Problem;
        }
        if (found is { } problem)
            throw Problem.NotReady(
                $"Slack cannot be written: {problem} Then test the connection: POST {AdminPaths.Of(call.Tenant.Row.Slug)}/connection/test."
            );
        if (call.Tenant.Row is { Restored: not null })
            await RequireReadAgainAsync(call);
        if (await HowToImportAsync(call) is { } how)
            throw Problem.NotReady($"Slack's users are not imported yet. Enabling now would create duplicates. {how}");
        return await JobEndpoints.ChangeAsync(call, new TenantChange.GoOn(EndsShadow: true));
    }

    // Null where there was one that has ended; one that ends meanwhile is asked about first.
    private static async Task<string?> HowToImportAsync(AdminCall call)
    {
        var (id, here) = (call.Tenant.Row.Id, AdminPaths.Of(call.Tenant.Row.Slug));
        var isRunning =
            await call.Store.ReadAsync(session => Jobs.Unfinished(session, id, SlackImport.JobKind)) is not null;
        return await call.Home.Import.HasEndedAsync() ? null
            : isRunning ? $"Wait for the import: GET {here}/jobs?kind=import."
            : $"Start an import: POST {here}/jobs.";
    }

    // What is other in Slack than in the store is seen twice before it is for certain, and nothing of it is to come after the
    // preview.
    private static async Task RequireReadAgainAsync(AdminCall call)
    {
        var here = AdminPaths.Of(call.Tenant.Row.Slug);
        if (call.Tenant.Row.Standing == Standing.Disabled)
            throw Problem.NotReady(
                $"The store was restored, and Slack was not read since because the tenant is disabled. Start a shadow run first, which reads Slack: POST {here}/shadow."
            );
        if (await HowToImportAsync(call) is { } how)
            throw Problem.NotReady($"The store was restored, and Slack was not read since. {how}");
        if (await call.Home.Import.HasSuspectsAsync())
            throw Problem.NotReady(
                $"The store was restored, and Slack's accounts or groups differ from it. The gateway reads Slack again after 90 seconds to confirm that. Wait for it: GET {here}/jobs?kind=drift."
            );
    }

    private static async Task<IResult> ShadowAsync(AdminCall call)
    {
        await call.Home.Connection.BeginShadowAsync(call.Key.Label);
        if (call.Tenant.Row.Standing == Standing.Disabled)
        {
            // It goes on where it is now, and Slack is told nothing by that: there is nothing to be looked at.
            var preview = await call.Home.Changes.PreviewAsync(new TenantChange.GoOn(EndsShadow: false));
            await call.Home.Changes.ConfirmAsync(preview.Id, call.Key.Label);
        }
        return await StandingAsync(call);
    }

    private static async Task<IResult> DisableAsync(AdminCall call)
    {
        await call.Home.Connection.DisableAsync(call.Key.Label);
        return await StandingAsync(call);
    }

    private static async Task<IResult> StandingAsync(AdminCall call)
    {
        var now = await ShowAsync(call);
        call.Changed($"tenants/{now.Slug}", new { call.Tenant.Row.Standing }, new { now.Standing });
        return Answer(call, now);
    }

    private static IResult Answer(AdminCall call, ShownTenant tenant, int status = 200, string? location = null) =>
        call.Answer(tenant, status, location, new EditedTenant(tenant.Slug, tenant.Name, tenant.Description));

    private static async Task<ShownTenant> ShowAsync(AdminCall call, string? other = null) =>
        await call.Store.ReadAsync(session => Show(session, call, other ?? call.Tenant.Row.Slug));

    private static ShownTenant Show(StoreSession session, AdminCall call, string slug) =>
        Tenants.Of(session, slug) is { } row
            ? ShownTenant.Of(TenantReads.Of(session, row), call.Url).With(TenantReads.OpenIn(session, row.Id))
            : throw Problem.NoTenant();

    private sealed record NewTenant(string Slug, string Name, string? Description = null, PresetWord? Preset = null);

    private sealed record EditedTenant(string Slug, string Name, string? Description = null);

    // With what it had accepted and Slack did not have.
    private sealed record DroppedTenant(
        string Slug,
        string Name,
        string? Description,
        long Waiting,
        long Held,
        long Refused
    );

    private sealed class NewTenantValidator : AbstractValidator<NewTenant>
    {
        public NewTenantValidator()
        {
            RuleFor(tenant => tenant.Slug).IsSlug();
            RuleFor(tenant => tenant.Name).Named();
            RuleFor(tenant => tenant.Description).Describes();
        }
    }

    private sealed class EditedTenantValidator : AbstractValidator<EditedTenant>
    {
        public EditedTenantValidator()
        {
            RuleFor(tenant => tenant.Slug).IsSlug();
            RuleFor(tenant => tenant.Name).Named();
            RuleFor(tenant => tenant.Description).Describes();
        }
    }
}
