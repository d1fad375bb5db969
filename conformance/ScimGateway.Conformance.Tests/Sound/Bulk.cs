using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Web;

namespace ScimGateway.Conformance.Tests.Sound;

/// <summary>Several operations in one request (RFC 7644 §3.7).</summary>
internal static class Bulk
{
    public static Answer Answered(SoundScim scim, Ask ask)
    {
        if (Encoding.UTF8.GetByteCount(ask.Text) > SoundScim.MostPayload)
            throw new Refusal(413, null, $"A bulk request has {SoundScim.MostPayload} bytes at most.");
        if (ask.Body is not JsonObject body || body.Any("Operations") is not JsonArray operations)
            throw Refusal.Syntax("A bulk request has Operations.");
        if (operations.Count > SoundScim.MostOperations)
            throw new Refusal(413, null, $"A bulk request has {SoundScim.MostOperations} operations at most.");
        var mostFailures = body["failOnErrors"] is JsonValue given ? given.GetValue<int>() : int.MaxValue;

        // Who refers to what is yet to be made waits for it; in a circle all would wait for ever.
        var waiting = operations.OfType<JsonObject>().ToList();
        var done = new Dictionary<JsonObject, JsonObject>();
        var made = new Dictionary<string, string>();
        while (waiting.Count > 0 && done.Values.Count(IsFailed) < mostFailures)
        {
            var next = waiting.Find(one => References(one).All(made.ContainsKey)) ?? waiting[0];
            waiting.Remove(next);
            done[next] = Result(next, One(scim, ask, next, made));
            if (next["bulkId"].Text() is { } word && done[next]["location"].Text() is { } location)
                made[word] = location[(location.LastIndexOf('/') + 1)..];
        }
        return new Answer(
            200,
            new JsonObject
            {
                ["schemas"] = new JsonArray("urn:ietf:params:scim:api:messages:2.0:BulkResponse"),
                ["Operations"] = new JsonArray([
                    .. operations.OfType<JsonObject>().Where(done.ContainsKey).Select(one => done[one]),
                ]),
            }
        );
    }

    private static bool IsFailed(JsonObject result) => result["response"] is not null;

    // "bulkId:" and a word, wherever a value may be.
    private static IEnumerable<string> References(JsonNode? node) =>
        node switch
        {
            JsonObject members => members.SelectMany(member => References(member.Value)),
            JsonArray values => values.SelectMany(References),
            _ => node.Text() is { } text && text.StartsWith("bulkId:", StringComparison.Ordinal) ? [text[7..]] : [],
        };

    private static Answer One(SoundScim scim, Ask ask, JsonObject operation, Dictionary<string, string> made)
    {
        if (operation["method"].Text() is not ("POST" or "PUT" or "PATCH" or "DELETE") || operation["path"] is null)
            return Refusal.Syntax("An operation is POST, PUT, PATCH or DELETE on a path.").Answer();
        if (operation["method"].Text() == "POST" && operation["bulkId"].Text() is null)
            return Refusal.Syntax("A POST has a bulkId.").Answer();
        if (References(operation["data"]).FirstOrDefault(word => !made.ContainsKey(word)) is { } missing)
            return new Refusal(409, null, $"bulkId:{missing} was not made.").Answer();
        var text = made.Aggregate(
            operation["data"]?.ToJsonString() ?? "",
            (data, one) => data.Replace($"\"bulkId:{one.Key}\"", $"\"{one.Value}\"", StringComparison.Ordinal)
        );
        return scim.Within(
            ask with
            {
                Method = operation["method"].Text()!,
                Path = operation["path"].Text()!.Trim('/'),
                Headers = new Dictionary<string, string>(
                    operation["version"].Text() is { } version
                        ? ask.Headers.Append(KeyValuePair.Create("if-match", version))
                        : ask.Headers
                ),
                Query = HttpUtility.ParseQueryString(""),
                Text = text,
            },
            scim
        );
    }

    private static JsonObject Result(JsonObject operation, Answer answer)
    {
        var result = new JsonObject
        {
            ["method"] = operation["method"]?.DeepClone(),
            ["status"] = answer.Status.ToString(CultureInfo.InvariantCulture),
        };
        if (operation["bulkId"] is { } word)
            result["bulkId"] = word.DeepClone();
        if (answer.Headers.TryGetValue("Content-Location", out var location))
            result["location"] = location;
        else if (operation["method"].Text() != "POST")
            result["location"] = $"/{operation["path"].Text()?.Trim('/')}";
        if (!answer.IsFine)
            result["response"] = answer.Body;
        else if (answer.Headers.TryGetValue("ETag", out var version))
            result["version"] = version;
        return result;
    }
}
