using System.Runtime.InteropServices;
using ScimGateway.Conformance;
using ScimGateway.Conformance.Providers;
using ScimGateway.Conformance.Reports;

Options options;
IReadOnlyList<Requirement> requirements;
Weighing weighing;
try
{
    if (args.Contains("--help") || args.Length == 0)
    {
        Console.WriteLine(Options.Help);
        return args.Length == 0 ? 2 : 0;
    }
    options = Options.Parse(args);
    if (options.Version)
    {
        Console.WriteLine(Findings.Version);
        return 0;
    }
    weighing = Weighing.Of(options);
    foreach (var file in options.Reports)
        Report.Require(file);
    requirements = options.SyncSize is null ? Inventory.Of(options) : [];
    if (requirements.Count == 0 && options.SyncSize is null)
        throw new FormatException($"There is no requirement like {string.Join(", ", options.Only)}; --list shows all.");
    foreach (var id in options.Skip.Where(id => !requirements.Any(one => one.Is(id))))
        throw new FormatException($"--skip: there is no requirement like {id} among those that are asked for.");
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
if (await Run.RefusalAsync(server, options.Force, Console.WriteLine) is { } refusal)
{
    await Console.Error.WriteLineAsync(refusal);
    return 2;
}
using var stop = new CancellationTokenSource();

// Ctrl-C, and what build servers send.
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
var heading = new Heading(TimeProvider.System.GetUtcNow(), Findings.Version, options.Said);
var har = options.Reports.Any(Har.IsOne) ? new Har() : null;
var findings = options.SyncSize is { } size
    ? await FirstSync.RunAsync(
        server,
        size,
        result => Terminal.Tell(Console.Out, result),
        progress => Console.WriteLine($"        {progress}"),
        stop.Token
    )
    : await Run.AllAsync(
        server,
        requirements,
        weighing,
        result => Terminal.Tell(Console.Out, result),
        har is null ? null : har.Add,
        stop.Token
    );
findings = findings with { Heading = heading };
foreach (var file in options.Reports)
    await File.WriteAllTextAsync(file, Har.IsOne(file) ? har!.Text(heading) : Report.Text(file, findings));
foreach (
    var kept in findings.Results.Where(one =>
        one.Verdict.Outcome == Outcome.Passed && weighing.Known.Contains(one.Requirement.Id)
    )
)
    Console.WriteLine($"no more as in the baseline: {kept.Requirement.Id}");
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
