using ScimGateway.Stories;
using ScimGateway.Stories.Running;

if (Options.Parse(args) is not { } options)
{
    await Console.Error.WriteLineAsync(
        "stories [--stories N] [--seed S] [--one SEED] [--file FILE]… [--most N] [--workers N] [--stop] [--no-shrink] [--without STEP,STEP]"
    );
    return 2;
}
if (options.Workers > 0)
    return await Crew.RunAsync(options, Console.WriteLine) ? 0 : 1;
Idle.Require();
return await Task.Run(() => new Evening(options, Console.WriteLine).RunAsync()) ? 0 : 1;
