using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace ScimGateway.Load;

/// <summary>The gateway that is attacked, as somebody with a credential meets it.</summary>
internal sealed class Target(Uri url, string token, string tenant = "demo") : IDisposable
{
    private readonly HttpClient _client = new()
    {
        BaseAddress = new Uri(url, $"/{tenant}/scim/v2/"),
        Timeout = TimeSpan.FromMinutes(2),
    };

    /// <summary>A request to it as it goes over the wire.</summary>
    public byte[] Ask(string method, string path, string? body = null) =>
        Connection.Request(method, $"/{tenant}/scim/v2/{path}", token, body);

    /// <summary>A search that shows one user at most: what it costs is looking.</summary>
    public byte[] Search(string filter) =>
        Ask("POST", "Users/.search", new JsonObject { ["filter"] = filter, ["count"] = 1 }.ToJsonString());

    /// <summary>Some of the users that are there.</summary>
    public async Task<List<SampleUser>> SomeAsync(int count, int start = 1)
    {
        var page = await AnswerAsync(new HttpRequestMessage(HttpMethod.Get, $"Users?count={count}&startIndex={start}"));
        return
        [
            .. page["Resources"]!
                .AsArray()
                .Select(user => new SampleUser(
                    (string)user!["id"]!,
                    (string)user["userName"]!,
                    (string)user["emails"]![0]!["value"]!
                )),
        ];
    }

    /// <summary>Makes so many users; their ids.</summary>
    public async Task<List<string>> MakeUsersAsync(int count, Func<int, string> document)
    {
        var ids = new List<string>();
        for (var i = 0; i < count; i++)
            ids.Add(await MakeAsync("Users", document(i)));
        return ids;
    }

    /// <summary>Makes a group of so many of those who are there; its id.</summary>
    public async Task<string> MakeGroupAsync(int members)
    {
        var people = await SomeAsync(members);
        return await MakeAsync(
            "Groups",
            $"{{\"displayName\":\"Attacked\",\"members\":[{string.Join(',', people.Select(user => $"{{\"value\":\"{user.Id}\"}}"))}]}}"
        );
    }

    public void Dispose() => _client.Dispose();

    private async Task<string> MakeAsync(string endpoint, string document)
    {
        using var body = new StringContent(
            document,
            Encoding.UTF8,
            MediaTypeHeaderValue.Parse("application/scim+json")
        );
        return (string)(await AnswerAsync(new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = body }))["id"]!;
    }

    private async Task<JsonNode> AnswerAsync(HttpRequestMessage request)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await _client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? JsonNode.Parse(text)!
            : throw new InvalidDataException(
                $"{request.Method} {request.RequestUri} was answered {(int)answer.StatusCode}: {text}"
            );
    }
}
