using System.Net;
using Microsoft.Extensions.DependencyInjection;
using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Planning;
using ScimGateway.Provisioning.Subjects;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Executing;

/// <summary>The engine comes to rest, whatever sets links in motion.</summary>
public class RestTests
{
    [Fact]
    public async Task Who_cannot_be_sent_an_address_is_not_woken_by_it()
    {
        await using var gateway = await Gateway.StartAsync();
        var first = await MadeAsync(gateway, "w1", true, "f@corp.example");
        var second = await MadeAsync(gateway, "w2", false, "p@corp.example", "s@corp.example", "f@corp.example");
        var before = gateway.Wishes();

        Assert.Equal(
            HttpStatusCode.OK,
            await PatchAsync(gateway, first, "emails[type eq \\\"work\\\"].value", "\"g@corp.example\"")
        );
        await gateway.QuietAsync();

        Assert.Equal("Blocked", gateway.State(second));
        Assert.Equal(before + 1, gateway.Wishes());
        await gateway.RestartAsync();
        await gateway.QuietAsync();
        Assert.Equal(before + 1, gateway.Wishes());
    }

    [Fact]
    public async Task Who_waits_for_an_address_and_is_inactive_is_woken_by_it_once()
    {
        await using var gateway = await Gateway.StartAsync();
        var first = await MadeAsync(gateway, "w1", true, "f@corp.example");
        var second = await MadeAsync(gateway, "w2", false, "p@corp.example", "f@corp.example");
        var before = gateway.Wishes();

        await PatchAsync(gateway, first, "emails[type eq \\\"work\\\"].value", "\"g@corp.example\"");
        await gateway.QuietAsync();

        Assert.Equal("Blocked", gateway.State(second));
        Assert.Equal(before + 2, gateway.Wishes());
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, second, "active", "true"));
        await gateway.QuietAsync();
        Assert.Single(await gateway.AccountsAsync("f@corp.example"));
    }

    [Fact]
    public async Task What_is_planned_again_without_end_is_stopped_and_told_of()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting
            {
                More = services =>
                {
                    var accounts = services.Single(one => one.ImplementationType == typeof(Accounts));
                    services.Remove(accounts);
                    services.AddSingleton<Accounts>();
                    services.AddSingleton<Subject, WithoutRest>();
                },
            }
        );
        var calm = await MadeAsync(gateway, "ada", true, "ada@corp.example");
        var other = await MadeAsync(gateway, WithoutRest.Name, true, "w@corp.example");
        await gateway.QuietAsync();

        Assert.Equal("Failed", gateway.State(other));
        Assert.InRange(gateway.Wishes(), 50, 200);
        var (notice, _, _) = Assert.Single(
            gateway.Notices.List(Gateway.Tenant),
            sent => sent.Notice.Cause == Cause.Restless
        );
        Assert.Contains("which is a bug, and stopped", notice.Text, StringComparison.Ordinal);

        // Nobody else pays for it, and it goes on with its next change: as far as before.
        Assert.Equal("Settled", gateway.State(calm));
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, calm, "title", "\"Countess\""));
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, other, "title", "\"Countess\""));
        await gateway.QuietAsync();
        Assert.Equal("Failed", gateway.State(other));
        var wishes = gateway.Wishes();
        await gateway.RestartAsync();
        await gateway.QuietAsync();
        Assert.Equal(wishes, gateway.Wishes());
    }

    private static async Task<string> MadeAsync(Gateway gateway, string name, bool active, params string[] addresses)
    {
        var emails = string.Join(
            ',',
            addresses.Select(
                (address, at) =>
                    $$"""{"value":"{{address}}","type":"{{_types[at]}}","primary":{{(at == 0 ? "true" : "false")}}}"""
            )
        );
        var (status, body, _) = await gateway.SendAsync(
            HttpMethod.Post,
            "Users",
            $$"""
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"{{name}}","active":{{(
                active ? "true" : "false"
            )}},
             "name":{"givenName":"Ada","familyName":"Lovelace"},"emails":[{{emails}}]}
            """
        );
        Assert.Equal(HttpStatusCode.Created, status);
        return (string)body!["id"]!;
    }

    private static readonly string[] _types = ["work", "home", "other"];

    /// <summary>Accounts with a fault: one of them is planned again whenever it has ended.</summary>
    private sealed class WithoutRest(Accounts accounts) : Subject
    {
        public const string Name = "restless";

        public override Kind Kind => accounts.Kind;

        internal override void Release(Recording recording, Wanted settled)
        {
            accounts.Release(recording, settled);
            if (settled.Link.UserName != Name)
                return;
            Wishes.Renew(recording.Store, Linked(recording, settled), "without end", recording.Now);
            recording.Renew(settled.Link.Id);
        }

        private static Link Linked(Recording recording, Wanted settled) =>
            Provisioning.Storage.Tables.Links.Get(recording.Store, settled.Link.Id);

        internal override Transition? Judge(Reply reply) => accounts.Judge(reply);

        internal override Link Delivered(
            Recording recording,
            Reply reply,
            Transition.Deliver delivered,
            Link before,
            Link after
        ) => accounts.Delivered(recording, reply, delivered, before, after);

        internal override Link Removed(Recording recording, Reply reply, Link link) =>
            accounts.Removed(recording, reply, link);

        internal override Link AskedWithoutResult(Recording recording, Reply reply, Link link) =>
            accounts.AskedWithoutResult(recording, reply, link);

        internal override Link EndAsking(Recording recording, Reply reply, Link link) =>
            accounts.EndAsking(recording, reply, link);

        internal override Link? Carry(Recording recording, Reply reply, Transition transition, Link link) =>
            accounts.Carry(recording, reply, transition, link);

        internal override bool TryTakeBack(Recording recording, Link link) => accounts.TryTakeBack(recording, link);
    }
}
