using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ScimGateway.Host.Tests.Admin;
using ScimGateway.Provisioning.Storage;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Storage;

/// <summary>What a provider is told when the store has something that the gateway did not write.</summary>
public sealed class DamageTests
{
    [Theory]
    [InlineData("PATCH")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public Task A_damaged_document_is_no_fault_of_the_provider_s(string method) =>
        FailsAsync(
            $"update resources set document = {(TestStore.IsPostgres ? "'\\x7b22'" : "x'7B22'")}",
            (provider, ada) =>
                Gateway.SendAsync(
                    provider,
                    new HttpMethod(method),
                    $"Users/{ada}",
                    method switch
                    {
                        "PATCH" => Patch("active", "false"),
                        "PUT" => User("ada", "ada@corp.example"),
                        _ => null,
                    }
                )
        );

    [Fact]
    public Task A_damaged_rule_is_no_fault_of_the_provider_s() =>
        FailsAsync(
            "update rules set filter = '))(('",
            (provider, _) => Gateway.SendAsync(provider, HttpMethod.Post, "Users", User("bob", "bob@corp.example"))
        );

    private static async Task FailsAsync(
        string damage,
        Func<HttpClient, string, Task<(HttpStatusCode Status, JsonObject? Body, HttpResponseMessage Response)>> ask
    )
    {
        var log = new Lines();
        await using var served = await ServedGateway.StartAsync(services =>
            services.AddSingleton<ILoggerProvider>(log)
        );
        var token = await served.SetUpAsync();
        await served.EnableAsync();
        await served.AskAsync(HttpMethod.Patch, "tenants/acme/rules", """{"R":"userName pr"}""");
        using var provider = served.Provider("acme", token);
        var ada = await CreateAsync(provider, "ada", "ada@corp.example");
        Assert.NotEqual(0, await StoreTables.TamperAsync(served.Store, damage + OneTenants.NotAlone));

        var (status, body, _) = await ask(provider, ada);

        Assert.Equal(HttpStatusCode.InternalServerError, status);
        Assert.Equal("500", (string?)body!["status"]);
        Assert.Contains(log.All, line => line.Contains("InvalidDataException", StringComparison.Ordinal));
    }
}
