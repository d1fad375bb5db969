using FluentValidation;
using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Host.Admin;

/// <summary>The keys of administrators.</summary>
internal static class KeyEndpoints
{
    private static readonly Validator _validator = new();

    /// <summary>The operation that makes a key.</summary>
    public const string Create = "createKey";

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapMethods("/keys", ReadMethods.All, ListAsync).Called("listKeys", Role.Owner).AsksForPages();
        api.MapPost("/keys", CreateAsync).Called(Create, Role.Owner).Once();
        api.MapDelete("/keys/{key:long}", DeleteAsync).Called("deleteKey", Role.Owner).Asks("withMade").WithoutBody();
    }

    private static Task<IResult> ListAsync(AdminCall call) =>
        call.PageAsync(
            (after, most) =>
                call.Store.ReadAsync(session =>
                    AdminKeys
                        .After(session, AdminKeyId.Of(AdminPages.Numbered(after)), call.Key.TenantId, most)
                        .ConvertAll(key => ShownKey.Of(session, key))
                ),
            key => key.Id.ToString(),
            key => key
        );

    private static async Task<IResult> CreateAsync(AdminCall call)
    {
        var wanted = call.Read(_validator);
        if (wanted.Expires is { } ends && Instant.Of(ends) <= call.Now)
            throw Problem.Invalid("expires", "It is a time to come, or left out.");
        // Whoever has a key for a while makes none that outlives it.
        if (call.Key.Expires is { } least && wanted.Expires is { } later && Instant.Of(later) > least)
            throw Problem.Invalid(
                "expires",
                $"It ends no later than the key by which it is made, {least.ToTime():yyyy-MM-ddTHH:mm:ssZ}."
            );
        var tenant = await TenantAsync(call, wanted.Tenant);
        var secret = AdminSecret.New();
        var key = new AdminKey
        {
            Label = wanted.Label,
            Role = wanted.Role,
            TenantId = tenant,
            Prefix = AdminSecret.PrefixOf(secret),
            Hash = SecretHash.Of(secret),
            Created = call.Now,
            Expires = wanted.Expires is { } expires ? Instant.Of(expires) : call.Key.Expires,
        };
        var shown = await call.Store.WriteAsync(
            session =>
            {
                call.RequireKey(session);
                key.Id = AdminKeys.Insert(session, key);
                var shown = ShownKey.Of(session, key);
                (call.Audit.TenantId, call.Audit.Tenant) = (tenant, shown.Tenant);
                call.Changed($"keys/{key.Id}", null, shown);
                // At once with the key, so that whoever deletes this one finds all that it has made.
                call.Audit.Status = StatusCodes.Status201Created;
                AuditEntries.Complete(session, call.Audit.Id, call.Audit);
                return shown;
            },
            CancellationToken.None
        );
        return call.Answer(
            new MadeKey(shown, secret),
            201,
            $"{AdminPaths.Base}/keys/{key.Id}",
            again: new MadeKey(shown, null)
        );
    }

    private static async Task<IResult> DeleteAsync(AdminCall call, long key, OperationStreams streams)
    {
        var (id, withMade) = (AdminKeyId.Of(key), call.QueryFlag("withMade"));
        var (ended, left, tenant) = await call.Store.WriteAsync(
            session =>
            {
                var found = AdminKeys.Find(session, id);
                // One that is gone has none of its tenant left by which it could be seen.
                var maySee = call.Key.TenantId is not { } only || found?.TenantId == only;
                var made = maySee ? AdminKeys.MadeBy(session, id, Create, call.Now) : [];
                if (!maySee || (found is null && !(withMade && made.Count > 0)))
                    throw Problem.NotFound($"There is no key {key}, or this one may not see it.");
                AdminKey[] ended = [.. found is null ? Array.Empty<AdminKey>() : [found], .. withMade ? made : []];
                foreach (var one in ended)
                    AdminKeys.Delete(session, one.Id);
                if (
                    ended.Any(one =>
                        one is { Role: Role.Owner, TenantId: null, IsPerson: false }
                        && !AdminKeys.IsThereAnotherOwner(session, one)
                    )
                )
                    throw Problem.NotReady(
                        $"It is the last key of an owner of the whole gateway, without which nobody could make another. Make another one first, which lasts as long: POST {AdminPaths.Base}/keys."
                    );
                return (
                    Array.ConvertAll(ended, one => ShownKey.Of(session, one)),
                    withMade ? [] : made.ConvertAll(one => ShownKey.Of(session, one)),
                    ended[0].TenantId
                );
            },
            CancellationToken.None
        );
        foreach (var one in ended)
            streams.EndOf(AdminKeyId.Of(one.Id));
        (call.Audit.TenantId, call.Audit.Tenant) = (tenant, ended[0].Tenant);
        call.Changed($"keys/{key}", withMade ? new { ended } : ended[0], null);
        return call.Answer(new EndedKeys(ended, left));
    }

    // A key of one tenant makes keys of that tenant alone.
    private static async Task<TenantId?> TenantAsync(AdminCall call, string? slug)
    {
        if (slug is null && call.Key.TenantId is null)
            return null;
        var found = slug is null ? null : await call.Store.AskAsync(session => Tenants.Of(session, slug));
        if (found is null || (call.Key.TenantId is { } only && only != found.Id))
            throw Problem.Invalid("tenant", "There is no such tenant, or the key may not see it.");
        return found.Id;
    }

    private sealed record NewKey(string Label, Role Role, string? Tenant = null, DateTimeOffset? Expires = null);

    // What is left are keys that it has made, and these, which let in as before.
    private sealed record EndedKeys(IReadOnlyList<ShownKey> Ended, IReadOnlyList<ShownKey> Left);

    private sealed record MadeKey : ShownKey
    {
        public MadeKey(ShownKey shown, string? secret)
            : base(shown) => Secret = secret;

        public string? Secret { get; }

        // Records print what they hold.
        public override string ToString() => nameof(MadeKey);
    }

    private sealed class Validator : AbstractValidator<NewKey>
    {
        public Validator() => RuleFor(key => key.Label).Named();
    }
}
