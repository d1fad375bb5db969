using System.Globalization;
using FluentValidation;
using ScimGateway.Basics.Spelling;
using ScimGateway.Host.Security;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Provisioning.Homes;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using ScimGateway.Provisioning.Reads;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Host.Admin;

/// <summary>The identity providers of a tenant.</summary>
internal static class SourceEndpoints
{
    private static readonly Validator _validator = new();

    public static void Map(IEndpointRouteBuilder api, IEndpointRouteBuilder tenant)
    {
        api.MapMethods("/deviations", ReadMethods.All, ListDeviations).Called("listDeviations", Role.Viewer);
        tenant.MapMethods("/sources", ReadMethods.All, ListAsync).Called("listSources", Role.Viewer).AsksForPages();
        tenant.MapPost("/sources", CreateAsync).Called("createSource", Role.Owner).Once();
        tenant.MapMethods("/sources/{source:int}", ReadMethods.All, ReadAsync).Called("readSource", Role.Viewer);
        tenant.MapPatch("/sources/{source:int}", UpdateAsync).Called("updateSource", Role.Owner);
        tenant.MapDelete("/sources/{source:int}", DeleteAsync).Called("deleteSource", Role.Owner).WithoutBody();
        tenant
            .MapPost("/sources/{source:int}/transfer", TransferAsync)
            .Called("transferSource", Role.Owner)
            .Asks("preview");
    }

    /// <summary>A source of the tenant.</summary>
    /// <exception cref="Problem">There is none of that number.</exception>
    public static Source Find(AdminCall call, StoreSession session, int source) =>
        Sources.Find(session, call.Tenant.Row.Id, source)
        ?? throw Problem.NotFound(
            $"There is no source {source}. GET {AdminPaths.Of(call.Tenant.Row.Slug)}/sources lists those there are."
        );

    /// <summary>Which provider a source is; null where that is not said.</summary>
    public static PresetWord? WordOf(Source source) =>
        ClosedWords.Read<PresetWord>(source.Preset is null ? null : AdminJson.Named(source.Preset));

    private static IResult ListDeviations(AdminCall call) =>
        call.Answer(new { Items = Deviation.All, Next = (string?)null });

    private static Task<IResult> ListAsync(AdminCall call) =>
        call.PageAsync(
            (after, most) =>
                call.Store.ReadAsync(session =>
                    Sources
                        .After(
                            session,
                            call.Tenant.Row.Id,
                            (int)Math.Min(AdminPages.Numbered(after), int.MaxValue),
                            most
                        )
                        .ConvertAll(source => Show(session, source))
                ),
            source => source.Id.ToString(CultureInfo.InvariantCulture),
            source => source
        );

    private static async Task<IResult> CreateAsync(AdminCall call)
    {
        var wanted = call.Read(_validator);
        var tenant = call.Tenant.Row;
        var made = await call.Store.WriteAsync(
            session =>
                Sources.After(session, tenant.Id, 0, TenantReads.MostSources).Count == TenantReads.MostSources
                    ? throw Problem.NotReady(
                        $"A tenant has {TenantReads.MostSources} sources at most; delete one that is not used."
                    )
                : Sources.Insert(session, tenant.Id, wanted.Name, wanted.Preset?.ToString(), Switched(wanted))
                    is { } source
                    ? Show(session, source)
                : throw Taken(wanted.Name),
            CancellationToken.None,
            tenant.Id
        );
        call.Changed($"sources/{made.Id}", null, wanted);
        return Answer(call, made, 201, $"{AdminPaths.Of(tenant.Slug)}/sources/{made.Id}");
    }

    private static async Task<IResult> ReadAsync(AdminCall call, int source) =>
        Answer(call, await call.Store.ReadAsync(session => Show(session, Find(call, session, source))));

    private static async Task<IResult> UpdateAsync(
        AdminCall call,
        int source,
        Homes homes,
        SourceCredentials credentials
    )
    {
        var row = await call.Store.AskAsync(session => Find(call, session, source));
        var before = Edited(row);
        var after = call.Patch(before, _validator);
        (row.Name, row.Preset) = (after.Name, after.Preset?.ToString());
        row.DeviationsOff = Switched(after);
        var shown = await call.Store.WriteAsync(
            session => Sources.Change(session, row) ? Show(session, row) : throw Taken(after.Name),
            CancellationToken.None,
            call.Tenant.Row.Id
        );
        call.Changed($"sources/{source}", before, after);
        await credentials.ReloadAsync(homes, call.Tenant.Row.Id); // who comes is called and understood so from now on
        return Answer(call, shown);
    }

