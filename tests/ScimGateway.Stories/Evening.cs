using System.Diagnostics;
using ScimGateway.Stories.Believing;
using ScimGateway.Stories.Telling;

namespace ScimGateway.Stories;

/// <summary>One story after the other, in this process.</summary>
internal sealed class Evening(Options options, Action<string> say)
{
    private readonly Dictionary<string, int> _wrong = [];

    /// <summary>Tells them; false if something was wrong.</summary>
    public async Task<bool> RunAsync()
    {
        var began = Stopwatch.GetTimestamp();
        if (options.Files.Count > 0)
        {
            foreach (var file in options.Files)
                await OfAsync(Story.Read(await File.ReadAllTextAsync(file)), Path.GetFileName(file));
            return _wrong.Count == 0;
        }
        var many = 0;
        for (var i = 0; i < options.Stories && !(options.Stops && _wrong.Count > 0); i++, many++)
        {
            var seed = options.Seed + (i * options.Stride);
            await OfAsync(Generator.Of(seed).Without(options.Without), $"seed {seed}");
        }
        var took = Stopwatch.GetElapsedTime(began);
        say(
            $"told {many} in {took.TotalSeconds:0.0} s, {many / took.TotalSeconds:0} a second; wrong: {_wrong.Values.Sum()}"
                + (_wrong.Count == 0 ? "" : $" ({string.Join(", ", _wrong.Select(one => $"{one.Key} {one.Value}"))})")
        );
        say(Figures.Print());
        return _wrong.Count == 0;
    }

    private async Task OfAsync(Story story, string name)
    {
        var told =
            options.Tells || options.Files.Count == 1 ? await Told.Of(story, say)
            : options.Files.Count > 1 ? await Told.Of(story)
            : await Told.OneOfMany(story);
        if (told is null)
            return;
        if (Known.Of(told, story) is { } known)
        {
            Figures.Count($"known: {known}");
            if (options.Files.Count > 0)
                say($"KNOWN {known}: {told.What}");
            return;
        }
        _wrong[told.Check] = _wrong.GetValueOrDefault(told.Check) + 1;
        if (_wrong[told.Check] > options.Most)
            return;
        say($"WRONG {name}: {told.What}");
        if (!options.Shrinks)
            return;
        var less = await told.ShrinkAsync(story);
        say($"cut down to {less.Steps.Count} steps: {(await Told.Of(less))?.What ?? "and then it is not wrong"}");
        say(less.Print());
        say("");
    }
}
