using System.Security.Cryptography;
using System.Text;
using ScimGateway.Host.Admin;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Host.SignIn;

/// <summary>A person as an identity provider knows one.</summary>
/// <param name="Issuer">The provider.</param>
/// <param name="Subject">Who it is there, for good (OpenID Connect Core 1.0 §2).</param>
/// <param name="Label">The name for people.</param>
internal sealed record Person(string Issuer, string Subject, string Label)
{
    // Records print what they hold.
    public override string ToString() => nameof(Person);
}

/// <summary>
/// People whom the identity provider signs in. Each has a row among the admin keys, so that all that is said of keys holds for
/// them: the role, the tenant, the sessions, the audit trail, and that an owner can end it.
/// </summary>
internal sealed class People(Store store, OperationStreams streams, TimeProvider clock)
{
    // No text has this byte in UTF-8, so that nothing that somebody shows as a key has the hash of a person.
    private const byte NoText = 0xFF;

    /// <summary>Signs a person in with the role that the provider says now, or ends what the person had.</summary>
    /// <param name="person">The person.</param>
    /// <param name="grant">The role; null for none.</param>
    /// <param name="client">The address of the browser.</param>
    /// <returns>The secret of a session, or why there is none.</returns>
    public async Task<(string? Secret, SignInTrouble? Trouble)> SignInAsync(
        Person person,
        RoleGrant? grant,
        string client
    )
    {
        var hash = HashOf(person);
        var now = clock.Now();
        var (secret, trouble, ended) = await store.WriteAsync<(string?, SignInTrouble?, AdminKeyId?)>(
            session =>
            {
                var former = AdminKeys.Of(session, hash);
                var tenant = grant?.Tenant is { } slug ? Tenants.Of(session, slug) : null;
                var trouble =
                    grant is null ? SignInTrouble.NoRole
                    : grant.Tenant is not null && tenant is null ? SignInTrouble.NoTenant
                    : (SignInTrouble?)null;
                if (trouble is not null)
                {
                    // The row stays, so that an owner finds the keys that the person made, and ends them with it.
                    if (former is not null)
                        ShutOut(session, former, client, now);
                    return (null, trouble, former?.Id);
                }
                // What is of one tenant is nothing of another: whoever goes from one to another begins anew.
                var isGone = former is not null && former.TenantId != tenant?.Id;
                if (isGone)
                    Forget(session, former!, client, now);
                var key = new AdminKey
                {
                    Label = person.Label,
                    Role = grant!.Role,
                    TenantId = tenant?.Id,
                    Prefix = AdminKey.OfPerson,
                    Hash = hash,
                    Created = now,
                };
                var made = LetIn(session, key, isGone ? null : former, client, now);
                return (made, null, former is not null && (isGone || former.Role != key.Role) ? former.Id : null);
            },
            CancellationToken.None
        );
        if (ended is { } id)
            streams.EndOf(id);
        return (secret, trouble);
    }

    private static string LetIn(StoreSession session, AdminKey key, AdminKey? former, string client, Instant now)
    {
        var before = former is null ? null : ShownKey.Of(session, former);
        if (former is null)
            key.Id = AdminKeys.Insert(session, key);
        else
        {
            (key.Id, key.Created, key.LastUsed) = (former.Id, former.Created, former.LastUsed);
            AdminKeys.Update(session, key);
            // What was begun with more, or less, is not gone on with.
            if (former.Role != key.Role)
                AdminSessions.DeleteOf(session, key.Id);
        }
        var (made, secret) = AdminSecret.SessionOf(key, now);
        AdminSessions.Insert(session, made, now);
        var after = ShownKey.Of(session, key);
        Note(
            session,
            key,
            client,
            now,
            StatusCodes.Status201Created,
            before == after ? null : before,
            before == after ? null : after
        );
        return secret;
    }

    private static void ShutOut(StoreSession session, AdminKey former, string client, Instant now)
    {
        AdminSessions.DeleteOf(session, former.Id);
        Consents.DeleteOf(session, former.Id);
        Note(session, former, client, now, StatusCodes.Status403Forbidden, null, null);
    }

    private static void Forget(StoreSession session, AdminKey former, string client, Instant now)
    {
        var before = ShownKey.Of(session, former);
        AdminKeys.Delete(session, former.Id);
        Note(session, former, client, now, StatusCodes.Status403Forbidden, before, null);
    }

    // At once with what it says, as nothing of it takes time.
    private static void Note(
        StoreSession session,
        AdminKey key,
        string client,
        Instant now,
        int status,
        ShownKey? before,
        ShownKey? after
    )
    {
        var line = new AuditEntry
        {
            At = now,
            KeyId = key.Id,
            Label = key.Label,
            Client = client,
            TenantId = key.TenantId,
            Tenant = key.TenantId is { } tenant ? Tenants.SlugOf(session, tenant) : null,
            Action = SessionEndpoints.SignIn,
            Status = status,
        };
        AdminCall.Changed(line, $"keys/{key.Id}", before, after);
        AuditEntries.Complete(session, AuditEntries.Insert(session, line), line);
    }

    private static byte[] HashOf(Person person) =>
        SHA256.HashData([
            NoText,
            .. Encoding.UTF8.GetBytes(person.Issuer),
            NoText,
            .. Encoding.UTF8.GetBytes(person.Subject),
        ]);
}
