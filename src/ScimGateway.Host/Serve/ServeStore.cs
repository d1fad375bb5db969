using System.Data.Common;
using ScimGateway.Basics.Files;
using ScimGateway.Host.Secrets;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Host.Serve;

/// <summary>Where the store is, and by which master key its secrets are read.</summary>
internal static class ServeStore
{
    /// <summary>As the audit trail calls it that secrets are kept by a new master key.</summary>
    public const string ForgetSecrets = "forgetSecrets";

    private const string StoreFile = "gateway.db";
    private const string KeyFile = "master.key";

    /// <summary>The store's address. A new one gets its folder.</summary>
    public static string AddressOf(ServeOptions options, bool isInit)
    {
        if (options.Store is { } elsewhere)
        {
            if (Store.FileOf(elsewhere) is { } named && Path.GetDirectoryName(Path.GetFullPath(named)) is { } folder)
            {
                if (isInit)
                    OwnerOnly.MakeFolder(folder);
                PrivateFile.RequireFolder(folder, ServeSettings.StoreName);
                RequireThere(named, isInit);
            }
            return elsewhere;
        }
        var file = Path.Combine(options.Data, StoreFile);
        if (isInit)
            OwnerOnly.MakeFolder(options.Data);
        PrivateFile.RequireFolder(options.Data, ServeSettings.DataFolder);
        RequireThere(file, isInit);
        return new DbConnectionStringBuilder { ["Data Source"] = file }.ConnectionString;
    }

    private static void RequireThere(string file, bool isInit)
    {
        if (!isInit && !File.Exists(file))
            throw ServeSettings.WrongStore(
                $"there is no store at {file}. Begin with 'serve --init', which makes it, or name the one there is."
            );
    }

    /// <summary>What opens the secrets; a master key of the gateway's own is made where it may be.</summary>
    public static Wrappings WrappingsOf(IConfiguration configuration, ServeOptions options, bool makes)
    {
        var secrets = SecretsOptions.Of(configuration);
        if (secrets is { MasterKey: null, MasterKeyFile: null, Certificate: null })
        {
            var file = Path.Combine(options.Data, KeyFile);
            PrivateFile.RequireFolder(options.Data, ServeSettings.DataFolder);
            if (!makes && !File.Exists(file))
                throw new MasterKeyException(
                    $"There is no master key at {file}, without which no secret is kept or read. If the store was begun with one, put that back or name its file: {ServeSettings.MasterKeyFile}; 'serve --init' makes one for a new store. If it is lost for good: 'serve {ServeSettings.NewMasterKey}'."
                );
            secrets.MasterKeyFile = file;
            if (makes && MasterKeyFile.TryMake(file))
                Console.WriteLine(
                    $"""
                    A master key was made: {file}
                        Without it nobody can read the secrets in the store, you included. Keep a copy where the store's backups are not,
                        and in production have the file elsewhere than the data: {ServeSettings.MasterKeyFile}.
                    """
                );
        }
        return secrets.Read();
    }

    /// <summary>
    /// Opens the secrets after a master key was lost. Only what cannot be read is forgotten: the argument may be left there
    /// by mistake.
    /// </summary>
    public static async Task<KeptSecrets> OpenOrForgetAsync(Store store, Wrappings wrappings, Instant now)
    {
        try
        {
            var secrets = await KeptSecrets.OpenAsync(store, wrappings, CancellationToken.None);
            Console.WriteLine(
                $"All secrets in the store can be read, and none was forgotten: leave {ServeSettings.NewMasterKey} out."
            );
            return secrets;
        }
        catch (MasterKeyException)
        {
            await store.WriteAsync(session => Forget(session, now), CancellationToken.None);
            Console.WriteLine(
                "The secrets that only the lost master key opens are forgotten. Connect each tenant again, and name its notification channels anew ('tenant list', 'tenant connect TENANT')."
            );
            return await KeptSecrets.OpenAsync(store, wrappings, CancellationToken.None);
        }
    }

    private static int Forget(StoreSession session, Instant now)
    {
        var line = new AuditEntry
        {
            At = now,
            Label = $"serve {ServeSettings.NewMasterKey}",
            Action = ForgetSecrets,
            About = "secrets",
            Status = StatusCodes.Status200OK,
        };
        AuditEntries.Complete(session, AuditEntries.Insert(session, line), line);
        return KeyRing.Clear(session);
    }
}
