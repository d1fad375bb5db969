using ScimGateway.Host.CommandLine;
using ScimGateway.Host.Demo;

return args switch
{
    ["demo", .. var rest] when DemoOptions.Parse(rest) is { } options => await DemoCommand.RunAsync(
        options,
        TimeProvider.System
    ),
    _ => Usage.Print(),
};
