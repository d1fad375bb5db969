namespace ScimGateway.Cli;

/// <summary>The administrators' commands as a program of their own, for a machine without a server.</summary>
internal static class CommandLineProgram
{
    public static async Task<int> Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["healthcheck", .. var rest] when HealthCheck.AddressOf(rest, () => Connection.Local) is { } gateway:
                return await HealthCheck.RunAsync(gateway, Console.Error);
            case ["serve" or "demo" or "store", .. var rest] when !rest.Contains("--help"):
                await Console.Error.WriteLineAsync(
                    $"'{arguments[0]}' is a command of the server's program, ScimGateway.Host. This program asks a gateway that runs."
                );
                return Exit.WrongUse;
            default:
                return await Commands.RunAsync(arguments.Length == 0 ? ["--help"] : arguments);
        }
    }
}