    private static async Task<IResult> DeleteAsync(
        AdminCall call,
        int source,
        Homes homes,
        SourceCredentials credentials
    )
    {
        var deleted = await call.Store.WriteAsync(
            session =>
            {
                var row = Find(call, session, source);
                if (TransferChange.IsUnderWay(session, row.TenantId, row.Id))
                    throw Problem.NotReady("A transfer from or to it is under way. Delete it when that is done.");
                return Sources.Delete(session, row.TenantId, row.Id)
                    ? row
                    : throw Problem.NotReady(
                        $"It has users, groups or members, or had some that Slack is still told of. Hand them over to another source first: POST {AdminPaths.Of(call.Tenant.Row.Slug)}/sources/{source}/transfer."
                    );
            },
            CancellationToken.None,
            call.Tenant.Row.Id
        );
        call.Changed($"sources/{source}", Edited(deleted), null);
        await credentials.ReloadAsync(homes, call.Tenant.Row.Id); // its credentials are gone, too
        return Results.NoContent();
    }

    private static async Task<IResult> TransferAsync(AdminCall call, int source)
    {
        var wanted = call.Read<Transferred>();
        await call.Store.AskAsync(session => Find(call, session, source));
        if (
            wanted.To == source
            || await call.Store.AskAsync(session => Sources.Find(session, call.Tenant.Row.Id, wanted.To)) is null
        )
            throw Problem.Invalid("to", "It is another source of the tenant.");
        call.Changed($"sources/{source}", null, wanted);
        return await JobEndpoints.ChangeAsync(
            call,
            new TenantChange.Transfer(
                source,
                wanted.To,
                wanted.Resource is { } resource ? new Provisioning.Model.ResourceId(resource) : null
            )
        );
    }

    private static IResult Answer(AdminCall call, ShownSource source, int status = 200, string? location = null) =>
        call.Answer(source, status, location, new EditedSource(source.Name, source.Preset, source.DeviationsOff));

    private static ShownSource Show(StoreSession session, Source source)
    {
        var (users, groups) = Sources.Count(session, source.TenantId, source.Id);
        var edited = Edited(source);
        return new ShownSource(
            source.Id,
            edited.Name,
            edited.Preset,
            edited.DeviationsOff,
            users,
            groups,
            Sources.LastContact(session, source.TenantId, source.Id)?.ToTime()
        );
    }

    private static EditedSource Edited(Source source) =>
        new(source.Name, WordOf(source), source.DeviationsOff.Split(',', StringSplitOptions.RemoveEmptyEntries));

    // As they are called, each once: nobody has to write capitals as we do.
    private static string Switched(EditedSource source) =>
        string.Join(',', (source.DeviationsOff ?? []).Select(name => Deviation.Named(name!)!.Name).Distinct().Order());

    private static Problem Taken(string name) =>
        Problem.Taken(
            $"The tenant has a source '{name}' already; give this one another name, by which the journal tells them apart."
        );

    private sealed record EditedSource(
        string Name,
        PresetWord? Preset = null,
        IReadOnlyList<string?>? DeviationsOff = null
    );

    private sealed record ShownSource(
        int Id,
        string Name,
        PresetWord? Preset,
        IReadOnlyList<string?>? DeviationsOff,
        long Users,
        long Groups,
        DateTimeOffset? LastContact
    );

    private sealed record Transferred(int To, Guid? Resource = null);

    private sealed class Validator : AbstractValidator<EditedSource>
    {
        public Validator()
        {
            RuleFor(source => source.Name).Named();
            RuleForEach(source => source.DeviationsOff)
                .Must(name => name is not null && Deviation.Named(name) is not null)
                .WithMessage(
                    $"There is no deviation of that name; GET {AdminPaths.Base}/deviations lists those there are."
                );
        }
    }
}
