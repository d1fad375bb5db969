using System.CommandLine;
using System.Net;
using System.Text.Json.Nodes;

namespace ScimGateway.Cli;

/// <summary>What administrators have changed.</summary>
internal static class AuditCommands
{
    private static readonly Option<string> _tenant = Words.Text("--tenant", "TENANT", "Only of this tenant");
    private static readonly Option<string> _tenantId = Words.Text(
        "--tenant-id",
        "N",
        "Only of the tenant of this number, which --json shows: such as one that was deleted, whose name another has now"
    );
    private static readonly Option<string> _action = Words.Text(
        "--action",
        "WORD",
        "Only of this kind, such as updatePreferences: an operationId of openapi.yaml. What was previewed is done by confirmJob"
    );
    private static readonly Option<string> _actor = Words.Text(
        "--key",
        "KEY",
        "Only by this admin key, by its id or label"
    );
    private static readonly Option<bool> _reads = new("--reads")
    {
        Description = "Also who has read of people: lists, exports and single persons",
    };
    private static readonly Option<string> _file = new("--file")
    {
        HelpName = "FILE",
        Description = "The file, which nobody else may read; it must not be there yet",
        Required = true,
    };

    private static readonly Option<string> _head = Words.Text(
        "--head",
        "HEAD",
        "What was said to be the head before; it has to be in the trail still"
    );

    public static Command All() =>
        new("audit", "The audit trail: what administrators have changed") { List(), Export(), Verify() };

    private static Verb List() =>
        new Verb(
            "list",
            "What administrators have changed, newest first: when (UTC), by which key, from which address. --json shows it before and after. What they have read of people comes with --reads.",
            "audit list --tenant acme --since 7d"
        )
            .Takes(
                _tenant,
                _tenantId,
                _action,
                _actor,
                _reads,
                Words.On,
                Words.From,
                Words.Until,
                Words.Limit,
                Words.Cursor,
                Words.All
            )
            .Does(async call =>
            {
                var isOfReads = call.Of(_reads) || call.Of(_action) is not null;
                var listed = await call.ListAsync(
                    "audit",
                    [.. await FiltersAsync(call), ("changes", isOfReads ? null : "true")]
                );
                // Of a tenant that was deleted the trail has what was done; of one that never was, nothing.
                if (call.Of(_tenant) is { } tenant && listed.Json?["items"] is not JsonArray { Count: > 0 })
                    await call.GetAsync(Call.Path("tenants", tenant));
                foreach (var entry in call.IsForScript ? [] : listed.Json!["items"]!.AsArray())
                {
                    entry!["action"] = AuditLine.Action(entry);
                    entry["changed"] = AuditLine.Changed(entry);
                    entry["whom"] = (entry["name"] ?? entry["about"])?.DeepClone();
                }
                var exit = call.PrintList(
                    listed,
                    "++id",
                    "at",
                    "actor.label~10",
                    "+client",
                    "++tenant",
                    "action~20",
                    "whom~16",
                    "++about",
                    "+changed~24"
                );
                if (!call.IsForScript && !isOfReads)
                    call.Say("Without what was only read of people, which --reads shows.");
                return exit;
            });

    private static Verb Export() =>
        new Verb(
            "export",
            "Writes the audit trail into a file for an auditor: a line of JSON for each change and each read of people, newest first: who, what, when and from where. Says whether anybody has changed the trail.",
            "audit export --since 90d --file audit.ndjson"
        )
            .Takes(_tenant, _tenantId, _action, _actor, Words.On, Words.From, Words.Until, _file)
            .Does(async call =>
            {
                var (file, lines) = (call.Of(_file)!, 0);
                await AdminClient.WriteAsync(
                    file,
                    async text =>
                    {
                        await foreach (var entry in call.AllAsync("audit", await FiltersAsync(call)))
                        {
                            await text.WriteLineAsync(entry.ToJsonString());
                            lines++;
                        }
                        return true;
                    }
                );
                var exit = call.Saved(
                    file,
                    lines,
                    $"{lines} lines, of changes and of reads of people, are in {file}. Whether anybody has changed the trail that they are from:"
                );
                if (await SealsAsync(call) is not { } found)
                    return exit;
                if (!call.IsForScript)
                    call.Terminal.Out.WriteLine(Shown.Line(Seal(found)));
                return found["broken"] is null ? exit : Exit.Refused;
            });

    // All lines are sealed together, so that a key of one tenant may not ask.
    private static async Task<JsonNode?> SealsAsync(Call call)
    {
        try
        {
            return (await call.GetAsync("audit/seals")).Json;
        }
        catch (Refusal refused) when (refused.Answer.Status == HttpStatusCode.Forbidden)
        {
            return null;
        }
    }

    private static string Seal(JsonNode found) =>
        found["broken"] is { } broken
            ? $"Line {broken["line"]} is wrong. {Shown.Value(broken["why"])} The {found["lines"]} lines before are as they were."
        : found["head"] is null ? "The audit trail has no line yet."
        : $"The audit trail is whole: {found["lines"]} lines, and {found["underWay"]} under way. Its head is {Shown.Value(found["head"])}";

    private static Verb Verify() =>
        new Verb(
            "verify",
            "Looks whether anybody has changed or deleted lines of the audit trail: each is sealed with the one before. Note the head elsewhere, and say it the next time: it shows also who has sealed all anew.",
            "audit verify --head 41:6bd1ee6a9f6c5d0e4b0f7a8c1c2f3d4e5a6b7c8d9e0f1a2b3c4d5e6f70819203"
        )
            .Takes(_head)
            .Does(async call =>
            {
                var answer = await call.GetAsync(Call.Query("audit/seals", ("head", call.Of(_head))));
                var broken = answer.Json!["broken"];
                call.Print(answer, found => call.Terminal.Out.WriteLine(Shown.Line(Seal(found!))));
                if (!call.IsForScript && broken is null && call.Of(_head) is null && answer.Json["head"] is { } noted)
                    call.Say(
                        $"Whether lines were deleted at its end only a head says that was noted elsewhere; the next time: 'audit verify --head {Shown.Value(noted)}'"
                    );
                return broken is null ? Exit.Done : Exit.Refused;
            });

    private static async Task<List<(string Name, object? Value)>> FiltersAsync(Call call)
    {
        var (from, until) = call.Between();
        return
        [
            ("tenant", call.Of(_tenant)),
            ("tenantId", call.Of(_tenantId)),
            ("action", call.Of(_action)),
            ("actor", call.Of(_actor) is { } key ? await KeyAsync(call, key) : null),
            ("from", from),
            ("until", until),
        ];
    }

    private static async Task<string> KeyAsync(Call call, string named)
    {
        if (named.All(char.IsAsciiDigit))
            return named;
        await foreach (var key in call.AllAsync("keys", []))
            if (string.Equals((string?)key["label"], named, StringComparison.OrdinalIgnoreCase))
                return Shown.Value(key["id"]);
        throw new Complaint(Exit.Refused, $"There is no admin key '{Shown.Line(named)}'.", "key list");
    }
}
