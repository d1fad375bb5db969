using System.Globalization;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Operating;
using ScimGateway.Provisioning.Storage.Postgres;

namespace ScimGateway.Host.Serve;

/// <summary>Copies the store that 'serve' would use, a SQLite file, into a database of PostgreSQL.</summary>
internal static class StoreCopyCommand
{
    private const string To = "--to";

    /// <summary>Copies it: 0. Where it cannot: 2, if something else has to be said; else 1.</summary>
    public static Task<int> RunAsync(string[] arguments, TimeProvider clock) =>
        StartFailures.TellAsync(async () =>
        {
            if (arguments.Contains("--help") || arguments.Contains("-h"))
            {
                Console.WriteLine(
                    """
                    usage: store copy --to "Host=…;Database=…;Username=…;Passfile=…" [--SETTING VALUE ...]
                        copies the SQLite store that 'serve' with the same settings uses (--data, --store) into an empty database of
                        PostgreSQL, while no gateway has it open; each row is compared there before anything is kept. Afterwards start
                        the gateway with --store and the same connection string, and the same master key. The file stays; it counts as
                        restored then, so that a gateway which is started with it, or with another copy of it, tells Slack nothing
                        until an operator has confirmed it.
                    """
                );
                return 0;
            }
            var at = Array.IndexOf(arguments, To);
            if (at < 0 || at + 1 == arguments.Length)
                throw new SettingException(
                    $"Say where it is copied to: {To} \"Host=…\". 'store copy --help' says how."
                );
            var options = ServeSettings.Parse(
                ServeCommand.Configuration([.. arguments[..at], .. arguments[(at + 2)..]])
            );
            var copied = await CopyToDatabase.RunAsync(
                ServeStore.AddressOf(options, isInit: false),
                arguments[at + 1],
                session => Restoration.Begin(session, clock.Now()),
                CancellationToken.None
            );
            foreach (var (table, rows) in copied.Where(one => one.Rows > 0))
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rows, 12:N0}  {table}"));
            Console.WriteLine(
                $"All rows are in the database and the same there. Start the gateway with {ServeSettings.StoreName} and the same connection string."
            );
            return 0;
        });
}
