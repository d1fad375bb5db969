using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ScimGateway.Stories.Believing;
using ScimGateway.Stories.Running;

namespace ScimGateway.Stories.Telling;

/// <summary>A request as it is put, and what is to be noted with its answer; null if there is none.</summary>
internal sealed record Asked(int Source, string Method, string Path, string? Body, Action<Reply?> Ended)
{
    /// <summary>Whether a script asks by the v1 lane; else it is a provider.</summary>
    public bool IsScripts { get; init; }

    // What a bulk request left aside since too much of it had failed; no server answers so to a single request.
    private const int NotBegun = StatusCodes.Status424FailedDependency;

    /// <summary>Several in one bulk request (RFC 7644 §3.7).</summary>
    public static Asked InBulk(
        int source,
        int failOnErrors,
        IReadOnlyList<(string BulkId, Asked Asked)> all,
        Meant meant
    ) =>
        new(
            source,
            "POST",
            "Bulk",
            Wire.Bulk(failOnErrors, all.Select(one => (one.Asked.Method, one.Asked.Path, one.BulkId, one.Asked.Body))),
            reply => EndAll(reply, failOnErrors, all, meant)
        );

    /// <summary>What the request at a place of a bulk request is called.</summary>
    public static string BulkId(int at) => $"op{at.ToString(CultureInfo.InvariantCulture)}";

    private static void EndAll(
        Reply? reply,
        int failOnErrors,
        IReadOnlyList<(string BulkId, Asked Asked)> all,
        Meant meant
    )
    {
        if (reply is null)
        {
            foreach (var (_, asked) in all)
                asked.Ended(null);
            return;
        }
        if (reply.Status != 200)
            throw new WrongException("bulk", $"{reply.Status} to a bulk: {Encoding.UTF8.GetString(reply.Body)}");
        var entries = ((JsonArray)JsonNode.Parse(reply.Body)!["Operations"]!)
            .OfType<JsonObject>()
            .ToDictionary(entry => (string)entry["bulkId"]!);
        var errors = entries.Values.Count(entry => Status(entry) >= 300);
        if (entries.Count < all.Count && (failOnErrors == 0 || errors < failOnErrors))
            throw new WrongException("bulk", $"{errors} of a bulk failed, and something was not begun");
        if (failOnErrors > 0 && errors > failOnErrors)
            throw new WrongException("bulk", $"{errors} of a bulk failed, which was to end after {failOnErrors}");
        foreach (var (bulkId, entry) in entries)
            if (Status(entry) == 201)
                meant.IsMade(bulkId, Id(entry));
        foreach (var (bulkId, asked) in all)
            asked.Ended(
                entries.TryGetValue(bulkId, out var entry)
                    ? Alone(entry)
                    : new Reply(NotBegun, new HeaderDictionary(), [])
            );
    }

    // The answer that it would have had alone, as far as anybody looks at it.
    private static Reply Alone(JsonObject entry)
    {
        var body = entry["response"] ?? (Status(entry) == 201 ? new JsonObject { ["id"] = Id(entry) } : null);
        return new Reply(
            Status(entry),
            new HeaderDictionary(),
            body is null ? [] : Encoding.UTF8.GetBytes(body.ToJsonString())
        );
    }

    private static int Status(JsonObject entry) =>
        int.Parse((string)entry["status"]!, NumberStyles.None, CultureInfo.InvariantCulture);

    private static string Id(JsonObject entry) => ((string)entry["location"]!).Split('/')[^1];

    /// <summary>Whether a status is one that this request may have, as things are.</summary>
    public static void Check(Reply? reply, string method, Model model)
    {
        Figures.Count($"{method} {reply?.Status.ToString(CultureInfo.InvariantCulture) ?? "lost"}");
        if (reply is null)
            return;
        if (reply.Status is 200 or 201 or 204)
            model.Done = model.Step;
        var isShut = model.HadWeather || model.WasShut || model.HasDied;
        var may = reply.Status switch
        {
            200 or 201 or 204 => true,
            400 or 403 or 404 or 409 => true,
            429 or 503 => true,
            NotBegun => true,
            _ => false,
        };
        if (!may)
            throw new WrongException("answer", $"{reply.Status} to a {method}: {Encoding.UTF8.GetString(reply.Body)}");
        if (reply.Status is 429 or 503 && !isShut && model.Accounts.Values.All(one => one.Touched.Count == 0))
            throw new WrongException(
                "answer",
                $"{reply.Status} to a {method} in good weather: {Encoding.UTF8.GetString(reply.Body)}"
            );
    }
}
