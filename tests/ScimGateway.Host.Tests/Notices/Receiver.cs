using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ScimGateway.Provisioning.Executing;

namespace ScimGateway.Host.Tests.Notices;

/// <summary>Takes a webhook's POSTs, or does not.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly List<(IHeaderDictionary Headers, string Body)> _received = [];

    private Receiver(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.First() + "/hook?key=in-the-address");

    /// <summary>What is answered from now on.</summary>
    public int Answers { get; set; } = 204;

    /// <summary>What happens before it is taken.</summary>
    public Func<Task>? Before { get; set; }

    /// <summary>What is taken and is none of the test's business.</summary>
    public string? Ignores { get; set; }

    /// <summary>What came, whatever was answered.</summary>
    public List<(IHeaderDictionary Headers, string Body)> Received
    {
        get
        {
            lock (_received)
                return [.. _received];
        }
    }

    public static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var receiver = new Receiver(app);
        app.Run(receiver.TakeAsync);
        await app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        if (Before is not null)
            await Before();
        if (Ignores is not null && body.Contains(Ignores, StringComparison.Ordinal))
            return;
        context.Response.StatusCode = Answers;
        if (Answers is >= 300 and < 400)
            context.Response.Headers.Location = "/elsewhere";
        lock (_received)
            _received.Add((new HeaderDictionary(context.Request.Headers.ToDictionary()), body));
    }
}
