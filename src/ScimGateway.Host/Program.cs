using ScimGateway.Cli;
using ScimGateway.Host.Demo;
using ScimGateway.Host.Serve;

return args switch
{
    ["healthcheck", .. var rest] when HealthCheck.AddressOf(rest, ServeSettings.HealthUrls) is { } gateway =>
        await HealthCheck.RunAsync(gateway, Console.Error),
    ["demo", .. var rest] when DemoOptions.Parse(rest) is { } options => await DemoCommand.RunAsync(
        options,
        TimeProvider.System
    ),
    ["serve", .. var rest] => await ServeCommand.RunAsync(rest, TimeProvider.System),
    ["store", "copy", .. var rest] => await StoreCopyCommand.RunAsync(rest, TimeProvider.System),
    [] => await ServeCommand.RunAsync(args, TimeProvider.System),
    [var first, ..] when ServeSettings.IsOne(first) => await ServeCommand.RunAsync(args, TimeProvider.System),
    _ => await Commands.RunAsync(args),
};
