using System.Text.Json;
using System.Text.Json.Nodes;
using ScimGateway.Basics.Spelling;
using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Host.Admin;

/// <summary>What a tenant allows, and whom it provisions.</summary>
internal static class PolicyEndpoints
{
    private const string WaitBudget = "waitBudget";
    private const string Seconds = "waitBudgetSeconds";

    private const int MostRules = 100;
    private const int MostOfName = 100;
    private const int MostOfFilter = 4_096;

    private static readonly JsonObject _defaults = Show(new Preferences());
    private static readonly string[] _noFilter =
    [
        $"A rule has a name of 1 to {MostOfName} letters, of which none is a character that nobody sees, and a SCIM filter over users of {MostOfFilter} at most.",
    ];

    public static void Map(IEndpointRouteBuilder api, IEndpointRouteBuilder tenant)
    {
        api.MapMethods("/presets", ReadMethods.All, ListPresets).Called("listPresets", Role.Viewer);
        tenant.MapMethods("/preferences", ReadMethods.All, ReadPreferences).Called("readPreferences", Role.Viewer);
        tenant
            .MapPatch("/preferences", UpdatePreferencesAsync)
            .Called("updatePreferences", Role.Owner)
            .Asks("preset", "releaseLeftOut", "preview");
        tenant.MapMethods("/rules", ReadMethods.All, ReadRulesAsync).Called("readRules", Role.Viewer);
        tenant.MapPatch("/rules", UpdateRulesAsync).Called("updateRules", Role.Owner).Asks("whenNone", "preview");
    }

    /// <summary>The preset of a word; null for none.</summary>
    public static Preset? Preset(PresetWord? word) =>
        word switch
        {
            null => null,
            PresetWord.PingOne => Presets.PingOne,
            PresetWord.PingFederate => Presets.PingFederate,
            PresetWord.EntraId => Presets.EntraId,
            PresetWord.Okta => Presets.Okta,
            _ => throw new ArgumentOutOfRangeException(nameof(word)),
        };

    private static IResult ListPresets(AdminCall call) =>
        call.Answer(
            new
            {
                Items = Enum.GetValues<PresetWord>()
                    .Select(word => new
                    {
                        Preset = word,
                        Preset(word)!.Name,
                        Preferences = Differing(Show(Preset(word)!.Preferences)),
                    }),
                Next = (string?)null,
            }
        );

    private static IResult ReadPreferences(AdminCall call) => call.Answer(Show(Now(call)));

    private static async Task<IResult> UpdatePreferencesAsync(AdminCall call)
    {
        var before = Now(call);
        var from = Preset(call.Query<PresetWord>("preset"))?.Preferences ?? before;
        var after = Read(call.Patch(Show(before), Show(from)));
        return await JobEndpoints.ChangeAsync(
            call,
            new TenantChange.OtherPreferences(after, call.QueryFlag("releaseLeftOut"))
            {
                Instead = call.Tenant.Row.Preferences,
            }
        );
    }

    private static async Task<IResult> ReadRulesAsync(AdminCall call) => call.Answer(await RulesAsync(call));

