using System.Text.Json.Nodes;
using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Homes;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage.Tables;
using Xunit;

namespace ScimGateway.Host.Tests.Security;

/// <summary>Credentials as an administrator makes and ends them, and requests that show them.</summary>
internal static class Access
{
    /// <summary>Makes one for a source of the tenant; it lets in from now on.</summary>
    public static async Task<(CredentialId Id, Minted Made)> MakeAsync(
        this Gateway gateway,
        NewCredential wanted,
        int source = 1,
        string tenant = "demo",
        Func<Credential, Credential>? spoil = null
    )
    {
        var home = gateway.Part<Homes>().Find(tenant)!;
        var made = Minted.Make(wanted, source, gateway.Now());
        var row = spoil is null ? made.Row : spoil(made.Row);
        var id = await gateway.Store.WriteAsync(
            session => Credentials.Insert(session, row),
            TestContext.Current.CancellationToken,
            home.Id
        );
        await gateway.Part<SourceCredentials>().ReloadAsync(home);
        return (id, made);
    }

    /// <summary>Ends one.</summary>
    public static async Task EndAsync(this Gateway gateway, CredentialId id, int source = 1)
    {
        await gateway.Store.WriteAsync(
            session => Credentials.Delete(session, Gateway.Tenant, source, id),
            TestContext.Current.CancellationToken,
            Gateway.Tenant
        );
        await gateway.Part<SourceCredentials>().ReloadAsync(gateway.Home);
    }

    /// <summary>The time as the gateway has it.</summary>
    public static Instant Now(this Gateway gateway) => Instant.Of(gateway.Part<TimeProvider>().GetUtcNow());

    /// <summary>A request with this as its Authorization, word for word.</summary>
    public static async Task<HttpResponseMessage> AskAsync(
        this Gateway gateway,
        string? authorization,
        HttpMethod? method = null,
        string path = "/demo/scim/v2/Users",
        string? body = null
    )
    {
        using var client = new HttpClient { BaseAddress = gateway.Base };
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, path);
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        if (body is not null)
            request.Content = new StringContent(body, null, "application/scim+json");
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>What came of that.</summary>
    public static async Task<int> StatusAsync(
        this Gateway gateway,
        string? authorization,
        HttpMethod? method = null,
        string path = "/demo/scim/v2/Users",
        string? body = null
    )
    {
        using var answer = await gateway.AskAsync(authorization, method, path, body);
        return (int)answer.StatusCode;
    }

    /// <summary>A request to the token endpoint.</summary>
    public static async Task<(int Status, JsonObject Body, HttpResponseMessage Answer)> TokenAsync(
        this Gateway gateway,
        IEnumerable<KeyValuePair<string, string>> form,
        string? authorization = null,
        string tenant = "demo"
    )
    {
        using var client = new HttpClient { BaseAddress = gateway.Base };
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/{tenant}/oauth/token")
        {
            Content = new FormUrlEncodedContent(form),
        };
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return ((int)answer.StatusCode, JsonNode.Parse(text)!.AsObject(), answer);
    }

    /// <summary>The same, of a client that shows its secret in the body.</summary>
    public static Task<(int Status, JsonObject Body, HttpResponseMessage Answer)> TokenAsync(
        this Gateway gateway,
        Minted client
    ) =>
        gateway.TokenAsync(
            new Dictionary<string, string>
            {
                ["grant_type"] = "client_credentials",
                ["client_id"] = client.User!,
                ["client_secret"] = client.Secret!,
            }
        );
}
