using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Xunit;

namespace ScimGateway.Host.Tests.Guides;

/// <summary>
/// docs/suites.md says what the gateway answers where suites want something else: each of its requests is sent, in order.
/// </summary>
public partial class SuitesTests
{
    [Fact]
    public async Task What_the_page_says_of_an_answer_is_what_comes()
    {
        await using var gateway = await Gateway.StartAsync();
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Gateway.Token);
        var user = await MadeAsync(
            client,
            gateway,
            "Users",
            "\"userName\":\"kim\",\"emails\":[{\"value\":\"kim@corp.example\"}]"
        );
        var group = await MadeAsync(client, gateway, "Groups", "\"displayName\":\"Crew\"");
        var rows = Guide.Suites().Rows("it sends");
        Assert.True(rows.Count > 25, $"the page has {rows.Count} requests");

        var wrong = new List<string>();
        foreach (var row in rows)
        {
            var (request, with) = (Named(row[0].Trim('`')), Named(row[1].Trim('`')));
            var said = await SendAsync(client, gateway, request, with);
            if (Unmet(row[2], said) is { } problem)
                wrong.Add($"{request} {with}\n  {problem}\n  {said}");
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));

        string Named(string text) =>
            text.Replace("{user}", user, StringComparison.Ordinal).Replace("{group}", group, StringComparison.Ordinal);
    }

    // 204, `ETag`, no `Content-Type`: a status first, then what is there and what is not.
    private static string? Unmet(string answer, string said)
    {
        if (!said.StartsWith(answer[..3] + "\n", StringComparison.Ordinal))
            return $"the page has {answer[..3]}";
        foreach (Match part in Parts().Matches(answer.Split(": ")[0]))
            if (
                said.Contains(part.Groups["text"].Value, StringComparison.OrdinalIgnoreCase)
                == part.Groups["no"].Success
            )
                return $"the page has {part.Value}";
        return null;
    }

    private static async Task<string> SendAsync(HttpClient client, Gateway gateway, string line, string with)
    {
        var (method, path) = (line.Split(' ', 2)[0], line.Split(' ', 2)[1]);
        using var request = new HttpRequestMessage(
            new HttpMethod(method),
            gateway.Base.ToString().TrimEnd('/')
                + path.Replace(" ", "%20", StringComparison.Ordinal).Replace("\"", "%22", StringComparison.Ordinal)
        );
        var header = with.StartsWith('{') ? null : with.Split(": ", 2);
        if (header is not { Length: 2 } ? with.Length > 0 : header[0] == "Content-Type")
            request.Content = new StringContent(
                header is null ? with : "x",
                Encoding.UTF8,
                header is null ? "application/scim+json" : header[1]
            );
        else if (header is { Length: 2 })
            request.Headers.TryAddWithoutValidation(header[0], header[1]);
        using var answer = await client.SendAsync(request);
        var body = await answer.Content.ReadAsStringAsync();
        return $"{(int)answer.StatusCode}\n{answer.Headers}{answer.Content.Headers}\n{body}";
    }

    private static async Task<string> MadeAsync(HttpClient client, Gateway gateway, string kind, string says)
    {
        var body = $$"""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:{{kind[..^1]}}"],{{says}}}""";
        var said = await SendAsync(client, gateway, $"POST /{kind}", body);
        return (string)JsonNode.Parse(said[said.IndexOf('{', StringComparison.Ordinal)..])!["id"]!;
    }

    [GeneratedRegex("(?<no>no )?`(?<text>[^`]+)`")]
    private static partial Regex Parts();
}
