using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Cli;
using ScimGateway.Host.Tests.CommandLine;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.SlackEmulator.Traffic;
using ScimGateway.Tests;
using Xunit;

namespace ScimGateway.Host.Tests.Admin;

/// <summary>Whoever changes the audit trail in the store is seen to have done so.</summary>
public class AuditSealTests
{
    [Fact]
    public async Task A_trail_that_nobody_has_changed_is_whole_and_what_was_noted_of_it_stays_true()
    {
        await using var served = await StartAsync();
        var before = await VerifyAsync(served);

        await served.AskAsync(HttpMethod.Patch, "tenants/acme", """{"name":"Acme 2"}""");

        var after = await VerifyAsync(served, $"?head={before["head"]}");
        Assert.Null(before["broken"]);
        Assert.Null(after["broken"]);
        Assert.Equal((long)before["lines"]! + 1, (long)after["lines"]!);
        Assert.Equal(0, (int)after["underWay"]!);
        var newest = (await served.AskAsync(HttpMethod.Get, "audit?limit=1"))["items"]![0]!;
        Assert.Equal($"{after["head"]}", $"{newest["line"]}:{newest["seal"]}");
    }

    [Theory]
    [InlineData("update audit_entries set label = 'nobody' where line = 3", 3, "changed")]
    [InlineData("update audit_entries set \"after\" = null where line = 3", 3, "changed")]
    [InlineData("update audit_entries set client = '10.0.0.1' where line = 1", 1, "changed")]
    [InlineData("update audit_entries set at = at + 1 where line = 4", 4, "changed")]
    [InlineData("update audit_entries set seal = 'a' where line = 2", 2, "changed")]
    [InlineData("delete from audit_entries where line = 3", 3, "deleted")]
    [InlineData("delete from audit_entries where line = 1", 1, "deleted")]
    [InlineData("update audit_entries set line = null, seal = null where line = 3", 3, "deleted")]
    public async Task A_line_that_was_changed_or_deleted_is_named(string tampering, int line, string says)
    {
        await using var served = await StartAsync();
        await TamperAsync(served, tampering);

        var found = await VerifyAsync(served);

        Assert.Equal(line, (int)found["broken"]!["line"]!);
        Assert.Contains(says, (string)found["broken"]!["why"]!, StringComparison.Ordinal);
        Assert.Equal(line - 1, (int)found["lines"]!);
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("-7", -7)]
    public async Task A_line_that_was_put_in_is_named_wherever_it_stands(string at, int line)
    {
        await using var served = await StartAsync();
        await TamperAsync(
            served,
            "insert into audit_entries (at, label, client, action, about, line, seal) "
                + $"values (1000, 'evil', '10.0.0.1', 'createKey', 'keys/9', {at}, '{new string('a', 64)}')"
        );

        Assert.Equal(line, (int)(await VerifyAsync(served))["broken"]!["line"]!);
    }

