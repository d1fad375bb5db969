using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimGateway.SlackEmulator;
using ScimGateway.SlackEmulator.Http;
using ScimGateway.SlackEmulator.Tuning;

if (CommandLine.AsksForHelp(args))
{
    Console.WriteLine(CommandLine.Usage);
    return 0;
}

var (parsed, complaint) = CommandLine.Parse(args);
if (parsed is null)
{
    await Console.Error.WriteLineAsync(complaint + "\n\n" + CommandLine.Usage);
    return 2;
}

JsonObject? knobs = null;
if (parsed.KnobsFile is { } file)
{
    try
    {
        var text = Encoding.UTF8.GetBytes(await File.ReadAllTextAsync(file));
        knobs = SoundJson.Parse(text, JsonCommentHandling.Skip) as JsonObject;
    }
    catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
    {
        await Console.Error.WriteLineAsync($"--knobs: {e.Message}");
        return 2;
    }
    if (knobs is null)
    {
        await Console.Error.WriteLineAsync($"--knobs: {file} is not a JSON object");
        return 2;
    }
}

try
{
    await using var server = await SlackEmulatorServer.StartAsync(
        new()
        {
            Url = parsed.Url,
            Seed = parsed.Seed,
            Knobs = knobs,
        }
    );
    var url = server.BaseUrl.ToString().TrimEnd('/');
    Console.WriteLine($"Slack emulator  {url}");
    Console.WriteLine($"SCIM v1         {url}/scim/v1/");
    Console.WriteLine($"OAuth           {url}/oauth/v2/authorize  {url}/api/oauth.v2.access");
    Console.WriteLine($"control         {url}/_emulator/calls knobs faults reset users groups");
    Console.WriteLine($"token           {SlackEmulatorServer.Token}");
    Console.WriteLine($"data            {server.Workspace.UserCount} users, {server.Workspace.GroupCount} groups");

    var asked = new TaskCompletionSource();
    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
    using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
    await asked.Task;
    return 0;

    void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        asked.TrySetResult();
    }
}
catch (KnobRefusedException e)
{
    await Console.Error.WriteLineAsync($"--knobs: {e.Message}");
    return 2;
}
// Kestrel makes an IOException of an address in use; one that is not allowed comes as the socket says it.
catch (Exception e) when (e is IOException or SocketException)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
