using System.Diagnostics;
using System.Globalization;
using ScimGateway.Stories.Running;
using ScimGateway.Stories.Telling;

Idle.Require();
var done = new TaskCompletionSource<int>();
_ = Task.Run(async () =>
{
    try
    {
        done.SetResult(await RunAsync());
    }
    catch (Exception e)
    {
        Console.WriteLine(e);
        done.SetResult(2);
    }
});
return await done.Task;

async Task<int> RunAsync()
{
    int stories = 100, seed = 1, most = 3; bool isOne = false; string? file = null; bool shrinks = true;
    for (var i = 0; i < args.Length; i++)
        switch (args[i])
        {
            case "--stories": stories = int.Parse(args[++i], CultureInfo.InvariantCulture); break;
            case "--seed": seed = int.Parse(args[++i], CultureInfo.InvariantCulture); break;
            case "--one": (seed, stories, isOne) = (int.Parse(args[++i], CultureInfo.InvariantCulture), 1, true); break;
            case "--file": file = args[++i]; break;
            case "--most": most = int.Parse(args[++i], CultureInfo.InvariantCulture); break;
            case "--no-shrink": shrinks = false; break;
        }
    if (file is not null)
    {
        var told = await Told.Of(Story.Read(await File.ReadAllTextAsync(file)), Console.WriteLine);
        Console.WriteLine(told?.What ?? "all was as it should be");
        return told is null ? 0 : 1;
    }
    var watch = Stopwatch.StartNew();
    var failed = new Dictionary<string, int>();
    for (var i = 0; i < stories; i++)
    {
        var story = Generator.Of(seed + i);
        if (Environment.GetEnvironmentVariable("TRACE") is not null) await File.WriteAllTextAsync("/tmp/at-seed", $"{seed + i} {watch.Elapsed}");
        var told = await Told.Of(story, isOne ? Console.WriteLine : null);
        if (told is null) continue;
        failed[told.Check] = failed.GetValueOrDefault(told.Check) + 1;
        if (failed[told.Check] > most) continue;
        Console.WriteLine($"WRONG seed {seed + i}: {told.What}");
        if (shrinks)
        {
            var less = await told.ShrinkAsync(story);
            Console.WriteLine(less.Print());
            Console.WriteLine((await Told.Of(less))?.What ?? "not wrong any more");
        }
        Console.WriteLine();
    }
    Console.WriteLine($"{stories} stories in {watch.Elapsed.TotalSeconds:0.0} s, {stories / watch.Elapsed.TotalSeconds:0} a second; failed: {string.Join(", ", failed.Select(f => $"{f.Key} {f.Value}"))}");
    return failed.Count == 0 ? 0 : 1;
}