    [Fact]
    public async Task Lines_that_were_taken_from_the_end_are_missed_by_the_head_that_was_noted()
    {
        await using var served = await StartAsync();
        var head = await VerifyAsync(served);
        await TamperAsync(served, $"delete from audit_entries where line = {head["lines"]}");

        Assert.Null((await VerifyAsync(served))["broken"]);
        var found = await VerifyAsync(served, $"?head={head["head"]}");

        Assert.Equal((int)head["lines"]!, (int)found["broken"]!["line"]!);
        Assert.Contains(
            "was there when the head was noted",
            (string)found["broken"]!["why"]!,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_trail_that_was_sealed_anew_has_another_head_than_was_noted()
    {
        await using var served = await StartAsync();
        var head = await VerifyAsync(served);
        await TamperAsync(served, "update audit_entries set label = 'nobody' where line = 2");
        await TamperAsync(served, "update audit_entries set line = null, seal = null where line >= 2");
        await served.Store.WriteAsync(
            session =>
            {
                AuditSeals.SealLeft(session);
                return true;
            },
            CancellationToken.None
        );

        Assert.Null((await VerifyAsync(served))["broken"]);
        var found = await VerifyAsync(served, $"?head={head["head"]}");

        Assert.Equal((int)head["lines"]!, (int)found["broken"]!["line"]!);
        Assert.Contains("sealed anew", (string)found["broken"]!["why"]!, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_line_that_could_not_be_completed_is_completed_with_the_next()
    {
        await using var proxy = new StoreProxy();
        await using var served = await ServedGateway.StartAsync(
            0,
            null,
            "--store",
            proxy.To(TestStore.Database($"audit-{Guid.NewGuid():N}"))
        );
        await served.SetUpAsync();
        served.Slack.Faults.Add(new Fault { DelayMs = 60_000, Times = 0 });
        var test = served.Client.PostAsync("tenants/acme/connection/test", null);
        await Gateway.UntilAsync(async () => (int)(await VerifyAsync(served))["underWay"]! == 1);
        proxy.IsShut = true;
        proxy.CutAll();
        await test; // Slack has not answered in time, which nothing could write down

        proxy.IsShut = false;
        await Gateway.UntilAsync(async () =>
            (await served.SendAsync(HttpMethod.Patch, "tenants/acme", """{"name":"Another name"}""")).Status
            == HttpStatusCode.OK
        );
        var found = await VerifyAsync(served);
        Assert.Null(found["broken"]);
        Assert.Equal(0, (int)found["underWay"]!);
        Assert.All(
            (await served.AskAsync(HttpMethod.Get, "audit?limit=20"))["items"]!.AsArray(),
            line => Assert.NotNull(line!["status"])
        );
    }

    [Fact]
    public async Task What_a_gateway_that_died_has_begun_is_sealed_by_the_next()
    {
        await using var served = await StartAsync();
        await served.Store.WriteAsync(
            session =>
                AuditEntries.Insert(
                    session,
                    new AuditEntry
                    {
                        At = Instant.Of(DateTimeOffset.UnixEpoch),
                        Label = "Ana",
                        Action = "deleteTenant",
                    }
                ),
            CancellationToken.None
        );
        Assert.Equal(1, (int)(await VerifyAsync(served))["underWay"]!);

        await served.RestartAsync();

        var found = await VerifyAsync(served);
        Assert.Null(found["broken"]);
        Assert.Equal(0, (int)found["underWay"]!);
        await TamperAsync(served, "update audit_entries set label = 'Bob' where action = 'deleteTenant'");
        Assert.NotNull((await VerifyAsync(served))["broken"]);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("0:6bd1ee6a9f6c5d0e4b0f7a8c1c2f3d4e5a6b7c8d9e0f1a2b3c4d5e6f70819203")]
    [InlineData("1:nothing")]
    public async Task A_head_that_is_none_is_refused(string head)
    {
        await using var served = await StartAsync();

        var (status, problem, _) = await served.SendAsync(HttpMethod.Get, $"audit/seals?head={head}");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("64 hexadecimal digits", problem!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_command_says_whether_the_trail_is_whole_and_ends_with_1_where_it_is_not()
    {
        await using var served = await StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);

        Assert.Equal(Exit.Done, await entered.RunAsync("audit verify"));
        Assert.StartsWith("The audit trail is whole: ", entered.Out, StringComparison.Ordinal);
        var head = entered.Out.Trim().Split(' ')[^1];
        Assert.Equal(Exit.Done, await entered.RunAsync($"audit verify --head {head}"));
        await TamperAsync(served, "update audit_entries set label = 'nobody' where line = 3");

        Assert.Equal(Exit.Refused, await entered.RunAsync("audit verify"));
        Assert.StartsWith("Line 3 is wrong. ", entered.Out, StringComparison.Ordinal);
        Assert.Equal(
            Exit.Refused,
            await entered.RunAsync($"audit export --file {Path.Combine(entered.Home, "audit")}")
        );
        Assert.Contains("\nLine 3 is wrong. ", entered.Out, StringComparison.Ordinal);
    }

    // Six lines at least.
    private static async Task<ServedGateway> StartAsync()
    {
        var served = await ServedGateway.StartAsync();
        foreach (var slug in (string[])["acme", "globex", "initech", "umbrella"])
            await served.TenantAsync(slug);
        return served;
    }

    private static Task<JsonNode> VerifyAsync(ServedGateway served, string query = "") =>
        served.AskAsync(HttpMethod.Get, $"audit/seals{query}");

    private static async Task TamperAsync(ServedGateway served, string sql) =>
        Assert.NotEqual(0, await StoreTables.TamperAsync(served.Store, sql));
}
