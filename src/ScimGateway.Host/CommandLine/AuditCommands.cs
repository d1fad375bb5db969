using System.CommandLine;

namespace ScimGateway.Host.CommandLine;

/// <summary>What administrators have changed.</summary>
internal static class AuditCommands
{
    private static readonly Option<string> _tenant = Words.Text("--tenant", "TENANT", "Only of this tenant");
    private static readonly Option<string> _action = Words.Text(
        "--action",
        "WORD",
        "Only of this kind, such as updatePreferences: an operationId of openapi.yaml"
    );
    private static readonly Option<string> _actor = Words.Text("--key", "ID", "Only by this admin key");
    private static readonly Option<string> _file = new("--file")
    {
        HelpName = "FILE",
        Description = "The file, which nobody else may read; it must not be there yet",
        Required = true,
    };

    public static Command All() =>
        new("audit", "The audit trail: what administrators have changed") { List(), Export() };

    private static Verb List() =>
        new Verb(
            "list",
            "What administrators have changed, newest first: when (UTC), by which key, from which address. --json shows it before and after.",
            "audit list --tenant acme --since 7d"
        )
            .Takes(_tenant, _action, _actor, Words.From, Words.Until, Words.Limit, Words.Cursor, Words.All)
            .Does(async call =>
                call.PrintList(
                    await call.ListAsync("audit", Filters(call)),
                    "+id",
                    "at",
                    "actor.label",
                    "+client",
                    "tenant",
                    "action",
                    "about",
                    "+status"
                )
            );

    private static Verb Export() =>
        new Verb(
            "export",
            "Writes the audit trail into a file for an auditor: a line of JSON for each change, newest first, with all that it says.",
            "audit export --since 90d --file audit.ndjson"
        )
            .Takes(_tenant, _action, _actor, Words.From, Words.Until, _file)
            .Does(async call =>
            {
                var (file, lines) = (call.Of(_file)!, 0);
                await AdminClient.WriteAsync(
                    file,
                    async text =>
                    {
                        await foreach (var entry in call.AllAsync("audit", Filters(call)))
                        {
                            await text.WriteLineAsync(entry.ToJsonString());
                            lines++;
                        }
                        return true;
                    }
                );
                return call.Saved(file, lines, $"{lines} changes are in {file}.");
            });

    private static List<(string Name, object? Value)> Filters(Call call) =>
        [
            ("tenant", call.Of(_tenant)),
            ("action", call.Of(_action)),
            ("actor", call.Of(_actor)),
            ("from", call.TimeOf(Words.From)),
            ("until", call.TimeOf(Words.Until)),
        ];
}
