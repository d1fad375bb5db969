using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ScimGateway.AdminConsole.Pages;
using ScimGateway.AdminConsole.Parts;

namespace ScimGateway.AdminConsole;

/// <summary>What a tenant allows, and whom it provisions. What is other is sent to the admin API, and nothing else.</summary>
internal static class SettingPolicy
{
    private const string Stale =
        "Somebody has changed this since the page was loaded. What is shown is as it is now; make your change once more.";

    /// <summary>The preferences.</summary>
    public static async Task<IResult> AtPreferencesAsync(Visit visit) =>
        Page<PreferencesPage>(visit, await ReadAsync(visit, "preferences"), Filled.Blank);

    /// <summary>Changes them, or shows what that would do.</summary>
    public static async Task<IResult> ChangePreferencesAsync(Visit visit)
    {
        var now = await ReadAsync(visit, "preferences");
        var names = Preference.All.SelectMany(group => group.Of).Select(one => one.Name).ToArray();
        var entered = await visit.EnteredAsync([.. names, "tag"]);
        var changes = new JsonObject();
        foreach (var name in names)
            if (entered[name].Trim() is { Length: > 0 } value && value != now.Values.GetValueOrDefault(name))
                changes[name] = Json(value);
        return await ChangeAsync<PreferencesPage>(visit, "preferences", "", changes, entered);
    }

    /// <summary>The rules.</summary>
    public static async Task<IResult> AtRulesAsync(Visit visit)
    {
        var rules = await ReadAsync(visit, "rules");
        var form = Filled.Blank;
        if (visit.Query("rule") is { } name && rules.Values.TryGetValue(name, out var filter))
            form = form with
            {
                Entered = new Dictionary<string, string> { ["name"] = name, ["filter"] = filter },
            };
        return Page<RulesPage>(visit, rules, form);
    }

    /// <summary>Shows who comes and goes by a rule that is added, changed or removed.</summary>
    public static async Task<IResult> ChangeRulesAsync(Visit visit)
    {
        var entered = await visit.EnteredAsync("name", "filter", "do", "whenNone", "tag");
        return await ChangeAsync<RulesPage>(
            visit,
            "rules",
            entered["whenNone"] is { Length: > 0 } meant ? $"?whenNone={Uri.EscapeDataString(meant)}" : "",
            new JsonObject { [entered["name"].Trim()] = entered["do"] == "remove" ? null : entered["filter"].Trim() },
            entered,
            ifStale: entered
        );
    }

    private static async Task<IResult> ChangeAsync<TPage>(
        Visit visit,
        string policy,
        string query,
        JsonObject changes,
        Dictionary<string, string> entered,
        Dictionary<string, string>? ifStale = null
    )
        where TPage : Microsoft.AspNetCore.Components.IComponent
    {
        try
        {
            var answer = await visit.Api.SendAsync(
                new AdminRequest(
                    HttpMethod.Patch,
                    $"{visit.TenantPath}/{policy}{query}",
                    changes,
                    Tag: entered["tag"] is { Length: > 0 } tag ? tag : null
                )
            );
            return answer.Status == StatusCodes.Status202Accepted
                ? Running.Shown(visit, answer)
                : new Moved($"{policy}?saved=true");
        }
        catch (RefusedException refused) when (refused.IsAboutForm)
        {
            return Page<TPage>(visit, await ReadAsync(visit, policy), Filled.Refused(entered, refused.Answer));
        }
        catch (RefusedException refused) when (refused.Answer.Status == StatusCodes.Status412PreconditionFailed)
        {
            return Page<TPage>(
                visit,
                await ReadAsync(visit, policy),
                new Filled(ifStale ?? [], Filled.Blank.Errors, Stale)
            );
        }
    }

    private static async Task<Policy> ReadAsync(Visit visit, string policy)
    {
        var answer = await visit.Api.SendAsync(new AdminRequest(HttpMethod.Get, $"{visit.TenantPath}/{policy}"));
        return new(
            answer.As<JsonObject>().ToDictionary(one => one.Key, one => $"{one.Value}", StringComparer.Ordinal),
            answer.Tag
        );
    }

    private static JsonValue Json(string value) =>
        bool.TryParse(value, out var flag) ? JsonValue.Create(flag)
        : decimal.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? JsonValue.Create(number)
        : JsonValue.Create(value);

    private static Shown<TPage> Page<TPage>(Visit visit, Policy policy, Filled form)
        where TPage : Microsoft.AspNetCore.Components.IComponent =>
        visit.Page<TPage>(
            ("Tenant", visit.Tenant),
            ("Values", policy.Values),
            ("Tag", policy.Tag),
            ("Form", form),
            ("IsSaved", visit.Query("saved") is not null)
        );

    private sealed record Policy(IReadOnlyDictionary<string, string> Values, string? Tag);
}
