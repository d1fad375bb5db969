using System.Text.Json;
using ScimGateway.Basics.Files;
using ScimGateway.Host.Admin;
using ScimGateway.Host.Logging;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Host.Serve;

/// <summary>The admin key of an owner, without which nobody could set anything up: a start makes one and hands it over.</summary>
internal static class OwnerKey
{
    /// <summary>Refuses to start on a store that has none.</summary>
    public static async Task RequireAsync(Store store, Instant now)
    {
        if (!await store.AskAsync(session => AdminKeys.IsThereAnOwner(session, now)))
            throw new SettingException(
                "The store has no admin key of an owner that is valid, so that nobody could set anything up. Start with 'serve --init', which makes one and shows it."
            );
    }

    /// <summary>
    /// Makes the first, or one more. Whoever may start the gateway on its store may write what he likes there: this way it
    /// stands in the audit trail.
    /// </summary>
    public static async Task MakeAsync(WebApplication app, IReadOnlyList<string> arguments, Instant now)
    {
        var store = app.Services.GetRequiredService<Store>();
        var isFirst = !await store.AskAsync(session => AdminKeys.IsThereAnOwner(session, now));
        var isMore = arguments.Contains(ServeSettings.NewOwnerKey);
        if (!isFirst && !isMore)
        {
            if (arguments.Contains(ServeSettings.Init))
                Console.WriteLine(
                    $"There are admin keys already; none is shown again. If all owners' are lost: 'serve {ServeSettings.NewOwnerKey}'."
                );
            return;
        }
        var secret = AdminSecret.New();
        // Said before it counts: if that fails, another start makes another; the other way round it would be lost.
        Hand(
            isFirst ? "The first admin key" : "One more owner's admin key",
            secret,
            ServeSettings.Parse(ServeCommand.Configuration(arguments)).Data
        );
        var key = AdminSecret.Key(isFirst ? "first key" : "key of a start", Role.Owner, secret, now);
        var argument = isMore ? ServeSettings.NewOwnerKey : ServeSettings.Init;
        var id = await store.WriteAsync(session => Keep(session, key, argument, now), CancellationToken.None);
        ServeCommand.LogOf(app).AdminKeyMade(id, argument);
        var url = ServeCommand.AdminUrlOf(app);
        Console.WriteLine(
            isFirst
                ? $"""
                In a browser: {url}/console
                The admin API: {url}{AdminPaths.Base} (described at {url}/openapi.yaml)
                Next, make a tenant:
                    SCIMGATEWAY_URL={url} SCIMGATEWAY_ADMIN_KEY=THE_KEY_ABOVE dotnet ScimGateway.Host.dll tenant create acme Acme
                """
                : "Save it as a profile ('profile save default'), and delete the keys that are lost ('key list', 'key delete ID')."
        );
    }

    private static AdminKeyId Keep(StoreSession session, AdminKey key, string argument, Instant now)
    {
        var made = AdminKeys.Insert(session, key);
        var line = new AuditEntry
        {
            At = now,
            Label = $"serve {argument}",
            Action = KeyEndpoints.Create,
            About = $"keys/{made}",
            After = JsonSerializer.Serialize(
                new
                {
                    key.Label,
                    key.Role,
                    key.Prefix,
                },
                AdminJson.Options
            ),
            Status = StatusCodes.Status201Created,
        };
        AuditEntries.Complete(session, AuditEntries.Insert(session, line), line);
        return made;
    }

    // What is written where nobody watches is kept as a log, which is read by others than owners.
    private static void Hand(string what, string secret, string folder)
    {
        if (!Console.IsOutputRedirected)
        {
            Console.WriteLine($"{what}, which is shown this once: {secret}");
            return;
        }
        OwnerOnly.MakeFolder(folder);
        var path = Path.Combine(folder, $"{AdminSecret.PrefixOf(secret)}.key");
        using (var file = new StreamWriter(OwnerOnly.NewFile(path)))
            file.WriteLine(secret);
        Console.WriteLine($"{what} is in {path}, which nobody else may read: take it from there, and delete the file.");
    }
}
