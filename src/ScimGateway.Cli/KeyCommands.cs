using System.CommandLine;
using System.Text.Json.Nodes;

namespace ScimGateway.Cli;

/// <summary>The keys of administrators.</summary>
internal static class KeyCommands
{
    private static readonly Argument<string> _label = new("LABEL") { Description = "Whose it is" };
    private static readonly Argument<long> _key = Words.Id("KEY", "A key", "key list");
    private static readonly Option<string> _role = Required(
        Words.OneOf("--role", "What it may do", "viewer", "operator", "owner")
    );
    private static readonly Option<string> _tenant = Words.Text(
        "--tenant",
        "TENANT",
        "The one tenant that it is for; all, if not said"
    );

    private static readonly Option<bool> _withMade = new("--with-made")
    {
        Description = "End also the keys that it has made, and those that these have made",
    };

    public static Command All() => new("key", "Admin keys: who may use this") { Create(), List(), Delete() };

    private static Verb Create() =>
        new Verb(
            "create",
            "Makes an admin key and shows its secret this once.",
            "key create \"Ana, helpdesk\" --role operator --tenant acme"
        )
            .Takes(_label, _role, _tenant, Words.Expires)
            .Does(async call =>
            {
                var answer = await call.PostAsync(
                    "keys",
                    TenantCommands.Body(
                        ("label", call.Of(_label)),
                        ("role", call.Of(_role)),
                        ("tenant", call.Of(_tenant)),
                        ("expires", call.EndOf(Words.Expires))
                    )
                );
                return call.Done(
                    answer,
                    $"The key, which is shown this once: {Shown.Value(answer.Json?["secret"])}",
                    "profile save NAME"
                );
            });

    private static Verb List() =>
        new Verb("list", "The admin keys, without their secrets.", "key list")
            .Takes(Words.Limit, Words.Cursor, Words.All)
            .Does(async call =>
                call.PrintList(
                    await call.ListAsync("keys"),
                    "id",
                    "label",
                    "+kind",
                    "role",
                    "tenant",
                    "+prefix",
                    "+created",
                    "expires",
                    "lastUsed"
                )
            );

    private static Verb Delete() =>
        new Verb(
            "delete",
            "Ends an admin key at once; the last one of an owner stays. Of a key that was stolen, end also what it has made.",
            "key delete 2"
        )
            .Takes(_key, _withMade)
            .Does(async call =>
            {
                var answer = await call.DeleteAsync(
                    Call.Query(Call.Path("keys", call.Of(_key)), ("withMade", call.Of(_withMade) ? "true" : null))
                );
                return call.Done(answer, Ended(answer.Json));
            });

    private static string Ended(JsonNode? answer) =>
        (
            answer?["ended"]?.AsArray().Count > 1
                ? $"These let nobody in any more: {Named(answer["ended"])}."
                : "It lets nobody in any more."
        )
        + (
            answer?["left"]?.AsArray().Count > 0
                ? $" Keys that it has made, and that let in as before: {Named(answer["left"])}. End them one by one, if they are not meant to."
                : ""
        );

    private static string Named(JsonNode? keys) =>
        string.Join(", ", keys!.AsArray().Select(key => $"{key!["id"]} ({Shown.Value(key["label"])})"));

    private static Option<string> Required(Option<string> option)
    {
        option.Required = true;
        return option;
    }
}
