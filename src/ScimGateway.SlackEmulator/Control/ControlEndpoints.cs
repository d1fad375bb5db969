using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ScimGateway.SlackEmulator.Http;
using ScimGateway.SlackEmulator.Organization;
using ScimGateway.SlackEmulator.Traffic;
using ScimGateway.SlackEmulator.Tuning;

namespace ScimGateway.SlackEmulator.Control;

/// <summary>The control interface on the same port: calls, knobs, faults, raw state, changes
/// by hand. No token, no weather.</summary>
internal sealed class ControlEndpoints(Knobs knobs, Workspace workspace, Calls calls, Faults faults, Action restart)
{
    private const int AtOnce = 500;
    private const int MostPattern = 200;

    private static readonly string[] _faultMembers = (
        "method path nth times status description retryAfter delayMs answerDelayMs drop effect body dripMs"
    ).Split(' ');

    public async Task HandleAsync(HttpContext http, string[] path, CancellationToken stopping)
    {
        try
        {
            await (
                (http.Request.Method, path) switch
                {
                    ("GET", ["calls"]) => AnswerAsync(http, 200, ShowCalls(http)),
                    ("DELETE", ["calls"]) => DoneAsync(http, calls.Clear),

                    ("GET", ["knobs"]) => AnswerAsync(http, 200, knobs.Read()),
                    ("PUT", ["knobs"]) => PutKnobsAsync(http),

                    ("POST", ["reset"]) => ResetAsync(http),

                    ("GET", ["faults"]) => AnswerAsync(http, 200, new JsonObject { ["faults"] = faults.Show() }),
                    ("POST", ["faults"]) => AddFaultAsync(http),
                    ("DELETE", ["faults"]) => DoneAsync(http, faults.Clear),

                    ("GET", ["users"]) => ListAsync(http, "users", workspace.AccountsInOrder, RawState.Write, stopping),
                    ("POST", ["users"]) => MakeUsersAsync(http),
                    ("GET", ["users", var id]) => ShowAsync(http, workspace.User(id)),
                    ("PUT", ["users", var id]) => ChangeUserAsync(http, id),
                    ("DELETE", ["users", var id]) => RemovedAsync(http, workspace.RemoveUser(id)),

                    ("GET", ["groups"]) => ListAsync(http, "groups", workspace.GroupsInOrder, RawState.Write, stopping),
                    ("POST", ["groups"]) => MakeGroupAsync(http),
                    ("GET", ["groups", var id]) => ShowAsync(http, workspace.Group(id)),
                    ("PUT", ["groups", var id]) => ChangeGroupAsync(http, id),
                    ("DELETE", ["groups", var id]) => RemovedAsync(http, workspace.RemoveGroup(id)),

                    _ => RefuseAsync(http, 404, $"there is no {http.Request.Method} {http.Request.Path}"),
                }
            );
        }
        catch (Exception e) when (e is KnobRefusedException or HandMadeRefusedException)
        {
            await RefuseAsync(http, 400, e.Message);
        }
    }

    private JsonObject ShowCalls(HttpContext http)
    {
        var shown = new JsonObject
        {
            ["total"] = calls.Total,
            ["byOperation"] = new JsonObject(
                calls
                    .ByOperation.OrderBy(c => c.Key, StringComparer.Ordinal)
                    .Select(c => KeyValuePair.Create(c.Key, (JsonNode?)c.Value))
            ),
            ["byStatus"] = new JsonObject(
                calls.ByStatus.Select(c =>
                    KeyValuePair.Create(c.Key.ToString(CultureInfo.InvariantCulture), (JsonNode?)c.Value)
                )
            ),
        };
        if (int.TryParse(http.Request.Query["last"], CultureInfo.InvariantCulture, out var last) && last > 0)
            shown["last"] = new JsonArray([
                .. calls
                    .Last.TakeLast(last)
                    .Select(c => new JsonObject
                    {
                        ["operation"] = c.Operation,
                        ["path"] = c.Path,
                        ["status"] = c.Status,
                        ["at"] = c.At,
                    }),
            ]);
        return shown;
    }

