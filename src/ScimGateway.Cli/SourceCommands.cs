using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

namespace ScimGateway.Cli;

/// <summary>The identity providers of a tenant.</summary>
internal static class SourceCommands
{
    private static readonly Argument<string> _name = new("NAME")
    {
        Description = "Its name, one of its own in the tenant",
    };
    private static readonly Argument<string> _to = new("TO") { Description = "The other source, by its id or name" };
    private static readonly Option<string> _preset = Words.Preset("Which provider it is");
    private static readonly Option<string> _only = Words.Text(
        "--user",
        "WHO",
        "The only user or group that is handed over, by its name, address or id; all, if not said"
    );

    private static readonly Option<string> _off = Words.Text(
        "--off",
        "NAMES",
        "Not to be understood of it any more, with commas between"
    );
    private static readonly Option<string> _on = Words.Text("--on", "NAMES", "To be understood again");

    public static Command All() =>
        new("source", "Sources: the identity providers of a tenant")
        {
            Create(),
            List(),
            Rename(),
            Deviations(),
            RecordCommand.Record(),
            Delete(),
            Transfer(),
        };

    private static Verb Create() =>
        new Verb(
            "create",
            "Adds an identity provider to a tenant.",
            "source create acme \"PingOne production\" --preset pingOne"
        )
            .Takes(Words.Tenant, _name, _preset)
            .Does(async call =>
            {
                var answer = await call.PostAsync(
                    call.OfTenant("sources"),
                    TenantCommands.Body(("name", call.Of(_name)), ("preset", call.Of(_preset)))
                );
                var id = Shown.Value(answer.Json?["id"]);
                return call.Done(answer, $"It is source {id}.", $"token create {call.Tenant} {id}");
            });

    private static Verb List() =>
        new Verb("list", "The identity providers of a tenant, and what each has.", "source list acme")
            .Takes(Words.Tenant, Words.Limit, Words.Cursor, Words.All)
            .Does(async call =>
                call.PrintList(
                    await call.ListAsync(call.OfTenant("sources")),
                    "id",
                    "name",
                    "preset",
                    "+users",
                    "+groups",
                    "lastContact"
                )
            );

    private static Verb Rename() =>
        new Verb("rename", "Gives a source another name.", "source rename acme 3 \"PingOne Europe\"")
            .Takes(Words.Tenant, Words.Source, _name)
            .Does(async call =>
                call.Done(
                    await call.PatchAsync(await PathAsync(call), TenantCommands.Body(("name", call.Of(_name)))),
                    $"It is called {call.Of(_name)}."
                )
            );

    private static Verb Deviations() =>
        new Verb(
            "deviations",
            "Shows which habits beyond the RFCs are understood of a source, and switches them off or on.",
            "source deviations acme 3 --off BooleanAsText,UnquotedValue"
        )
            .Takes(Words.Tenant, Words.Source, _off, _on)
            .Does(async call =>
            {
                var path = await PathAsync(call);
                var source = await call.GetAsync(path);
                if (call.Of(_off) is not null || call.Of(_on) is not null)
                {
                    var off = Off(source)
                        .Union(Split(call.Of(_off)), StringComparer.OrdinalIgnoreCase)
                        .Except(Split(call.Of(_on)), StringComparer.OrdinalIgnoreCase);
                    source = await call.PatchAsync(
                        path,
                        new JsonObject { ["deviationsOff"] = new JsonArray([.. off.Select(name => (JsonNode)name)]) }
                    );
                }
                var all = await call.GetAsync("deviations");
                foreach (var deviation in all.Json?["items"]?.AsArray() ?? [])
                    deviation!["understood"] = !Off(source).Contains((string)deviation["name"]!);
                return call.Print(
                    source,
                    _ => Shown.Table(call.Terminal, all.Json?["items"], ["name", "understood", "habit"])
                );
            });

