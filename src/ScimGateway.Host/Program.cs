using ScimGateway.Host.CommandLine;
using ScimGateway.Host.Demo;
using ScimGateway.Host.Serve;

return args switch
{
    ["demo", .. var rest] when DemoOptions.Parse(rest) is { } options => await DemoCommand.RunAsync(
        options,
        TimeProvider.System
    ),
    ["serve", .. var rest] => await ServeCommand.RunAsync(rest, TimeProvider.System),
    [] or ["--init" or "--help", ..] => await ServeCommand.RunAsync(args, TimeProvider.System),
    _ => Usage.Print(),
};
