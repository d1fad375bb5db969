using System.Diagnostics;
using System.Text.Json.Nodes;

namespace ScimGateway.Conformance.Providers;

/// <summary>What has to come back. What is said of the body counts for any answer but 204, which has none.</summary>
internal sealed record Expectation
{
    /// <summary>The JSON types that there are words for.</summary>
    public static readonly string[] JsonTypes = ["integer", "boolean", "string", "array", "object"];

    /// <summary>Any of these statuses.</summary>
    public required IReadOnlyList<int> Status { get; init; }

    /// <summary>What the body has at least: members by name, elements in any order, other values as they are.</summary>
    public JsonObject? Body { get; init; }

    /// <summary>What is there and not empty.</summary>
    public IReadOnlyList<JsonPath> Present { get; init; } = [];

    /// <summary>What is not there, or is empty.</summary>
    public IReadOnlyList<JsonPath> Absent { get; init; } = [];

    /// <summary>How many elements lists have.</summary>
    public IReadOnlyList<KeyValuePair<JsonPath, int>> Length { get; init; } = [];

    /// <summary>How many elements they have at most.</summary>
    public IReadOnlyList<KeyValuePair<JsonPath, int>> MostLength { get; init; } = [];

    /// <summary>Of which JSON type values are.</summary>
    public IReadOnlyList<KeyValuePair<JsonPath, string>> Types { get; init; } = [];

    /// <summary>Lists of which one element at most is primary.</summary>
    public IReadOnlyList<JsonPath> OnePrimary { get; init; } = [];

    /// <summary>How headers of the answer begin.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>What an answer lacks, in words; null if it is as it has to be.</summary>
    /// <param name="answer">What came back.</param>
    /// <param name="values">The values of the run.</param>
    /// <param name="kept">Which attributes the server keeps.</param>
    public string? Unmet(Exchange answer, Placeholders values, KeptAttributes kept)
    {
        if (!Status.Contains(answer.Status))
            return $"the status has to be {string.Join(" or ", Status)}";
        foreach (var (name, begin) in Headers)
            if (answer.Header(name)?.StartsWith(values.In(begin), StringComparison.OrdinalIgnoreCase) != true)
                return $"the header {name} is '{answer.Header(name)}' and has to begin with {values.In(begin)}";
        if (answer.Text.Length == 0)
            return answer.Status == 204 || !SaysOfBody ? null : "there is no body";
        if (answer.Json is null)
            return SaysOfBody ? "the body is no JSON" : null;
        return OfBody(answer.Json, values, kept).FirstOrDefault(unmet => unmet is not null);
    }

    // Where there is nothing at all, nothing is absent either: that would be said of a resource that nobody has seen.
    private bool SaysOfBody =>
        Body is not null
        || Present.Count + Absent.Count + Length.Count + MostLength.Count + Types.Count + OnePrimary.Count > 0;

    private IEnumerable<string?> OfBody(JsonNode body, Placeholders values, KeptAttributes kept)
    {
        if (Body is not null)
            yield return Mismatch(kept.Of(values.In(Body)), body, "");
        foreach (var path in Present.Where(kept.Has))
            yield return path.In(body).IsSomething() ? null : $"{path} is missing";
        foreach (var path in Absent)
            if (path.In(body) is { } there && there.IsSomething())
                yield return $"{path} is {there.ToJsonString()} and has to be gone";
        foreach (var (path, length) in Length.Where(one => kept.Has(one.Key)))
            yield return Count(path.In(body)) == length
                ? null
                : $"{path} has {Count(path.In(body))} elements and has to have {length}";
        foreach (var (path, most) in MostLength)
            yield return Count(path.In(body)) <= most
                ? null
                : $"{path} has {Count(path.In(body))} elements and may have {most}";
        foreach (var (path, type) in Types.Where(one => kept.Has(one.Key)))
            yield return IsOf(path.In(body), type)
                ? null
                : $"{path} is {Shown(path.In(body))} and has to be of the type {type}";
        foreach (var path in OnePrimary)
            yield return (path.In(body) as JsonArray ?? []).Count(one => one.At("primary").AsFlag() == true) <= 1
                ? null
                : $"{path} has more than one value that is primary";
    }

    private static string? Mismatch(JsonNode? wanted, JsonNode? found, string path)
    {
        switch (wanted)
        {
            case JsonObject members:
                return found is JsonObject
                    ? members
                        .Select(member =>
                            Mismatch(member.Value, found.Member(member.Key), $"{path}.{member.Key}".TrimStart('.'))
                        )
                        .FirstOrDefault(mismatch => mismatch is not null)
                    : $"{path} is {Shown(found)} and has to have {wanted.ToJsonString()}";
            case JsonArray elements:
                var left = (found as JsonArray ?? []).ToList();
                foreach (var element in elements)
                {
                    var match = left.FindIndex(other => Mismatch(element, other, path) is null);
                    if (match < 0)
                        return $"{path} is {Shown(found)} and has to have {element?.ToJsonString()}";
                    left.RemoveAt(match);
                }
                return null;
            default:
                return JsonNode.DeepEquals(wanted, found)
                    ? null
                    : $"{path} is {Shown(found)} and has to be {wanted?.ToJsonString()}";
        }
    }

    private static string Shown(JsonNode? node) => node?.ToJsonString() ?? "missing";

    private static int Count(JsonNode? node) => (node as JsonArray)?.Count ?? 0;

    private static bool IsOf(JsonNode? node, string type) =>
        type switch
        {
            "integer" => node.AsNumber() is not null,
            "boolean" => node.AsFlag() is not null,
            "string" => node.AsText() is not null,
            "array" => node is JsonArray,
            "object" => node is JsonObject,
            _ => throw new UnreachableException($"There is no type {type}."),
        };
}
