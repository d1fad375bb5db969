using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Host.Admin;

/// <summary>
/// Signing in with a key: the browser keeps the secret of a session instead of the key. A session allows what its key
/// allows, and ends with it.
/// </summary>
internal static class SessionEndpoints
{
    /// <summary>The operation that makes a session.</summary>
    public const string SignIn = "signIn";

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/sessions", CreateAsync).Called(SignIn, Role.Viewer).WithoutBody();
        api.MapMethods("/session", ReadMethods.All, ReadAsync).Called("readSession", Role.Viewer);
        api.MapDelete("/session", DeleteAsync).Called("signOut", Role.Viewer).Asks("everywhere").WithoutBody();
    }

    private static async Task<IResult> CreateAsync(AdminCall call)
    {
        // Otherwise a session could replace itself for ever.
        if (call.Session is not null)
            throw Problem.Forbidden(
                "This needs an admin key. A session cannot make another one: sign in with the key."
            );
        var (made, secret) = AdminSecret.SessionOf(call.Key, call.Now);
        await call.Store.WriteAsync(
            session =>
            {
                call.RequireKey(session);
                return AdminSessions.Insert(session, made, call.Now);
            },
            CancellationToken.None
        );
        return call.Answer(new MadeSession(secret, made.Expires.ToTime()), StatusCodes.Status201Created);
    }

    private static async Task<IResult> ReadAsync(AdminCall call)
    {
        var key = call.Key;
        var tenant = key.TenantId is { } id ? await call.Store.AskAsync(session => Tenants.SlugOf(session, id)) : null;
        var ends = call.Session?.Expires ?? key.Expires;
        return call.Answer(
            new ShownSession(key.Id.Value, key.Label, ShownKey.KindOf(key), key.Role, tenant, ends?.ToTime())
        );
    }

    private static async Task<IResult> DeleteAsync(AdminCall call)
    {
        var isEverywhere = call.QueryFlag("everywhere");
        if (call.Session is null && !isEverywhere)
            throw Problem.Invalid(
                "everywhere",
                "An admin key is no session. To end all sessions of the key, add everywhere=true."
            );
        await call.Store.WriteAsync(
            session =>
                isEverywhere
                    ? AdminSessions.DeleteOf(session, call.Key.Id) + Consents.DeleteOf(session, call.Key.Id)
                    : AdminSessions.Delete(session, call.Session!.Hash),
            CancellationToken.None
        );
        return Results.NoContent();
    }

    private sealed record ShownSession(
        long Key,
        string Label,
        KeyKind Kind,
        Role Role,
        string? Tenant,
        DateTimeOffset? Expires
    );

    private sealed record MadeSession(string Secret, DateTimeOffset Expires)
    {
        // Records print what they hold.
        public override string ToString() => nameof(MadeSession);
    }
}
