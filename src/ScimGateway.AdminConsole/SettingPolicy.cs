using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ScimGateway.AdminConsole.Pages;
using ScimGateway.AdminConsole.Parts;

namespace ScimGateway.AdminConsole;

/// <summary>What a tenant allows, and how. What is other is sent to the admin API, and nothing else.</summary>
internal static class SettingPolicy
{
    private const string Stale =
        "Somebody has changed the preferences since this page was loaded. They are as they are now; enter your change once more.";

    /// <summary>The preferences.</summary>
    public static async Task<IResult> AtPreferencesAsync(Visit visit)
    {
        var (values, tag) = await ReadAsync(visit);
        return Page(visit, values, tag, ("IsSaved", visit.Query("saved") is not null));
    }

    /// <summary>Changes them, or shows what that would do.</summary>
    public static async Task<IResult> ChangePreferencesAsync(Visit visit)
    {
        var (values, now) = await ReadAsync(visit);
        var names = Preference.All.SelectMany(group => group.Of).Select(one => one.Name).ToArray();
        var entered = await visit.EnteredAsync([.. names, "tag"]);
        var changes = new JsonObject();
        foreach (var name in names)
            if (entered[name].Trim() is { Length: > 0 } value && value != values.GetValueOrDefault(name))
                changes[name] = Json(value);
        try
        {
            var answer = await visit.Api.SendAsync(
                new AdminRequest(
                    HttpMethod.Patch,
                    $"{visit.TenantPath}/preferences",
                    changes,
                    Tag: entered["tag"] is { Length: > 0 } tag ? tag : now
                )
            );
            return answer.Status == StatusCodes.Status202Accepted
                ? Running.Shown(visit, answer)
                : new Moved("preferences?saved=true");
        }
        catch (RefusedException refused) when (refused.IsAboutForm)
        {
            return Page(
                visit,
                names.ToDictionary(name => name, name => entered[name], StringComparer.Ordinal),
                now,
                ("Errors", refused.Answer.Wrong),
                ("Wrong", refused.Message)
            );
        }
        catch (RefusedException refused) when (refused.Answer.Status == StatusCodes.Status412PreconditionFailed)
        {
            (values, now) = await ReadAsync(visit);
            return Page(visit, values, now, ("Wrong", Stale));
        }
    }

    private static async Task<(IReadOnlyDictionary<string, string> Values, string? Tag)> ReadAsync(Visit visit)
    {
        var answer = await visit.Api.SendAsync(new AdminRequest(HttpMethod.Get, $"{visit.TenantPath}/preferences"));
        return (
            answer.As<JsonObject>().ToDictionary(one => one.Key, one => $"{one.Value}", StringComparer.Ordinal),
            answer.Tag
        );
    }

    private static JsonValue Json(string value) =>
        bool.TryParse(value, out var flag) ? JsonValue.Create(flag)
        : decimal.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? JsonValue.Create(number)
        : JsonValue.Create(value);

    private static Shown<PreferencesPage> Page(
        Visit visit,
        IReadOnlyDictionary<string, string> values,
        string? tag,
        params (string, object?)[] shows
    ) => visit.Page<PreferencesPage>([("Tenant", visit.Tenant), ("Values", values), ("Tag", tag), .. shows]);
}
