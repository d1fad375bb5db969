using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScimGateway.Cli;

/// <summary>What a source is let in by.</summary>
internal static class TokenCommands
{
    private const int MostBytes = 256 * 1024;

    private static readonly Argument<long> _former = Former();
    private static readonly Option<string> _newEnd = Words.Text(
        "--expires",
        "TIME",
        "Until when the new one lets in, such as 2027-11-22 or 90d; for as long as the former was made for if not said"
    );
    private static readonly Argument<long> _token = Words.Id("TOKEN", "A token", "token list TENANT SOURCE");
    private static readonly Option<string> _kind = Words.OneOf(
        "--kind",
        "In which way the provider sends it, bearer if not said",
        "bearer",
        "raw",
        "basic",
        "oauthClient",
        "jwt",
        "slackV1"
    );
    private static readonly Option<string> _scope = Words.OneOf(
        "--scope",
        "What it allows, full if not said",
        "full",
        "users",
        "read"
    );
    private static readonly Option<string> _scheme = Words.Text(
        "--scheme",
        "WORD",
        "Of raw: the word before the secret in Authorization; none if not said"
    );
    private static readonly Option<string> _issuer = Words.Text(
        "--issuer",
        "TEXT",
        "Of jwt: who signs the tokens. Of oauthClient: who signs assertions in place of a secret"
    );
    private static readonly Option<string> _audience = Words.Text("--audience", "TEXT", "With --issuer: for whom");
    private static readonly Option<string> _metadata = Words.Text(
        "--metadata",
        "URL",
        "With --issuer: where its key set is announced"
    );
    private static readonly Option<string> _jwks = Words.Text("--jwks", "FILE", "With --issuer: its key set itself");
    private static readonly Option<string[]> _claims = new("--claim")
    {
        HelpName = "NAME=VALUE",
        Description =
            "With --issuer: what a token has to say beside that; as often as there are some; of a jwt one of sub, azp, appid, client_id and cid",
    };
    private static readonly Option<string> _entraTenant = Words.Text(
        "--entra-tenant",
        "ID",
        "Of jwt: Entra ID's own token, of this organization"
    );
    private static readonly Option<string> _client = Words.Text("--client", "ID", "With it: the application that asks");

