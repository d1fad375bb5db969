using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Host.Admin;
using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Model;
using ScimGateway.SlackEmulator.Tests;
using Xunit;
using JournalRows = ScimGateway.Provisioning.Storage.Tables.Operations;

namespace ScimGateway.Host.Tests.Admin;

/// <summary>Operators see operations as they come and end, and miss none when the line breaks.</summary>
public class StreamTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    [Trait("speed", "slow")]
    public async Task An_operation_comes_when_it_is_written_and_again_when_it_ends()
    {
        await using var served = await ServedGateway.StartAsync(clock: _clock);
        var tenant = await served.TenantAsync();
        var other = await served.TenantAsync("other");
        await WriteAsync(served, tenant, "written before");
        await using var stream = await Listener.OpenAsync(served.Client, "tenants/acme/operations");
        await using var refused = await Listener.OpenAsync(served.Client, "tenants/acme/operations?outcome=refused");

        await WriteAsync(served, other, "another tenant's");
        var id = await WriteAsync(served, tenant, "first", "pending");
        await UntilAsync(stream, 1);
        await served.Store.WriteAsync(
            session =>
            {
                JournalRows.Refuse(session, id, ScimException.InvalidValue("No."), _clock.Now());
                return true;
            },
            CancellationToken.None
        );
        // Soon, and not only when it is forgotten that it was told before.
        await SoonAsync(stream, 2);
        await UntilAsync(refused, 1);

        Assert.Equal(["first pending", "first refused"], stream.Events);
        Assert.Equal(["first refused"], refused.Events);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_stream_that_broke_goes_on_where_it_was_also_in_another_process()
    {
        await using var served = await ServedGateway.StartAsync(clock: _clock);
        var tenant = await served.TenantAsync();
        await WriteAsync(served, tenant, "long ago");
        _clock.Advance(TimeSpan.FromMinutes(10));
        string last;
        await using (var stream = await Listener.OpenAsync(served.Client, "tenants/acme/operations"))
        {
            await WriteAsync(served, tenant, "heard");
            await UntilAsync(stream, 1);
            last = stream.LastId!;
            await served.RestartAsync();
            Assert.Null(await stream.EndAsync()); // the process has ended it, and not broken it
        }
        _clock.Advance(TimeSpan.FromMinutes(10));
        var missed = Enumerable.Range(0, 2_500).Select(i => $"missed {i:0000}").ToList();
        await Journaled.WriteAsync(
            served.Store,
            missed.Select((what, i) => Journaled.Line(tenant, _clock.GetUtcNow().AddMilliseconds(i), what, "done"))
        );

        await using var again = await Listener.OpenAsync(served.Client, "tenants/acme/operations", last);
        await Gateway.UntilAsync(() => Task.FromResult(again.Events.Count > missed.Count));
        await WriteAsync(served, tenant, "new");
        await UntilAsync(again, missed.Count + 2);

        // What came close before comes once more.
        Assert.Equal(["heard done", .. missed.Select(what => what + " done"), "new done"], again.Events);
    }

    [Fact]
    public async Task A_stream_has_a_heartbeat_and_ends_with_its_key()
    {
        await using var served = await ServedGateway.StartAsync(clock: _clock);
        await served.TenantAsync();
        var ends = _clock.GetUtcNow().AddHours(1).ToString("O");
        var key = await served.AskAsync(
            HttpMethod.Post,
            "keys",
            $$"""{"label":"a viewer","role":"viewer","expires":"{{ends}}"}"""
        );
        using var viewer = served.NewClient((string)key["secret"]!);
        await using var stream = await Listener.OpenAsync(viewer, "tenants/acme/operations");
        await Gateway.UntilAsync(() => Task.FromResult(_clock.Waiting > 0));

        await BeatAsync(1);
        await BeatAsync(2);
        _clock.Advance(TimeSpan.FromHours(1));
        await Gateway.UntilAsync(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(15));
            return Task.FromResult(stream.HasEnded);
        });
        Assert.Null(await stream.EndAsync());

        async Task BeatAsync(int count)
        {
            await Gateway.UntilAsync(() =>
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                return Task.FromResult(stream.Beats >= count);
            });
        }
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_stream_in_which_nothing_comes_ends_at_once_with_its_key_or_its_tenant()
    {
        await using var served = await ServedGateway.StartAsync(clock: _clock); // whose clock stands still: no heartbeat comes
        await served.TenantAsync();
        await served.TenantAsync("other");
        var key = await served.AskAsync(HttpMethod.Post, "keys", """{"label":"a viewer","role":"viewer"}""");
        using var viewer = served.NewClient((string)key["secret"]!);
        await using var keys = await Listener.OpenAsync(viewer, "tenants/acme/operations");
        await using var tenants = await Listener.OpenAsync(served.Client, "tenants/other/operations");
        await using var stays = await Listener.OpenAsync(served.Client, "tenants/acme/operations");

        await served.AskAsync(HttpMethod.Delete, $"keys/{key["id"]}");
        await served.AskAsync(HttpMethod.Delete, "tenants/other?confirm=other&withoutExport=true");

        Assert.Null(await keys.EndAsync());
        Assert.Null(await tenants.EndAsync());
        Assert.False(stays.HasEnded);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task Whoever_has_a_deleted_key_hears_nothing_more()
    {
        await using var served = await ServedGateway.StartAsync(clock: _clock);
        var tenant = await served.TenantAsync();
        var key = await served.AskAsync(HttpMethod.Post, "keys", """{"label":"a viewer","role":"viewer"}""");
        using var viewer = served.NewClient((string)key["secret"]!);
        await using var stream = await Listener.OpenAsync(viewer, "tenants/acme/operations");
        await using var another = await Listener.OpenAsync(served.Client, "tenants/acme/operations");
        await WriteAsync(served, tenant, "before");
        await SoonAsync(stream, 1);
        await UntilAsync(another, 1);

        await served.AskAsync(HttpMethod.Delete, $"keys/{key["id"]}");
        await WriteAsync(served, tenant, "after");
        await SoonAsync(another, 2);
        await Gateway.UntilAsync(() => Task.FromResult(stream.HasEnded));

        Assert.Equal(["before done"], stream.Events);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_tenant_has_so_many_streams_and_a_place_is_free_when_one_has_gone()
    {
        await using var served = await ServedGateway.StartAsync(clock: _clock);
        await served.TenantAsync();
        await served.TenantAsync("other");
        var open = new List<Listener>();
        for (var i = 0; i < OperationStreams.MostOfTenant; i++)
            open.Add(await Listener.OpenAsync(served.Client, "tenants/acme/operations"));

        Assert.Equal(HttpStatusCode.TooManyRequests, await TryAsync("acme"));
        Assert.Equal(HttpStatusCode.OK, await TryAsync("other"));
        await open[0].DisposeAsync();
        await Gateway.UntilAsync(async () => await TryAsync("acme") == HttpStatusCode.OK);
        // Each waits two seconds for what may still come.
        await Task.WhenAll(open.Skip(1).Select(stream => stream.DisposeAsync().AsTask()));

        async Task<HttpStatusCode> TryAsync(string slug)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"tenants/{slug}/operations");
            request.Headers.Accept.ParseAdd("text/event-stream");
            using var response = await served.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            return response.StatusCode;
        }
    }

    [Theory]
    [InlineData("?search=ada", "")]
    [InlineData("?from=2026-01-01T00:00:00Z", "")]
    [InlineData("", "nonsense")]
    [InlineData("", "99999999999999999.00000000-0000-0000-0000-000000000000")]
    public async Task What_a_stream_cannot_have_is_refused(string query, string last)
    {
        await using var served = await ServedGateway.StartAsync();
        await served.TenantAsync();

        var (status, _, _) = await ServedGateway.SendAsync(
            served.Client,
            HttpMethod.Get,
            $"tenants/acme/operations{query}",
            null,
            ("Accept", "text/event-stream"),
            ("Last-Event-ID", last)
        );

        Assert.Equal(HttpStatusCode.BadRequest, status);
    }

    private Task SoonAsync(Listener stream, int events)
    {
        var looks = 0;
        return Gateway.UntilAsync(() =>
        {
            if (looks++ % 5 == 0 && looks < 75)
                _clock.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(stream.Events.Count >= events);
        });
    }

    private Task UntilAsync(Listener stream, int events) =>
        Gateway.UntilAsync(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(stream.Events.Count >= events);
        });

    private async Task<OperationId> WriteAsync(
        ServedGateway served,
        TenantId tenant,
        string what,
        string outcome = "done"
    ) => (await Journaled.WriteAsync(served.Store, [Journaled.Line(tenant, _clock.GetUtcNow(), what, outcome)]))[0];

    /// <summary>Reads a stream as a browser does.</summary>
    private sealed class Listener : IAsyncDisposable
    {
        private readonly HttpResponseMessage _response;
        private readonly Task<Exception?> _reading;
        private readonly Lock _gate = new();
        private readonly List<string> _events = [];
        private string? _lastId;
        private int _beats;

        private Listener(HttpResponseMessage response)
        {
            _response = response;
            _reading = ReadAsync();
        }

        public List<string> Events
        {
            get
            {
                lock (_gate)
                    return [.. _events];
            }
        }

        public string? LastId
        {
            get
            {
                lock (_gate)
                    return _lastId;
            }
        }

        public int Beats
        {
            get
            {
                lock (_gate)
                    return _beats;
            }
        }

        public bool HasEnded => _reading.IsCompleted;

        public static async Task<Listener> OpenAsync(HttpClient client, string path, string? last = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Accept.ParseAdd("text/event-stream");
            if (last is not null)
                request.Headers.Add("Last-Event-ID", last);
            var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
            return new Listener(response);
        }

        /// <summary>What broke it; null if it has come to its end.</summary>
        public Task<Exception?> EndAsync() => _reading.WaitAsync(TimeSpan.FromSeconds(30));

        public async ValueTask DisposeAsync()
        {
            _response.Dispose();
            await _reading;
        }

        private async Task<Exception?> ReadAsync()
        {
            try
            {
                using var reader = new StreamReader(await _response.Content.ReadAsStreamAsync());
                string? id = null;
                while (await reader.ReadLineAsync() is { } line)
                    lock (_gate)
                        if (line.StartsWith("id: ", StringComparison.Ordinal))
                            id = line[4..];
                        else if (line.StartsWith(": ", StringComparison.Ordinal))
                            _beats++;
                        else if (line.StartsWith("data: ", StringComparison.Ordinal))
                        {
                            var one = JsonNode.Parse(line[6..])!;
                            _events.Add($"{one["request"]} {one["outcome"]}");
                            _lastId = id;
                        }
                return null;
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException or HttpRequestException)
            {
                return e;
            }
        }
    }
}
