using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Homes;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Host.Admin;

/// <summary>What a source is let in by.</summary>
internal static class CredentialEndpoints
{
    public static void Map(IEndpointRouteBuilder tenant)
    {
        const string Path = "/sources/{source:int}/credentials";
        tenant.MapMethods(Path, ReadMethods.All, ListAsync).Called("listCredentials", Role.Viewer).AsksForPages();
        tenant.MapPost(Path, CreateAsync).Called("createCredential", Role.Owner).Once();
        tenant.MapDelete(Path + "/{credential:long}", DeleteAsync).Called("deleteCredential", Role.Owner).WithoutBody();
    }

    // Refused credentials are listed for the tenant: which source they were meant for is unknown.
    private static Task<IResult> ListAsync(AdminCall call, int source, RefusedWays refused) =>
        call.PageAsync(
            (after, most) =>
                call.Store.ReadAsync(session =>
                {
                    SourceEndpoints.Find(call, session, source);
                    return Credentials
                        .Of(session, call.Tenant.Row.Id, source)
                        .Where(credential => credential.Id.Value > AdminPages.Numbered(after))
                        .Take(most)
                        .ToList();
                }),
            credential => credential.Id.ToString(),
            ShownCredential.Of,
            (items, next) =>
                new
                {
                    Items = items,
                    Next = next,
                    Refused = refused.Of(call.Tenant.Row.Slug),
                }
        );

    private static async Task<IResult> CreateAsync(
        AdminCall call,
        int source,
        Homes homes,
        SourceCredentials credentials,
        IOptions<IssuerOptions> issuers
    )
    {
        var wanted = call.Read<NewCredential>();
        if (wanted.Problems(call.Now, issuers.Value) is { Count: > 0 } problems)
            throw Problem.Invalid(problems);
        var tenant = call.Tenant.Row;
        var minted = Minted.Make(wanted, source, call.Now);
        var preset = await call.Store.WriteAsync(
            session =>
            {
                call.RequireKey(session);
                var found = SourceEndpoints.Find(call, session, source);
                if (!Minted.HasRoom(Credentials.Of(session, tenant.Id, source), minted.Row.Kind, call.Now))
                    throw Problem.NotReady(
                        $"The source has {Minted.MostOfKind} of this kind, which is the most: one in use, and one to come in its place. See them, and end one: GET {AdminPaths.Of(tenant.Slug)}/sources/{source}/credentials."
                    );
                minted.Row.Id = Credentials.Insert(session, minted.Row);
                return SourceEndpoints.WordOf(found);
            },
            CancellationToken.None,
            tenant.Id
        );
        await credentials.ReloadAsync(homes, tenant.Id);
        var shown = ShownCredential.Of(minted.Row);
        call.Changed($"sources/{source}/credentials/{minted.Row.Id}", null, shown);
        return call.Answer(
            new MadeCredential(shown, minted.Secret, ProviderForm.Of(preset, minted, $"{call.Url}/{tenant.Slug}")),
            201,
            $"{AdminPaths.Of(tenant.Slug)}/sources/{source}/credentials/{minted.Row.Id}",
            again: new MadeCredential(shown, null, new Dictionary<string, string>())
        );
    }

    private static async Task<IResult> DeleteAsync(
        AdminCall call,
        int source,
        long credential,
        Homes homes,
        SourceCredentials credentials
    )
    {
        var tenant = call.Tenant.Row;
        var deleted = await call.Store.WriteAsync(
            session =>
                Credentials.Of(session, tenant.Id, source).Find(one => one.Id.Value == credential) is { } found
                && Credentials.Delete(session, tenant.Id, source, found.Id)
                    ? found
                    : throw Problem.NotFound(
                        $"The source has no credential {credential}; GET {AdminPaths.Of(tenant.Slug)}/sources/{source}/credentials lists those it has."
                    ),
            CancellationToken.None,
            tenant.Id
        );
        await credentials.ReloadAsync(homes, tenant.Id);
        call.Changed($"sources/{source}/credentials/{credential}", ShownCredential.Of(deleted), null);
        return Results.NoContent();
    }

    private record ShownCredential(
        long Id,
        string Kind,
        string Label,
        string Scope,
        string Prefix,
        DateTimeOffset Created,
        DateTimeOffset? Expires,
        DateTimeOffset? LastUsed,
        Trusted? Trusts
    )
    {
        public static ShownCredential Of(Credential row) =>
            new(
                row.Id.Value,
                row.Kind,
                row.Label,
                row.Scope,
                row.Prefix,
                row.Created.ToTime(),
                row.Expires?.ToTime(),
                row.LastUsed?.ToTime(),
                Trusted.Of(CredentialDetails.FromJson(row.Details))
            );
    }

    // Whose signatures count: keys that were pasted by their hash.
    private sealed record Trusted(
        string Issuer,
        string Audience,
        string? Metadata,
        string? Keys,
        IReadOnlyDictionary<string, string>? Claims,
        string? Client
    )
    {
        public static Trusted? Of(CredentialDetails details) =>
            details.Issuer is { } its
                ? new Trusted(
                    its.Issuer,
                    its.Audience,
                    its.Metadata,
                    its.Jwks is { } keys
                        ? $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(keys.GetRawText())))}"
                        : null,
                    its.Claims,
                    details.Client
                )
                : null;
    }

    private sealed record MadeCredential : ShownCredential
    {
        public MadeCredential(ShownCredential shown, string? secret, IReadOnlyDictionary<string, string> use)
            : base(shown) => (Secret, Use) = (secret, use);

        public string? Secret { get; }

        public IReadOnlyDictionary<string, string> Use { get; }

        // Records print what they hold.
        public override string ToString() => nameof(MadeCredential);
    }
}