    private static readonly Argument<string?> _of = new("SOURCE")
    {
        Description = "The source's id, or its name; if not said, each of the tenant's",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly string[] _columns =
    [
        "id",
        "kind",
        "label",
        "+scope",
        "+prefix",
        "+created",
        "expires",
        "lastUsed",
    ];

    public static Command All() =>
        new("token", "Credentials that a source is let in by") { Create(), Rotate(), List(), Delete() };

    private static Verb Create() =>
        new Verb(
            "create",
            "Makes a credential of a source and shows its secret this once, with what is to be entered at the provider.",
            "token create acme \"PingOne production\" --expires 2027-11-22"
        )
            .Takes(
                Words.Tenant,
                Words.Source,
                _kind,
                Words.Label,
                _scope,
                Words.Expires,
                _scheme,
                _issuer,
                _audience,
                _metadata,
                _jwks,
                _claims,
                _entraTenant,
                _client
            )
            .Does(async call =>
            {
                var body = Wanted(call);
                var answer = await call.PostAsync(await PathAsync(call), body);
                call.Print(answer, made => Print(call, made));
                return await TenantCommands.PrintTodoAsync(call);
            });

    private static Verb Rotate() =>
        new Verb(
            "rotate",
            "Makes a new secret in place of one, for as long as that was made for. Both let in until the former one is deleted, so no request of the provider fails meanwhile.",
            "token rotate acme 3 5"
        )
            .Takes(Words.Tenant, Words.Source, _former, _newEnd)
            .Does(async call =>
            {
                var path = await PathAsync(call);
                var former = await FormerAsync(call);
                var kind = (string?)former["kind"];
                if (kind is not ("bearer" or "basic" or "oauthClient" or "slackV1") || former["trusts"] is not null)
                    throw new Complaint(
                        Exit.Refused,
                        kind is "raw"
                            ? "A raw secret is sent in the provider's own way, which has to be said again."
                            : "The gateway has no secret of it: whoever signs its tokens changes the keys.",
                        kind is "raw"
                            ? $"token create {call.Tenant} {call.Source} --kind raw"
                            : $"token list {call.Tenant} {call.Source}"
                    );
                var answer = await call.PostAsync(
                    path,
                    TenantCommands.Body(
                        ("kind", kind),
                        ("label", (string?)former["label"]),
                        ("scope", (string?)former["scope"]),
                        ("expires", call.EndOf(_newEnd) ?? AsLongAs(former, call.Terminal.Clock))
                    )
                );
                return call.Print(
                    answer,
                    made =>
                    {
                        Print(call, made);
                        call.Terminal.Out.WriteLine(
                            "Both let in now. Delete the former one when 'lastUsed' of the new one says that the provider has it."
                        );
                        call.Terminal.Out.WriteLine(
                            $"Next: 'token list {call.Tenant} {call.Source}', then 'token delete {call.Tenant} {call.Source} {former["id"]}'"
                        );
                    }
                );
            });

    private static string? AsLongAs(JsonNode former, TimeProvider clock) =>
        former["expires"] is { } end
            ? (clock.GetUtcNow() + ((DateTimeOffset)end - (DateTimeOffset)former["created"]!)).ToString(
                "O",
                CultureInfo.InvariantCulture
            )
            : null;

    private static Verb List() =>
        new Verb(
            "list",
            "What a source is let in by, or each source of a tenant: the tokens without their secrets, when they were last used, and what was wrong with credentials that the tenant refused since the gateway started.",
            "token list acme"
        )
            .Takes(Words.Tenant, _of, Words.Limit, Words.Cursor, Words.All)
            .Does(async call =>
            {
                call.PrintList(
                    call.Of(_of) is { } source
                        ? await call.ListAsync(await OfSourceAsync(call, source))
                        : await OfAllSourcesAsync(call),
                    [.. call.Of(_of) is null ? ["source"] : Array.Empty<string>(), .. _columns]
                );
                if (!call.IsForScript)
                    TenantCommands.PrintRefused(call, (await call.GetAsync(call.OfTenant())).Json);
                return Exit.Done;
            });

    // Few sources have many tokens: all are one page.
    private static async Task<Answer> OfAllSourcesAsync(Call call)
    {
        if (call.Of(Words.Limit) is not null || call.Of(Words.Cursor) is not null)
            throw new Complaint(Exit.WrongUse, "Pages are those of one source: name it.", $"source list {call.Tenant}");
        var all = new JsonArray();
        await foreach (var source in call.AllAsync(call.OfTenant("sources"), []))
        await foreach (var token in call.AllAsync(await OfSourceAsync(call, Shown.Value(source["id"])), []))
        {
            token["source"] = source["name"]!.DeepClone();
            all.Add(token);
        }
        return new Answer(HttpStatusCode.OK, new JsonObject { ["items"] = all, ["next"] = null }.ToJsonString());
    }

    private static Verb Delete() =>
        new Verb(
            "delete",
            "Ends a credential at once; asks first where the provider has used it within a day.",
            "token delete acme 3 5"
        )
            .Takes(Words.Tenant, Words.Source, _token, Words.Yes)
            .Does(async call =>
            {
                if (await LastUsedAsync(call, call.Of(_token)) is { } used)
                    Confirmation.Require(
                        call,
                        $"The provider has used this token at {used:u}, and is refused from now on if it has no other. End it?",
                        "The token lets in as before.",
                        $"token delete {call.Tenant} {call.Source} {call.Of(_token)} --yes"
                    );
                return call.Done(
                    await call.DeleteAsync(await PathAsync(call, call.Of(_token))),
                    "It lets nobody in any more."
                );
            });

    /// <summary>When the source's tokens, or one of them, last let in; null if none did within a day.</summary>
    public static async Task<DateTimeOffset?> LastUsedAsync(Call call, long? only = null)
    {
        DateTimeOffset? last = null;
        await foreach (var token in call.AllAsync(await PathAsync(call), []))
            if (
                (only ?? (long?)token["id"]) == (long?)token["id"]
                && (DateTimeOffset?)token["lastUsed"] is { } used
                && call.Terminal.Clock.GetUtcNow() - used < TimeSpan.FromDays(1)
                && !(last > used)
            )
                last = used;
        return last;
    }

    private static Argument<long> Former()
    {
        var token = Words.Id("TOKEN", "A token", "token list TENANT SOURCE");
        token.Arity = ArgumentArity.ZeroOrOne;
        token.Description = "Its id, which may be left out where the source has one alone";
        return token;
    }

    // That of the id, or the only one there is.
    private static async Task<JsonNode> FormerAsync(Call call)
    {
        var (id, all) = (call.Of(_former), new List<JsonNode>());
        await foreach (var token in call.AllAsync(await PathAsync(call), []))
            if (id == 0 || (long?)token["id"] == id)
                all.Add(token);
        return all is [var one]
            ? one
            : throw new Complaint(
                Exit.Refused,
                id != 0 ? $"The source has no token {id}." : $"The source has {all.Count} tokens; say which by its id.",
                $"token list {call.Tenant} {call.Source}"
            );
    }

    private static Task<string> PathAsync(Call call, params object[] words) =>
        OfSourceAsync(call, call.Of(Words.Source), words);

    private static async Task<string> OfSourceAsync(Call call, string source, params object[] words) =>
        call.OfTenant(["sources", await call.SourceAsync(source), "credentials", .. words]);

    private static JsonObject Wanted(Call call)
    {
        var entra = call.Of(_entraTenant);
        var kind = call.Of(_kind) ?? (entra is null ? "bearer" : "jwt");
        var body = TenantCommands.Body(
            ("kind", kind),
            ("label", call.Of(Words.Label)),
            ("scope", call.Of(_scope)),
            ("expires", call.EndOf(Words.Expires)),
            ("scheme", call.Of(_scheme)),
            ("preset", entra is null ? null : "entraId"),
            ("entraTenant", entra),
            ("client", call.Of(_client))
        );
        if (IssuerOf(call) is { } issuer)
            body[kind == "oauthClient" ? "assertion" : "issuer"] = issuer;
        return body;
    }

    private static JsonObject? IssuerOf(Call call)
    {
        if (call.Of(_issuer) is null && call.Of(_audience) is null)
            return null;
        var issuer = TenantCommands.Body(
            ("issuer", call.Of(_issuer) ?? ""),
            ("audience", call.Of(_audience) ?? ""),
            ("metadata", call.Of(_metadata)),
            ("jwks", call.Of(_jwks) is { } file ? KeysIn(file) : null)
        );
        if (call.Of(_claims) is { Length: > 0 } claims)
            issuer["claims"] = new JsonObject(
                claims
                    .Select(claim => NamedValue.Of(claim, call.Name))
                    .Select(claim => KeyValuePair.Create(claim.Name, (JsonNode?)claim.Value))
            );
        return issuer;
    }

    private static JsonNode? KeysIn(string file)
    {
        try
        {
            if (new FileInfo(file).Length <= MostBytes)
                return JsonNode.Parse(File.ReadAllText(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            // the same as one that is too long
        }
        throw new Complaint(
            Exit.WrongUse,
            $"{Shown.Line(file)} is no key set: a file of JSON with 'keys', of {MostBytes / 1024} KiB at most.",
            "token create --help"
        );
    }

    // The secret alone on its line, to be copied.
    private static void Print(Call call, JsonNode? made)
    {
        var terminal = call.Terminal;
        if (made?["secret"] is { } secret)
            terminal.Out.WriteLine($"The secret, which is shown this once: {Shown.Line(Shown.Value(secret))}");
        terminal.Out.WriteLine("Enter at the provider:");
        foreach (var (name, value) in made?["use"] as JsonObject ?? [])
            terminal.Out.WriteLine($"    {Shown.Line(name)}: {Shown.Line(Shown.Value(value))}");
    }
}

/// <summary>NAME=VALUE.</summary>
internal static class NamedValue
{
    /// <summary>Its parts.</summary>
    /// <exception cref="Complaint">It has none.</exception>
    public static (string Name, string Value) Of(string text, string command) =>
        text.IndexOf('=', StringComparison.Ordinal) is > 0 and var at
            ? (text[..at], text[(at + 1)..])
            : throw new Complaint(Exit.WrongUse, $"'{Shown.Line(text)}' is not NAME=VALUE.", $"{command} --help");
}
