using System.Net;
using System.Text;
using ScimGateway.Host.Tests.Admin;
using Xunit;
using static ScimGateway.Host.Tests.Admin.LinkRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Telemetry;

/// <summary>What a collector is told.</summary>
[Collection("alone")] // the meters and traces are those of the process
public class TraceTests
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";

    [Fact]
    public async Task One_trace_leads_from_a_providers_request_through_the_queue_to_the_call_to_Slack()
    {
        await using var collector = await Collector.StartAsync();
        await using var served = await ServedGateway.StartAsync(0, null, "--otlp-url", collector.Url);
        using var provider = await SetUpAsync(served, "{}");
        await served.EnableAsync();
        await CreateAsync(provider, "bob", "bob@corp.example");
        using var asked = new HttpRequestMessage(HttpMethod.Post, "Users");
        asked.Headers.Add("traceparent", $"00-{Trace}-00f067aa0ba902b7-01");
        asked.Content = new StringContent(User("ada", "ada@corp.example"), Encoding.UTF8, "application/scim+json");
        Assert.Equal(HttpStatusCode.Created, (await provider.SendAsync(asked)).StatusCode);
        var filter = Uri.EscapeDataString("userName eq \"ada\"");
        await provider.GetAsync($"Users?filter={filter}");

        await served.RestartAsync(); // which sends what is left

        var (called, told, request) = (Of("slack PostUser"), Of("tell Slack"), Of("POST /{tenant}/scim/v2/Users/"));
        Assert.Equal((told.Id, request.Id, "00f067aa0ba902b7"), (called.Parent, told.Parent, request.Parent));
        Assert.Contains(collector.Spans, span => span.Name == "slack PostUser" && span.Trace != Trace);
        Assert.Contains(collector.Metrics, sent => sent.Contains("scim.homes", StringComparison.Ordinal));
        // A read leads to no call.
        Assert.DoesNotContain(collector.Spans, span => span.Name.StartsWith("GET /", StringComparison.Ordinal));
        // Neither what was looked for nor who was told.
        foreach (var sent in collector.Spans.Select(span => span.Everything).Concat(collector.Metrics))
        {
            Assert.DoesNotContain("Lovelace", sent, StringComparison.Ordinal);
            Assert.DoesNotContain("corp.example", sent, StringComparison.Ordinal);
            Assert.DoesNotContain("userName", sent, StringComparison.Ordinal);
        }

        Span Of(string name) => collector.Spans.Single(span => span.Name == name && span.Trace == Trace);
    }

    [Theory]
    [InlineData("collector")]
    [InlineData("ftp://127.0.0.1:4318")]
    [InlineData("http://ana:secret@127.0.0.1:4318")]
    public async Task What_is_no_collector_is_said_at_the_start(string url)
    {
        var wrong = await Assert.ThrowsAnyAsync<Exception>(() => ServedGateway.StartAsync(0, null, "--otlp-url", url));

        Assert.Contains("it is the URL of a collector", wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", wrong.Message, StringComparison.Ordinal);
    }
}
