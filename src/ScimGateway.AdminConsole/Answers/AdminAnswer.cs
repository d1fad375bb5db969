using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ScimGateway.AdminConsole.Answers;

/// <summary>What the admin API answered.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Json">The body; null where there is none, or it is no JSON.</param>
/// <param name="RetryAfter">How many seconds to wait; null where nothing is said.</param>
/// <param name="Tag">Of which state it is (ETag); null where nothing is said.</param>
public sealed partial record AdminAnswer(int Status, JsonNode? Json, string? RetryAfter = null, string? Tag = null)
{
    private static readonly JsonSerializerOptions _options = new(JsonSerializerDefaults.Web);

    /// <summary>Whether it is what was asked for.</summary>
    public bool IsDone => Status is >= 200 and < 300;

    /// <summary>The body as what it says.</summary>
    /// <exception cref="JsonException">It says something else.</exception>
    public T As<T>() =>
        JsonSerializer.Deserialize<T>(Visible(Json?.ToJsonString() ?? ""), _options)
        ?? throw new JsonException("The answer has no body.");

    /// <summary>Why it was not done, and what to do.</summary>
    public string Detail => Json is JsonObject ? As<Problem>().Detail ?? Unsaid : Unsaid;

    /// <summary>What was wrong, by the field's name; empty where no field was.</summary>
    public IReadOnlyDictionary<string, string> Wrong =>
        (Json is JsonObject ? As<Problem>().Errors : null)?.ToDictionary(
            one => one.Key,
            one => string.Join(" ", one.Value),
            StringComparer.Ordinal
        )
        ?? [];

    // Records print what they hold, and a body may have a secret.
    /// <inheritdoc/>
    public override string ToString() => $"{nameof(AdminAnswer)} {Status}";

    private string Unsaid => $"The gateway answered {Status}.";

    // Characters that change the direction of writing are shown as codes, or a name could disguise the text around it. The
    // JSON writer has escaped each of them.
    private static string Visible(string json) => Turning().Replace(json, @"$1\\u$2");

    [GeneratedRegex(@"(?<!\\)((?:\\\\)*)\\u(200[EF]|202[A-E]|206[6-9]|061C)")]
    private static partial Regex Turning();

    private sealed record Problem(string? Detail, Dictionary<string, string[]>? Errors = null);
}
