namespace ScimGateway.Stories.Telling;

/// <summary>Cuts a story that fails down to the fewest steps with which the same check still fails.</summary>
internal static class Shrinker
{
    /// <summary>The shortest story that was found.</summary>
    public static async Task<Story> ShrinkAsync(Story story, Func<Story, Task<bool>> fails)
    {
        var steps = story.Steps.ToList();
        for (var size = Math.Max(1, steps.Count / 2); ; size = Math.Max(1, size / 2))
        {
            var before = steps.Count;
            for (var at = steps.Count - size; at >= 0; at -= size)
            {
                var less = steps.ToList();
                less.RemoveRange(at, size);
                if (await fails(story with { Steps = less }))
                    steps = less;
                at = Math.Min(at, steps.Count);
            }
            if (size == 1 && steps.Count == before)
                break;
        }
        story = story with { Steps = steps };
        foreach (var name in story.Preferences.Keys)
        {
            var less = story with { Preferences = story.Preferences.Where(one => one.Key != name).ToDictionary() };
            if (await fails(less))
                story = less;
        }
        for (var i = 0; i < story.Steps.Count; i++)
            while (await SimplerAsync(i) is { } less)
                story = less;
        return story;

        // What is simpler has things in it that are simpler, so each is looked at anew.
        async Task<Story?> SimplerAsync(int i)
        {
            foreach (var simpler in Simpler(story.Steps[i]))
            {
                var less = story with { Steps = [.. story.Steps.Select((step, at) => at == i ? simpler : step)] };
                if (less.Print() != story.Print() && await fails(less))
                    return less;
            }
            return null;
        }
    }

    // The same with less in it.
    private static IEnumerable<Step> Simpler(Step step)
    {
        switch (step)
        {
            case Step.Post post:
                foreach (var said in Simpler(post.Said, post.Who))
                    yield return post with
                    {
                        Said = said,
                    };
                yield return post with
                {
                    Source = 0,
                };
                break;
            case Step.Put put:
                foreach (var said in Simpler(put.Said, put.Who))
                    yield return put with
                    {
                        Said = said,
                    };
                break;
            case Step.Patch patch:
                yield return patch with
                {
                    Also = null,
                    And = null,
                };
                if (patch.Also is { } also)
                    yield return patch with
                    {
                        Path = also,
                        Value = patch.And,
                        Also = null,
                        And = null,
                    };
                break;
            case Step.MakeByHand make:
                yield return make with
                {
                    Second = null,
                };
                break;
            case Step.PostGroup post:
                for (var i = post.Members.Length - 1; i >= 0; i--)
                    yield return post with
                    {
                        Members = [.. post.Members.Where((_, at) => at != i)],
                    };
                break;
            case Step.Bulk bulk:
                for (var i = bulk.Steps.Length - 1; i >= 0; i--)
                    yield return bulk with
                    {
                        Steps = [.. bulk.Steps.Where((_, at) => at != i)],
                    };
                yield return bulk with
                {
                    FailOnErrors = 0,
                };
                if (bulk.Steps is [var alone])
                    yield return alone;
                for (var i = 0; i < bulk.Steps.Length; i++)
                    foreach (var simpler in Simpler(bulk.Steps[i]))
                        yield return bulk with
                        {
                            Steps = [.. bulk.Steps.Select((step, at) => at == i ? simpler : step)],
                        };
                break;
            case Step.PatchGroup { Changes.Length: 2 } patch:
                yield return patch with
                {
                    Changes = [patch.Changes[0]],
                };
                yield return patch with
                {
                    Changes = [patch.Changes[1]],
                };
                break;
        }
    }

    private static IEnumerable<Said> Simpler(Said said, int who)
    {
        yield return said with
        {
            Secondary = null,
        };
        yield return said with
        {
            Title = null,
        };
        yield return said with
        {
            Manager = null,
        };
        yield return said with
        {
            Active = true,
        };
        yield return said with
        {
            UserName = Generator.People[who].Name,
        };
        yield return said with
        {
            Primary = Generator.People[who].Address,
        };
        yield return said with
        {
            Key = Generator.People[who].Key,
        };
    }
}
