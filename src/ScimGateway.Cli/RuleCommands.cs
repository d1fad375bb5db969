using System.CommandLine;
using System.Text.Json.Nodes;

namespace ScimGateway.Cli;

/// <summary>Whom a tenant provisions.</summary>
internal static class RuleCommands
{
    private static readonly Argument<string> _name = new("NAME") { Description = "The rule's name" };
    private static readonly Argument<string> _filter = new("FILTER") { Description = "A SCIM filter over users" };
    private static readonly Option<string> _whenNone = Words.OneOf(
        "--when-none",
        "What is meant where no rule is left, required then",
        "everybody",
        "asTheyAre"
    );

    public static Command All() =>
        new("rule", "Rules: whom a tenant provisions, as SCIM filters") { List(), Set(), Delete() };

    private static Verb List() =>
        new Verb("list", "The rules of a tenant; where there is none, everybody is provisioned.", "rule list acme")
            .Takes(Words.Tenant)
            .Does(async call =>
                call.Print(
                    await call.GetAsync(call.OfTenant("rules")),
                    rules =>
                        Shown.Table(
                            call.Terminal,
                            ["name", "filter"],
                            (rules as JsonObject ?? []).Select(rule => new[] { rule.Key, Shown.Value(rule.Value) })
                        )
                )
            );

    private static Verb Set() =>
        new Verb(
            "set",
            "Adds or changes a rule, once who comes and goes by it has been shown and confirmed.",
            "rule set acme Staff 'userType eq \"Employee\"'"
        )
            .Takes(Words.Tenant, _name, _filter, Words.DryRun, Words.Yes)
            .Does(call => ChangeAsync(call, call.Of(_filter), whenNone: null, "The rule is set."));

    private static Verb Delete() =>
        new Verb(
            "delete",
            "Removes a rule, once who comes and goes by it has been shown and confirmed.",
            "rule delete acme Staff --when-none asTheyAre"
        )
            .Takes(Words.Tenant, _name, _whenNone, Words.DryRun, Words.Yes)
            .Does(call => ChangeAsync(call, filter: null, call.Of(_whenNone), "There is no such rule any more."));

    private static async Task<int> ChangeAsync(Call call, string? filter, string? whenNone, string done) =>
        await Confirmation.OfAsync(
            call,
            await call.PatchAsync(
                Call.Query(call.OfTenant("rules"), ("whenNone", whenNone), Words.Previews(call)),
                new JsonObject { [call.Of(_name)] = filter }
            ),
            done
        );
}
