using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Stories.Believing;
using ScimGateway.Stories.Running;

namespace ScimGateway.Stories.Telling;

/// <summary>What came of telling a story: nothing, or what was wrong.</summary>
internal sealed record Told(string Check, string What)
{
    /// <summary>Tells a story in a world of its own; null if all was as it should be.</summary>
    public static async Task<Told?> Of(Story story, Action<string>? tell = null)
    {
        if (Begins(story) is not { } preferences)
            return null;
        await using var world = await World.MakeAsync(preferences);
        return await InAsync(world, story, tell);
    }

    /// <summary>
    /// The same in a world that may have had another story. What is wrong there is told once more in one of its own:
    /// only what is wrong there, too, can be told again.
    /// </summary>
    public static async Task<Told?> OneOfMany(Story story)
    {
        if (Begins(story) is not { } preferences)
            return null;
        var world = await World.TakeAsync(preferences);
        if (await InAsync(world, story, null) is null)
        {
            await world.GiveBackAsync();
            return null;
        }
        await world.DisposeAsync();
        for (var tries = 0; tries < 2; tries++)
            if (await Of(story) is { } told)
                return told;
        Figures.Count("wrong, and not wrong in a world of its own");
        return null;
    }

    private static async Task<Told?> InAsync(World world, Story story, Action<string>? tell)
    {
        try
        {
            await new Teller(world, story, tell).TellAsync();
            return null;
        }
        catch (WrongException wrong)
        {
            return new Told(wrong.Check, wrong.Message);
        }
#pragma warning disable CA1031 // whatever it is, the story says how to come there again
        catch (Exception e)
#pragma warning restore CA1031
        {
            return new Told(e.GetType().Name, e.ToString());
        }
    }

    /// <summary>Tells a story that failed with less and less in it.</summary>
    public Task<Story> ShrinkAsync(Story story) => Shrinker.ShrinkAsync(story, FailsAsync);

    // What runs side by side does not come in the same order each time.
    private async Task<bool> FailsAsync(Story less)
    {
        for (var tries = 0; tries < 2; tries++)
            if (await Of(less) is { } told && told.Check == Check)
                return true;
        return false;
    }

    // Preferences that contradict themselves begin no story.
    private static Preferences? Begins(Story story)
    {
        var all = JsonNode.Parse(new Preferences().ToJson())!.AsObject();
        foreach (var (name, value) in story.Preferences)
            all[name] = JsonNode.Parse(value);
        try
        {
            return Preferences.FromJson(all.ToJsonString());
        }
        catch (PreferencesException)
        {
            return null;
        }
    }
}
