using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using ScimGateway.Basics.Spelling;

namespace ScimGateway.Cli;

/// <summary>What a tenant allows, and how.</summary>
internal static class PreferenceCommands
{
    private static readonly Argument<string[]> _changes = Changes();
    private static readonly Argument<string?> _one = new("NAME")
    {
        Description = "The preference; all of them if not said",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private static readonly Argument<string> _word = Words.WordOf("WORD", "The provider", Words.Presets);
    private static readonly Option<bool> _release = new("--release-left-out")
    {
        Description = "Slack hears at last of what the former preferences left out and these allow",
    };

    public static Command All() => new("preferences", "What a tenant allows, and how") { Get(), Set(), Preset() };

    private static Verb Get() =>
        new Verb("get", "All preferences of a tenant, or one.", "preferences get acme removeAction")
            .Takes(Words.Tenant, _one)
            .Does(async call =>
            {
                var all = await call.GetAsync(call.OfTenant("preferences"));
                if (call.Of(_one) is not { } name)
                    return call.Print(all, preferences => Shown.Fields(call.Terminal, preferences as JsonObject ?? []));
                if (Preference.Of(name) is not { } preference)
                    throw new Complaint(
                        Exit.WrongUse,
                        $"There is no preference '{Shown.Line(name)}'."
                            + (
                                Nearest.To(name, Preference.All.Select(one => one.Name)) is { } near
                                    ? $" Did you mean '{near}'?"
                                    : ""
                            ),
                        $"preferences get {call.Tenant}"
                    );
                var one = new JsonObject { [name] = all.Json?[name]?.DeepClone() };
                if (call.IsForScript)
                    call.Write(one);
                else
                {
                    Shown.Fields(call.Terminal, one);
                    call.Terminal.Out.WriteLine(
                        $"{preference.Says}. It can be {string.Join(", ", preference.Values)}."
                    );
                }
                return Exit.Done;
            });

    private static Verb Set() =>
        new Verb(
            "set",
            "Changes preferences, once what Slack would be told by it has been shown and confirmed.",
            "preferences set acme removeAction=disable guardedAccounts=50"
        )
        {
            More = new WordList(
                "Preferences, each with its default first:",
                [.. Preference.All.Select(one => ($"{one.Name}={string.Join('|', one.Values)}", one.Says))]
            ),
        }
            .Takes(Words.Tenant, _changes, _release, Words.DryRun, Words.Yes)
            .Does(call =>
                ChangeAsync(
                    call,
                    preset: null,
                    new JsonObject(
                        call.Of(_changes)
                            .Select(change => NamedValue.Of(change, call.Name))
                            .GroupBy(change => change.Name, StringComparer.Ordinal)
                            .Select(change => KeyValuePair.Create(change.Key, Read(change.Key, change.Last().Value)))
                    )
                )
            );

    private static Verb Preset() =>
        new Verb(
            "preset",
            "Sets the preferences that suit an identity provider, in place of all there are.",
            "preferences preset acme entraId"
        )
            .Takes(Words.Tenant, _word, _release, Words.DryRun, Words.Yes)
            .Does(call => ChangeAsync(call, call.Of(_word), []));

    private static async Task<int> ChangeAsync(Call call, string? preset, JsonObject patch)
    {
        if (!call.IsForScript)
        {
            var now = (await call.GetAsync(call.OfTenant("preferences"))).Json as JsonObject ?? [];
            var rows = await DifferingAsync(call, now, preset, patch);
            // A preview of nothing would take the place of one that is to be confirmed.
            if (rows.Count == 0 && !call.Of(_release) && patch.All(change => now.ContainsKey(change.Key)))
            {
                call.Terminal.Out.WriteLine("The preferences are so already: nothing is to be changed.");
                return Exit.Done;
            }
            if (rows.Count > 0)
                Shown.Table(call.Terminal, ["preference", "before", "after"], rows);
            foreach (var said in Preference.All.Where(one => rows.Exists(row => row[0] == one.Name)))
                call.Terminal.Out.WriteLine($"{said.Name}: {said.Says}.");
        }
        // Of a tenant that nobody is provisioned for there is nothing to be seen first.
        var isSeenFirst = call.Of(Words.DryRun) || await IsConnectedAsync(call);
        return await Confirmation.OfAsync(
            call,
            await call.PatchAsync(
                Call.Query(
                    call.OfTenant("preferences"),
                    ("preset", preset),
                    ("releaseLeftOut", call.Of(_release) ? "true" : null),
                    ("preview", isSeenFirst ? "true" : null)
                ),
                patch
            ),
            "The preferences are set."
        );
    }

    private static async Task<bool> IsConnectedAsync(Call call) =>
        (string?)(await call.GetAsync(call.OfTenant())).Json?["connection"] != "none";

    // A preset replaces all there are, which nobody should find out afterwards.
    private static async Task<List<string[]>> DifferingAsync(
        Call call,
        JsonObject now,
        string? preset,
        JsonObject patch
    )
    {
        var presets = preset is null ? null : (await call.GetAsync("presets")).Json?["items"] as JsonArray;
        var other = presets?.FirstOrDefault(one => (string?)one?["preset"] == preset)?["preferences"] as JsonObject;
        var rows = new List<string[]>();
        foreach (var (name, value) in now)
        {
            var after =
                patch.ContainsKey(name) ? patch[name]
                : other is null ? value
                : other[name];
            var said = after is null ? Default(name) : Shown.Value(after);
            if (said != Shown.Value(value))
                rows.Add([name, Shown.Value(value), said]);
        }
        return rows;
    }

    private static string Default(string name) => Preference.Of(name)?.Values[0] ?? "";

    // As the admin API has them: true, false, null and numbers; whatever else is a word, in the case that it has there.
    private static JsonNode? Read(string name, string value) =>
        value switch
        {
            "null" => null,
            "true" => true,
            "false" => false,
            _ when long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) =>
                whole,
            _ when decimal.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
            _ => Preference.Of(name)?.Spelled(value) ?? value,
        };

    private static Argument<string[]> Changes()
    {
        var changes = new Argument<string[]>("NAME=VALUE")
        {
            Description = "A preference and what it is to be; null sets it back to the default",
            Arity = ArgumentArity.OneOrMore,
        };
        changes.CompletionSources.Add([.. Preference.All.SelectMany(one => one.Words)]);
        return changes;
    }
}
