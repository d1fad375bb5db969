namespace ScimGateway.Load;

/// <summary>
/// A bare YARP hop: the forwarder and nothing beside it, no routes to choose from, no transforms of its own.
/// </summary>
internal static class Hop
{
    public static async Task RunAsync(Arguments arguments)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(arguments.Text("--urls"));
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddRouting();
        builder.Services.AddHttpForwarder();
        await using var app = builder.Build();
        app.MapForwarder("/{**any}", arguments.Text("--to"));
        await app.RunAsync();
    }
}
