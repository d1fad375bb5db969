using ScimGateway.Host.CommandLine;
using ScimGateway.Host.Demo;

return args switch
{
    ["demo", .. var rest] => await DemoCommand.RunAsync(DemoOptions.Parse(rest)),
    _ => Usage.Print(),
};