    private async Task PutKnobsAsync(HttpContext http)
    {
        knobs.Set(await ReadAsync(http));
        await AnswerAsync(http, 200, knobs.Read());
    }

    // {"knobs":true} puts the knobs back, too.
    private async Task ResetAsync(HttpContext http)
    {
        var body = await RequestBody.ReadAsync(http);
        if (
            body is { Length: > 0 }
            && Parse(body)["knobs"] is JsonValue value
            && value.TryGetValue<bool>(out var knobsToo)
            && knobsToo
        )
            knobs.Restore();
        restart();
        await DoneAsync(http);
    }

    private async Task AddFaultAsync(HttpContext http)
    {
        var body = await ReadAsync(http);
        var unknown = body.Select(m => m.Key).Where(name => !_faultMembers.Contains(name)).ToArray();
        if (unknown.Length > 0)
            throw new HandMadeRefusedException(
                $"unknown: {string.Join(", ", unknown)}; a fault has: {string.Join(", ", _faultMembers)}"
            );
        var fault = new Fault
        {
            Method = Text(body, "method"),
            Path = Text(body, "path") is { Length: > MostPattern }
                ? throw new HandMadeRefusedException($"path: at most {MostPattern} characters")
                : Text(body, "path"),
            Nth = Number(body, "nth", 1, 1_000_000_000) ?? 1,
            Times = Number(body, "times", 0, 1_000_000_000) ?? 1,
            Status = Number(body, "status", Fault.LeastStatus, Fault.MostStatus),
            Description = Text(body, "description"),
            RetryAfter = Number(body, "retryAfter", 0, 86_400),
            DelayMs = Number(body, "delayMs", 0, 3_600_000) ?? 0,
            AnswerDelayMs = Number(body, "answerDelayMs", 0, 3_600_000) ?? 0,
            Drop = Word<Drop>(body, "drop"),
            Effect = Flag(body, "effect"),
            Body = Word<SpoiledBody>(body, "body"),
            DripMs = Number(body, "dripMs", 0, 60_000) ?? 50,
        };
        faults.Add(fault);
        await AnswerAsync(http, 201, new JsonObject { ["faults"] = faults.Show() });
    }

    // One account, or a list of them: all or none cannot be promised of a list, the first
    // that is not understood ends it.
    private async Task MakeUsersAsync(HttpContext http)
    {
        var body = await RequestBody.ReadAsync(http) ?? throw new HandMadeRefusedException("the body is too large");
        if (ParseNode(body) is not JsonArray list)
        {
            var id = workspace.MakeUser(Parse(body));
            await ShowAsync(http, workspace.User(id), 201);
            return;
        }
        var ids = new JsonArray();
        foreach (var item in list)
            ids.Add(workspace.MakeUser(item as JsonObject ?? throw new HandMadeRefusedException("a list of accounts")));
        await AnswerAsync(http, 201, new JsonObject { ["ids"] = ids });
    }

    private async Task ChangeUserAsync(HttpContext http, string id)
    {
        var body = await ReadAsync(http);
        if (workspace.User(id) is not null)
            workspace.ChangeUser(id, Without(body, "id"));
        await ShowAsync(http, workspace.User(id));
    }

    private async Task MakeGroupAsync(HttpContext http)
    {
        var id = workspace.MakeGroup(await ReadAsync(http));
        await ShowAsync(http, workspace.Group(id), 201);
    }

    private async Task ChangeGroupAsync(HttpContext http, string id)
    {
        var body = await ReadAsync(http);
        if (workspace.Group(id) is not null)
            workspace.ChangeGroup(id, Without(body, "id"));
        await ShowAsync(http, workspace.Group(id));
    }

