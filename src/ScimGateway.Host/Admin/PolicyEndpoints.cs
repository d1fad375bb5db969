using System.Text.Json;
using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Host.Admin;

/// <summary>What a tenant allows, and whom it provisions.</summary>
internal static class PolicyEndpoints
{
    private const string WaitBudget = "waitBudget";
    private const string Seconds = "waitBudgetSeconds";

    private static readonly JsonObject _defaults = Show(new Preferences());
    private static readonly string[] _noFilter = ["A rule is a SCIM filter over users, as a text."];

    public static void Map(IEndpointRouteBuilder api, IEndpointRouteBuilder tenant)
    {
        api.Reads("/presets", ListPresets).Called("listPresets", Role.Viewer);
        tenant.Reads("/preferences", ReadPreferences).Called("readPreferences", Role.Viewer);
        tenant.MapPatch("/preferences", UpdatePreferencesAsync).Called("updatePreferences", Role.Owner);
        tenant.Reads("/rules", ReadRulesAsync).Called("readRules", Role.Viewer);
        tenant.MapPatch("/rules", UpdateRulesAsync).Called("updateRules", Role.Owner);
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
        var after = Read(await call.PatchAsync(Show(before), Show(from)));
        call.Changed("preferences", Differing(Show(before), Show(after)), Differing(Show(after), Show(before)));
        return await JobEndpoints.ChangeAsync(
            call,
            new TenantChange.OtherPreferences(after, call.QueryFlag("releaseLeftOut"))
        );
    }

    private static async Task<IResult> ReadRulesAsync(AdminCall call) => call.Answer(await RulesAsync(call));

    private static async Task<IResult> UpdateRulesAsync(AdminCall call)
    {
        var before = await RulesAsync(call);
        var after = await call.PatchAsync(before);
        var wrong = after
            .Where(rule => rule.Value is not JsonValue value || value.GetValueKind() != JsonValueKind.String)
            .ToDictionary(rule => rule.Key, _ => _noFilter);
        if (wrong.Count > 0)
            throw Problem.Invalid(wrong);
        call.Changed("rules", before, after);
        var rules = after.Select(rule => new Rule
        {
            TenantId = call.Tenant.Row.Id,
            Name = rule.Key,
            Filter = rule.Value!.GetValue<string>(),
        });
        return await JobEndpoints.ChangeAsync(
            call,
            new TenantChange.OtherRules([.. rules], call.Query<LastRule>("whenNone"))
        );
    }

    private static Preferences Now(AdminCall call) => Preferences.FromJson(call.Tenant.Row.Preferences);

    private static async Task<JsonObject> RulesAsync(AdminCall call)
    {
        var rules = await call.Store.AskAsync(session => Rules.Of(session, call.Tenant.Row.Id));
        return new JsonObject(rules.Select(rule => KeyValuePair.Create(rule.Name, (JsonNode?)rule.Filter)));
    }

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
                seconds is JsonValue value && value.TryGetValue<double>(out var said) && said is >= 0 and <= 3_600
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