    private static async Task<IResult> UpdateRulesAsync(AdminCall call)
    {
        var former = await call.Store.AskAsync(session => Rules.Of(session, call.Tenant.Row.Id));
        var before = Show(former);
        var after = call.Patch(before);
        if (after.Count > MostRules)
            throw Problem.Invalid("body", $"A tenant has {MostRules} rules at most; put filters together by 'or'.");
        var wrong = after
            .Where(rule =>
                rule.Key.Trim() != rule.Key
                || rule.Key.Length is 0 or > MostOfName
                || Letters.HasUnseen(rule.Key) // a store may keep no NUL, and then it would be another name
                || rule.Value is not JsonValue value
                || value.GetValueKind() != JsonValueKind.String
                || value.GetValue<string>().Length > MostOfFilter
            )
            .ToDictionary(rule => rule.Key, rule => rule.Value is null ? NoRule(rule.Key, before) : _noFilter);
        if (wrong.Count > 0)
            throw Problem.Invalid(wrong);
        // One that was there before stays as it is.
        foreach (var (name, filter) in after)
            if (
                !JsonNode.DeepEquals(filter, before[name])
                && RuleAttributes.Missing(filter!.GetValue<string>()) is { } missing
            )
                wrong[name] = [missing];
        if (wrong.Count > 0)
            throw Problem.Invalid(wrong);
        var rules = after.Select(rule => new Rule
        {
            TenantId = call.Tenant.Row.Id,
            Name = rule.Key,
            Filter = rule.Value!.GetValue<string>(),
        });
        return await JobEndpoints.ChangeAsync(
            call,
            new TenantChange.OtherRules([.. rules], call.Query<LastRule>("whenNone"))
            {
                Instead = TenantChange.OtherRules.Named(former),
            }
        );
    }

    // What a null would take away has to be there: else a slip of the pen would be taken for done.
    private static string[] NoRule(string name, JsonObject rules) =>
        [
            Nearest.To(name, rules.Select(rule => rule.Key)) is { } near
                ? $"There is no such rule; did you mean '{near}'?"
                : "There is no such rule.",
        ];

    private static Preferences Now(AdminCall call) => Preferences.FromJson(call.Tenant.Row.Preferences);

    /// <summary>What a change of a tenant's policy is about, as it is now; null of other changes.</summary>
    public static async Task<JsonObject?> ShowAsync(AdminCall call, JobKind kind) =>
        kind switch
        {
            JobKind.Preferences => await call.Store.AskAsync(session =>
                Show(Preferences.FromJson(Tenants.Find(session, call.Tenant.Row.Id).Preferences))
            ),
            JobKind.Rules => await RulesAsync(call),
            _ => null,
        };

    private static async Task<JsonObject> RulesAsync(AdminCall call) =>
        Show(await call.Store.AskAsync(session => Rules.Of(session, call.Tenant.Row.Id)));

    private static JsonObject Show(IEnumerable<Rule> rules) =>
        new(rules.Select(rule => KeyValuePair.Create(rule.Name, (JsonNode?)rule.Filter)));

    private static JsonObject Show(Preferences preferences)
    {
        var shown = JsonSerializer.SerializeToNode(preferences, AdminJson.Options)!.AsObject();
        shown.Remove(WaitBudget);
        shown[Seconds] = preferences.WaitBudget.TotalSeconds;
        return shown;
    }

    // What is left out is as the default says.
    private static Preferences Read(JsonObject shown)
    {
        if (shown.ContainsKey(WaitBudget))
            throw Problem.Invalid(WaitBudget, $"It is said in seconds: {Seconds}.");
        if (shown.Remove(Seconds, out var seconds))
            shown[WaitBudget] =
                seconds is JsonValue value && value.TryGetValue<double>(out var said) && said is >= 0 and <= 60
                    ? TimeSpan.FromSeconds(said).ToString("c")
                    : throw Problem.Invalid(Seconds, "A request may wait from 0 to 60 seconds.");
        var preferences = AdminJson.Read<Preferences>(JsonSerializer.SerializeToUtf8Bytes(shown));
        return Preferences.FromJson(preferences.ToJson()); // where it is looked at whether they contradict each other
    }

    private static JsonObject Differing(JsonObject shown, JsonObject? from = null) =>
        new(
            shown
                .Where(field => !JsonNode.DeepEquals(field.Value, (from ?? _defaults)[field.Key]))
                .Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone()))
        );
}

/// <summary>A preset, as administrators name it.</summary>
internal enum PresetWord
{
    /// <summary>PingOne.</summary>
    PingOne,

    /// <summary>PingFederate.</summary>
    PingFederate,

    /// <summary>Entra ID.</summary>
    EntraId,

    /// <summary>Okta.</summary>
    Okta,
}