    // All of them, or a page by startIndex and count. Written some hundred at a time, each time
    // under the gate for a moment only.
    private async Task ListAsync<T>(
        HttpContext http,
        string name,
        IReadOnlyList<T> live,
        Action<Utf8JsonWriter, T> write,
        CancellationToken stopping
    )
    {
        T[] all;
        lock (workspace.Gate)
            all = [.. live];
        var from = Query("startIndex") is { } start ? Math.Clamp(start - 1, 0, all.Length) : 0;
        var count = Query("count") is { } asked ? Math.Clamp(asked, 0, all.Length - from) : all.Length - from;
        http.Response.ContentType = "application/json; charset=utf-8";
        var output = http.Response.BodyWriter;
        await using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        writer.WriteNumber("total", all.Length);
        writer.WriteStartArray(name);
        for (var at = from; at < from + count; at += AtOnce)
        {
            lock (workspace.Gate)
                for (var i = at; i < Math.Min(at + AtOnce, from + count); i++)
                    write(writer, all[i]);
            await writer.FlushAsync(stopping);
            await output.FlushAsync(stopping);
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
        await writer.FlushAsync(stopping);

        int? Query(string parameter) =>
            int.TryParse(http.Request.Query[parameter], CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    private static Task RemovedAsync(HttpContext http, bool wasThere) =>
        wasThere ? DoneAsync(http) : ShowAsync(http, null);

    private static Task ShowAsync(HttpContext http, JsonObject? shown, int status = 200) =>
        shown is null ? RefuseAsync(http, 404, "there is nothing of that id") : AnswerAsync(http, status, shown);

    public static Task RefuseAsync(HttpContext http, int status, string why) =>
        AnswerAsync(http, status, new JsonObject { ["error"] = why });

    private static Task DoneAsync(HttpContext http, Action? act = null)
    {
        act?.Invoke();
        http.Response.StatusCode = 204;
        return Task.CompletedTask;
    }

    private static async Task AnswerAsync(HttpContext http, int status, JsonObject body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json; charset=utf-8";
        await http.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes<JsonNode>(body));
    }

    private static async Task<JsonObject> ReadAsync(HttpContext http) =>
        Parse(await RequestBody.ReadAsync(http) ?? throw new HandMadeRefusedException("the body is too large"));

    private static JsonObject Parse(byte[] body) =>
        ParseNode(body) as JsonObject ?? throw new HandMadeRefusedException("a JSON object is expected");

    private static JsonNode? ParseNode(byte[] body)
    {
        try
        {
            return SoundJson.Parse(body);
        }
        catch (JsonException e)
        {
            throw new HandMadeRefusedException("this is no sound JSON: " + e.Message, e);
        }
    }

    private static JsonObject Without(JsonObject body, string name)
    {
        body.Remove(name);
        return body;
    }

    private static string? Text(JsonObject body, string name)
    {
        if (body[name] is not { } node)
            return null;
        return node is JsonValue value && value.TryGetValue<string>(out var text)
            ? text
            : throw new HandMadeRefusedException($"{name}: a text");
    }

    private static int? Number(JsonObject body, string name, int least, int most)
    {
        if (body[name] is not { } node)
            return null;
        return node is JsonValue value && value.TryGetValue<int>(out var number) && number >= least && number <= most
            ? number
            : throw new HandMadeRefusedException($"{name}: a whole number from {least} to {most}");
    }

    private static bool Flag(JsonObject body, string name)
    {
        if (body[name] is not { } node)
            return false;
        return node is JsonValue value && value.TryGetValue<bool>(out var flag)
            ? flag
            : throw new HandMadeRefusedException($"{name}: true or false");
    }

    // The words and nothing else: Enum.TryParse takes numbers and lists, too.
    private static T? Word<T>(JsonObject body, string name)
        where T : struct, Enum
    {
        if (Text(body, name) is not { } word)
            return null;
        var at = Array.FindIndex(Enum.GetNames<T>(), n => n.Equals(word, StringComparison.OrdinalIgnoreCase));
        return at >= 0
            ? Enum.GetValues<T>()[at]
            : throw new HandMadeRefusedException(
                $"{name}: one of {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}"
            );
    }
}
