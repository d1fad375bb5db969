using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Npgsql;
using ScimGateway.Kill;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Cluster;

/// <summary>An instance that dies at once: another one goes on with its tenants, and what was acknowledged is there.</summary>
public class KilledInstanceTests
{
    // So many that each of two instances has one, but by the rarest chance; then there are more.
    private const int Tenants = 4;

    // Some seconds until the other one knows, and a busy machine.
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(40);

    [Fact]
    [Trait("speed", "slow")]
    public async Task The_tenants_of_an_instance_that_is_killed_go_on_at_the_other_one_with_all_that_was_answered()
    {
        await using var two = await TwoAsync();
        var made = new List<string>();
        foreach (var (i, customer) in two.Gateways.Customers.Index())
            made.Add(await MakeAsync(i % 2 == 0 ? two.One : two.Other, customer, "ada"));

        await two.One.KillAsync();

        foreach (var (customer, id) in two.Gateways.Customers.Zip(made))
        {
            await UntilAsync(async () => await ReadAsync(two.Other, customer, id) == HttpStatusCode.OK);
            await MakeAsync(two.Other, customer, "bob");
        }
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_write_whose_instance_is_killed_is_done_once_and_answered_by_the_next()
    {
        await using var two = await TwoAsync();
        await two.AtOne.Weather.AnswerLateAsync("POST", 8_000);

        var asked = MakeAsync(two.Other, two.AtOne, "ada");
        await UntilAsync(async () => await InSlackAsync(two.AtOne, "ada") == 1);
        await two.One.KillAsync();

        var made = await asked;
        await UntilAsync(async () =>
            (string?)(await two.AskAsync("links?search=ada"))!["items"]![0]!["state"] == "settled"
        );
        Assert.Equal(1, await InSlackAsync(two.AtOne, "ada"));
        Assert.Equal(HttpStatusCode.OK, await ReadAsync(two.Other, two.AtOne, made));
        Assert.Contains("takenOver", (await two.AskAsync("notifications"))!.ToJsonString(), StringComparison.Ordinal);
        await UntilAsync(() =>
            Task.FromResult(
                two.Other.Said.Contains(
                    $"home.taken-over tenant={two.AtOne.Slug}: Tenant {two.AtOne.Slug} goes on at this instance",
                    StringComparison.Ordinal
                )
            )
        );
        using var prometheus = new HttpClient { BaseAddress = two.Other.Metrics };
        Assert.Matches(
            @"\nscim_homes_taken_over_total\{[^}]*\} [1-9]",
            await prometheus.GetStringAsync(new Uri("/metrics", UriKind.Relative))
        );
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task Of_a_bulk_request_whose_instance_is_killed_no_operation_is_said_to_tell()
    {
        await using var two = await TwoAsync();
        await two.AtOne.Weather.AnswerLateAsync("POST", 8_000);

        var asked = SendAsync(
            two.Other,
            two.AtOne,
            HttpMethod.Post,
            "Bulk",
            $$"""{"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"Operations":[{"method":"POST","path":"/Users","bulkId":"1","data":{{User("ada", "ada@c.example")}}}]}"""
        );
        await UntilAsync(async () => await InSlackAsync(two.AtOne, "ada") == 1);
        await two.One.KillAsync();

        var (answer, body) = await asked;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("may be done", body!.ToJsonString(), StringComparison.Ordinal);
        Assert.False(answer.Headers.Contains("X-Operation-Id"));
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task An_instance_that_stands_still_loses_its_tenants_and_ends_when_it_goes_on()
    {
        await using var two = await TwoAsync();
        await MakeAsync(two.Other, two.AtOne, "bob"); // over a connection that the next one takes, too: it need not be opened

        two.One.Hold(true);
        await MakeAsync(two.Other, two.AtOne, "ada");
        two.One.Hold(false);

        await UntilAsync(() => Task.FromResult(two.One.HasEnded));
        Assert.Equal(1, await InSlackAsync(two.AtOne, "ada"));
    }

    // As those do that start while the database has lost the sessions of one that goes on.
    [Fact]
    [Trait("speed", "slow")]
    public async Task An_instance_without_which_others_have_begun_the_cluster_anew_ends()
    {
        await using var two = await TwoAsync();
        var made = await MakeAsync(two.Other, two.AtOne, "ada");

        await using (var store = NpgsqlDataSource.Create(TestStore.AsDatabase(two.Folder)))
        await using (
            var forget = store.CreateCommand(
                "with anew as (update cluster set version = 0) delete from cluster_members"
            )
        )
        {
            Assert.Equal(2, await forget.ExecuteNonQueryAsync());
        }

        await UntilAsync(() => Task.FromResult(two.One.HasEnded));
        // The other one has been forgotten, too, and is started again.
        await UntilAsync(async () =>
        {
            try
            {
                return await ReadAsync(two.Other, two.AtOne, made) == HttpStatusCode.OK;
            }
            catch (HttpRequestException)
            {
                return false; // it does not listen just then
            }
        });
    }

    // Two instances as processes, of which the first has a tenant and is not started again.
    private static async Task<Two> TwoAsync()
    {
        for (var tenants = Tenants; ; tenants *= 2)
        {
            var folder = Directory.CreateTempSubdirectory("scimgateway-killed-").FullName;
            var gateways = await Gateways.StartAsync(
                "k",
                instances: 2,
                tenants,
                new Random(),
                TestStore.AsDatabase(folder),
                folder,
                new Figures()
            );
            var one = gateways.Instances[0];
            one.DownUntil = DateTimeOffset.MaxValue;
            foreach (var customer in gateways.Customers)
                if (
                    (string?)(await customer.AskAsync(one.Url, HttpMethod.Get, $"tenants/{customer.Slug}"))!["home"]
                    == one.Silo
                )
                    return new Two(folder, gateways, customer);
            await gateways.DisposeAsync();
            TestStore.Drop(folder);
        }
    }

    private sealed record Two(string Folder, Gateways Gateways, Customer AtOne) : IAsyncDisposable
    {
        public Instance One => Gateways.Instances[0];

        public Instance Other => Gateways.Instances[1];

        /// <summary>Asks the other one of the tenant that is at the first.</summary>
        public Task<JsonNode?> AskAsync(string path) =>
            AtOne.AskAsync(Other.Url, HttpMethod.Get, $"tenants/{AtOne.Slug}/{path}");

        public async ValueTask DisposeAsync()
        {
            await Gateways.DisposeAsync();
            TestStore.Drop(Folder);
        }
    }

    private static async Task<int> InSlackAsync(Customer customer, string name) =>
        (await customer.Weather.AccountsAsync()).Count(account => account.UserName == name);

    private static async Task<HttpStatusCode> ReadAsync(Instance instance, Customer customer, string id) =>
        (await SendAsync(instance, customer, HttpMethod.Get, $"Users/{id}")).Answer.StatusCode;

    private static async Task<string> MakeAsync(Instance instance, Customer customer, string name)
    {
        var (answer, body) = await SendAsync(
            instance,
            customer,
            HttpMethod.Post,
            "Users",
            User(name, $"{name}@c.example")
        );
        Assert.True(
            answer.StatusCode is HttpStatusCode.Created or HttpStatusCode.Accepted,
            $"{answer.StatusCode} {body}"
        );
        return (string)body!["id"]!;
    }

    private static async Task<(HttpResponseMessage Answer, JsonNode? Body)> SendAsync(
        Instance instance,
        Customer customer,
        HttpMethod method,
        string path,
        string? body = null
    )
    {
        using var provider = new HttpClient();
        using var request = new HttpRequestMessage(method, new Uri(instance.Url, $"{customer.Slug}/scim/v2/{path}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", customer.Token);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/scim+json");
        var answer = await provider.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return (answer, text.Length == 0 ? null : JsonNode.Parse(text));
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (!await isSo())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < _soon, "it takes too long");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, CancellationToken.None);
        }
    }
}
