using System.Runtime.InteropServices;
using ScimGateway.Conformance;
using ScimGateway.Conformance.Providers;
using ScimGateway.Conformance.Reports;

Options options;
IReadOnlyList<Requirement> requirements;
try
{
    if (args.Contains("--help") || args.Length == 0)
    {
        Console.WriteLine(Options.Help);
        return args.Length == 0 ? 2 : 0;
    }
    options = Options.Parse(args);
    foreach (var file in options.Reports)
        Report.Require(file);
    requirements = options.SyncSize is null ? Inventory.Of(options) : [];
    if (requirements.Count == 0 && options.SyncSize is null)
        throw new FormatException($"There is no requirement like {string.Join(", ", options.Only)}; --list shows all.");
}
catch (FormatException e)
{
    await Console.Error.WriteLineAsync($"{e.Message} --help says what there is.");
    return 2;
}

if (options.List)
{
    foreach (var requirement in requirements)
        Console.WriteLine(Terminal.Line(requirement));
    Console.WriteLine($"{requirements.Count} requirements, {requirements.Count(one => one.Check is not null)} checked");
    return 0;
}

using var server = new Server(options);
if (await Run.RefusalAsync(server, options.Force) is { } refusal)
{
    await Console.Error.WriteLineAsync(refusal);
    return 2;
}
using var stop = new CancellationTokenSource();

// Ctrl-C, and what build servers send.
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
var findings = options.SyncSize is { } size
    ? await FirstSync.RunAsync(
        server,
        size,
        result => Terminal.Tell(Console.Out, result),
        progress => Console.WriteLine($"        {progress}"),
        stop.Token
    )
    : await Run.AllAsync(server, requirements, result => Terminal.Tell(Console.Out, result), stop.Token);
foreach (var file in options.Reports)
    await Report.WriteAsync(file, findings);
Terminal.Close(Console.Out, findings);
if (stop.IsCancellationRequested && (options.SyncSize is not null || findings.Results.Count < requirements.Count))
{
    await Console.Error.WriteLineAsync(
        options.SyncSize is not null
            ? "It was stopped: not all was synchronised."
            : $"It was stopped: {requirements.Count - findings.Results.Count} requirements were not asked for."
    );
    return 2;
}
return findings.Count(Outcome.Failed) == 0 ? 0 : 1;

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true; // what was made is removed first
    stop.Cancel();
}
