using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ScimGateway.Host.Demo;
using ScimGateway.Host.Secrets;
using ScimGateway.Provisioning.Homes;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Budget;
using ScimGateway.SlackEmulator;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Secrets;

/// <summary>Tenants' tokens for Slack, in the store of a gateway that runs and starts again.</summary>
public class SlackTokenTests
{
    private const string Another = "xoxp-another-7c41";

    [Fact]
    public async Task No_token_can_be_read_in_the_store_and_each_can_by_the_gateway()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Tenants = 2 });
        await gateway.SendAsync(HttpMethod.Post, "Users", User("ada", "ada@corp.example"));

        var whole = KeptStore.WholeOf(gateway.Data);

        Assert.True(
            KeptStore.Has(whole, Encoding.UTF8.GetBytes("ada@corp.example")),
            "the dump has what the store has"
        );
        Assert.False(KeptStore.Has(whole, Encoding.UTF8.GetBytes(SlackEmulatorServer.Token)));
        Assert.Equal(SlackEmulatorServer.TokenOf(1), await TokenAsync(gateway, 1));
        Assert.Equal(SlackEmulatorServer.TokenOf(2), await TokenAsync(gateway, 2));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_tenant_that_was_connected_anew_is_called_by_that_token_after_a_start(bool isCrash)
    {
        await using var gateway = await Gateway.StartAsync();
        Grant(gateway, SlackEmulatorServer.Token, Another);
        await gateway
            .Part<Homes>()
            .ConnectAsync(
                Gateway.Tenant,
                gateway.Slack.ScimUrl,
                Another,
                SlackLimits.Unlimited,
                TestContext.Current.CancellationToken
            );
        Grant(gateway, Another); // the former token is none any more

        if (isCrash)
            await gateway.CrashAsync();
        else
            await gateway.RestartAsync();

        var (status, _, _) = await gateway.SendAsync(HttpMethod.Post, "Users", User("ada", "ada@corp.example"));
        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal(Another, await TokenAsync(gateway, 1));
        Assert.False(KeptStore.Has(KeptStore.WholeOf(gateway.Data), Encoding.UTF8.GetBytes(Another)));
    }

    [Fact]
    public async Task A_token_that_Slack_does_not_take_is_not_kept_in_place_of_the_former()
    {
        await using var gateway = await Gateway.StartAsync();

        await Assert.ThrowsAsync<SlackUnreadableException>(() =>
            gateway
                .Part<Homes>()
                .ConnectAsync(
                    Gateway.Tenant,
                    gateway.Slack.ScimUrl,
                    Another,
                    SlackLimits.Unlimited,
                    TestContext.Current.CancellationToken
                )
        );

        Assert.Equal(SlackEmulatorServer.Token, await TokenAsync(gateway, 1));
    }

    [Fact]
    public async Task A_tenant_that_was_never_connected_has_no_home_and_is_told_so()
    {
        await using var gateway = await Gateway.StartAsync();
        var caller = await gateway.Store.WriteAsync(
            session => Tenants.Open(session, "new", "New", "s", DemoTenant.Lenient),
            TestContext.Current.CancellationToken
        );

        var refused = await Assert.ThrowsAsync<SlackUnreadableException>(() =>
            gateway
                .Part<Homes>()
                .StartAsync(
                    caller.TenantId,
                    gateway.Slack.ScimUrl,
                    SlackLimits.Unlimited,
                    TestContext.Current.CancellationToken
                )
        );

        Assert.Equal("The tenant has no Slack token; connect it with one.", refused.Message);
    }

    [Fact]
    public async Task A_token_from_another_tenants_row_starts_no_home()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Tenants = 2 });
        var second = (await ClosedAsync(gateway, 2))!;
        await gateway.Store.WriteAsync(
            session =>
            {
                TenantConnections.SetToken(session, Gateway.Tenant, new KeptToken(second, null, null, null));
                return true;
            },
            TestContext.Current.CancellationToken
        );

        await Assert.ThrowsAsync<SecretUnreadableException>(() =>
            gateway
                .Part<Homes>()
                .StartAsync(
                    Gateway.Tenant,
                    gateway.Slack.ScimUrl,
                    SlackLimits.Unlimited,
                    TestContext.Current.CancellationToken
                )
        );
    }

    [Fact]
    public async Task The_demo_makes_its_own_master_key_once_and_does_not_start_without_it()
    {
        await using var slack = await SlackEmulatorServer.StartAsync();
        var setting = new Setting();
        var data = Directory.CreateTempSubdirectory("scimgateway-tests-").FullName;
        var key = Path.Combine(data, "master.key");
        var options = setting.Options(slack.BaseUrl, data);
        await using (await BuildAsync()) { }
        var made = await File.ReadAllTextAsync(key, TestContext.Current.CancellationToken);
        await using (await BuildAsync()) { }
        Assert.Equal(made, await File.ReadAllTextAsync(key, TestContext.Current.CancellationToken));

        File.Delete(key);
        var refused = await Assert.ThrowsAsync<MasterKeyException>(BuildAsync);
        Assert.Equal(2, await DemoCommand.RunAsync(options, TimeProvider.System));
        Assert.False(File.Exists(key)); // another one would be of no use, and be taken for this one
        MasterKeyFile.TryMake(key);
        Assert.Equal(2, await DemoCommand.RunAsync(options, TimeProvider.System));

        Assert.Equal(
            $"{key}, the file of the demo's master key, is not there: put it back from where you keep a copy of it, or name another one.",
            refused.Message
        );
        ScimGateway.Tests.TestStore.Drop(data);

        Task<Microsoft.AspNetCore.Builder.WebApplication> BuildAsync() =>
            DemoCommand.BuildAsync(options, [setting.Tenant(Gateway.Token)], setting.Clock);
    }

    private static void Grant(Gateway gateway, params string[] tokens) =>
        gateway.Slack.Knobs.Set(
            "auth.tokens",
            new JsonArray([
                .. tokens.Select(token => new JsonObject
                {
                    ["token"] = token,
                    ["rank"] = "primary_owner",
                    ["level"] = "org",
                    ["scopes"] = new JsonArray("admin"),
                }),
            ])
        );

    private static async Task<string> TokenAsync(Gateway gateway, int tenant) =>
        gateway
            .Part<KeptSecrets>()
            .Reveal(new TenantId(tenant), SecretUse.SlackToken, (await ClosedAsync(gateway, tenant))!);

    private static async Task<byte[]?> ClosedAsync(Gateway gateway, int tenant) =>
        await gateway.Store.AskAsync(session => TenantConnections.Token(session, new TenantId(tenant))?.Closed);
}