    private static Verb Delete() =>
        new Verb("delete", "Removes a source that has nothing any more, and its credentials.", "source delete acme 3")
            .Takes(Words.Tenant, Words.Source, Words.Yes)
            .Does(async call =>
            {
                if (await TokenCommands.LastUsedAsync(call) is { } used)
                    Confirmation.Require(
                        call,
                        $"The provider has used a token of this source at {used:u}, and is refused from now on. Remove it?",
                        "Nothing was removed.",
                        $"source delete {call.Tenant} {call.Source} --yes"
                    );
                var path = await PathAsync(call);
                var source = call.IsForScript ? null : Shown.Value((await call.GetAsync(path)).Json?["name"]);
                var exit = call.Done(await call.DeleteAsync(path), "There is no such source any more.");
                if (source is null)
                    return exit;
                var held = (await call.GetAsync(Call.Query(call.OfTenant("holds"), ("limit", 1000)))).Json?["items"];
                var left = (held as JsonArray ?? []).Count(hold => Shown.Value(hold?["asked"]) == source);
                if (left > 0)
                    call.Terminal.Out.WriteLine(
                        $"What it asked for and is held waits for a decision still, {left} in all: 'hold list {call.Tenant}'"
                    );
                return exit;
            });

    private static Verb Transfer() =>
        new Verb(
            "transfer",
            "Hands a source's users, groups and members over to another one, once that has been shown and confirmed; with what its provider has made until then. Slack hears nothing of it. docs/runbooks/change-provider.md has what comes before and after it.",
            "source transfer acme 3 \"Entra ID\""
        )
            .Takes(Words.Tenant, Words.Source, _to, _only, Words.DryRun, Words.Yes)
            .Does(async call =>
            {
                var to = await call.SourceAsync(call.Of(_to));
                var body = TenantCommands.Body(
                    ("to", long.TryParse(to, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0),
                    ("resource", call.Of(_only) is { } who ? await call.ResourceAsync(who) : null)
                );
                if (!call.IsForScript)
                    call.Terminal.Out.WriteLine(
                        $"Switch provisioning off at '{Shown.Line(call.Of(Words.Source)!)}' first: what it sends of them afterwards is refused. What is held of them stays held."
                    );
                var exit = await Confirmation.OfAsync(
                    call,
                    await call.PostAsync(Call.Query(await PathAsync(call, "transfer"), ("preview", "true")), body),
                    "They are handed over."
                );
                if (!call.IsForScript && await PresetAsync(call, to) is { } preset)
                    call.Terminal.Out.WriteLine(
                        $"What suits the new provider: 'preferences preset {call.Tenant} {preset} --dry-run'"
                    );
                if (!call.IsForScript && !call.Of(Words.DryRun))
                    call.Terminal.Out.WriteLine(
                        $"The tokens of '{Shown.Line(call.Of(Words.Source)!)}' let in until 'source delete {call.Tenant} {call.Source}'."
                    );
                if (!call.IsForScript && !await HasTokenAsync(call, to))
                    call.Terminal.Out.WriteLine(
                        $"'{Shown.Line(call.Of(_to)!)}' has no token yet: 'token create {call.Tenant} {Shown.Line(to)}'"
                    );
                return exit;
            });

    private static async Task<string?> PresetAsync(Call call, string source) =>
        (string?)(await call.GetAsync(call.OfTenant("sources", source))).Json?["preset"];

    private static async Task<bool> HasTokenAsync(Call call, string source) =>
        (await call.GetAsync(call.OfTenant("sources", source, "credentials"))).Json?["items"]
            is JsonArray { Count: > 0 };

    private static List<string> Off(Answer source) =>
        source.Json?["deviationsOff"]?.AsArray().Select(name => (string)name!).ToList() ?? [];

    private static string[] Split(string? names) =>
        names?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private static async Task<string> PathAsync(Call call, params object[] words) =>
        call.OfTenant(["sources", await call.SourceAsync(call.Of(Words.Source)), .. words]);
}
