using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using ScimGateway.Host.Security;
using ScimGateway.Host.Tests.Scim;
using ScimGateway.Host.Tests.Security;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Tenants;
using Xunit;

namespace ScimGateway.Host.Tests.Lane;

/// <summary>A script that speaks to Slack's SCIM v1, with the gateway's address and credential in Slack's place.</summary>
internal sealed class Script(HttpClient client) : IDisposable
{
    /// <summary>The preferences of a tenant whose lane writes.</summary>
    public static readonly Preferences Writes = Demo.DemoTenant.Lenient with { V1Lane = V1Lane.Write };

    /// <summary>A script with a credential of a source of the tenant.</summary>
    public static async Task<Script> OfAsync(Gateway gateway, int source = 1, string tenant = "demo")
    {
        var (_, made) = await gateway.MakeAsync(new NewCredential { Kind = "slackV1" }, source, tenant);
        var client = new HttpClient { BaseAddress = new Uri(gateway.Base, $"/{tenant}/slack/v1/") };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", made.Secret);
        return new Script(client);
    }

    /// <summary>What it asks with.</summary>
    public HttpClient Client => client;

    public async Task<(int Status, JsonObject? Body, HttpResponseMessage Answer)> SendAsync(
        string method,
        string path,
        string? body = null
    )
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Described.Require(request.Method, answer.RequestMessage!.RequestUri!, answer, text);
        return ((int)answer.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text)!.AsObject(), answer);
    }

    /// <summary>The status alone.</summary>
    public async Task<int> StatusAsync(string method, string path, string? body = null) =>
        (await SendAsync(method, path, body)).Status;

    /// <summary>The words of a refusal, as Slack writes them.</summary>
    public async Task<(int Status, string Words)> RefusedAsync(string method, string path, string? body = null)
    {
        var (status, said, answer) = await SendAsync(method, path, body);
        Assert.Equal(status, (int)said!["Errors"]!["code"]!);
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        return (status, (string)said["Errors"]!["description"]!);
    }

    public void Dispose() => client.Dispose();

    /// <summary>A user as v1 scripts make one.</summary>
    public static string User(string name, string? address = null) =>
        $$"""{"schemas":["urn:scim:schemas:core:1.0"],"userName":"{{name}}","nickName":"{{name}}","name":{"givenName":"G","familyName":"F"},"emails":[{"value":"{{address ?? name + "@corp.example"}}","primary":true}],"active":true}""";

    /// <summary>What the journal has of writes by the lane, oldest first.</summary>
    public static List<Operation> Lines(Gateway gateway)
    {
        using var kept = gateway.Kept();
        return
        [
            .. kept
                .Operations.AsEnumerable()
                .Where(line => line.Request.Contains("slack/v1", StringComparison.Ordinal))
                .OrderBy(line => line.At)
                .ThenBy(line => line.Id.Value),
        ];
    }
}
