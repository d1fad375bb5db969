using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScimGateway.AdminConsole.Answers;

/// <summary>What the admin API answered.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Json">The body; null where there is none, or it is no JSON.</param>
/// <param name="RetryAfter">How many seconds to wait; null where nothing is said.</param>
public sealed record AdminAnswer(int Status, JsonNode? Json, string? RetryAfter = null)
{
    private static readonly JsonSerializerOptions _options = new(JsonSerializerDefaults.Web);

    /// <summary>Whether it is what was asked for.</summary>
    public bool IsDone => Status is >= 200 and < 300;

    /// <summary>The body as what it says.</summary>
    /// <exception cref="JsonException">It says something else.</exception>
    public T As<T>() => Json.Deserialize<T>(_options) ?? throw new JsonException("The answer has no body.");

    /// <summary>Why it was not done, and what to do.</summary>
    public string Detail => (string?)Json?["detail"] ?? $"The gateway answered {Status}.";
}
