using System.Text.Json.Nodes;

namespace ScimGateway.Conformance.Providers;

/// <summary>Sends what a scenario says, step by step, and looks at what comes back.</summary>
internal static class Replay
{
    /// <param name="Says">What came back, and what it has to be.</param>
    /// <param name="Cause">What stands behind it; null if nobody knows.</param>
    private sealed record Unmet(string Says, string? Cause);

    /// <summary>What a server makes of it.</summary>
    public static async Task<Verdict> OfAsync(Server server, Scenario scenario)
    {
        if (Lacked(server, scenario) is { } lacked)
            return Verdict.Skipped(lacked);
        var values = Placeholders.Of(
            scenario,
            guid: () => server.Made.Mark(Guid.NewGuid().ToString()),
            shortId: () => server.Made.Mark(server.ShortName())
        );
        try
        {
            foreach (var step in scenario.Steps)
                if (await UnmetAsync(server, scenario, step, values) is { } unmet)
                    return step.IsSetup ? Verdict.Skipped($"what the provider finds could not be made: {unmet.Says}")
                        : unmet.Cause is { } cause ? Verdict.Broken(unmet.Says, cause)
                        : Verdict.Broken(unmet.Says);
            return Verdict.Kept;
        }
        finally
        {
            foreach (var path in scenario.CleanUp.Where(values.HasAllOf))
                server.Made.RemoveLater(values.InPath(path));
        }
    }

    /// <summary>What a server has to announce for it.</summary>
    public static Feature Needed(Scenario scenario)
    {
        var needed = Feature.None;
        foreach (var step in scenario.Steps)
        {
            if (step.Method == HttpMethod.Patch)
                needed |= Feature.Patch;
            if (step.Path.Contains("filter=", StringComparison.Ordinal) && step.Endpoint is "Users" or "Groups")
                needed |= Feature.Filter;
            needed |= step.Endpoint switch
            {
                "Users" => Feature.Users,
                "Groups" => Feature.Groups,
                "Bulk" => Feature.Bulk,
                _ => Feature.None,
            };
        }
        return needed;
    }

    // What it rests on and the server does not have; null if it has all.
    private static string? Lacked(Server server, Scenario scenario)
    {
        // Who is let in by something else would be so still.
        if (server.Token is null && scenario.Steps.Any(step => step.Headers.ContainsKey("Authorization")))
            return "it is about the bearer token, and none was said with --token";
        foreach (var word in scenario.Requires)
            if (
                server.Lacked.Contains(word, StringComparer.OrdinalIgnoreCase)
                || server.Announced.Schemas.Count > 0
                    && word is "roles" or "entitlements"
                    && server.Announced.Attribute(Words.User, word) is null
            )
                return $"the server has no {word}";
        foreach (var step in scenario.Steps)
        {
            var attributes = Attributes(server, step);
            foreach (var path in step.Operations.SelectMany(PathsOf))
                if (attributes.LackedBy(path) is { } name)
                    return $"the server announces no {name} that it would keep";
        }
        return null;
    }

    private static IEnumerable<string> PathsOf(JsonObject operation) =>
        operation.At("path").AsText() is { } path
            ? [path]
            : (operation.At("value") as JsonObject ?? []).Select(member => member.Key);

    private static KeptAttributes Attributes(Server server, Step step) =>
        new(server.Announced, server.Lacked, step.Endpoint);

    private static async Task<Unmet?> UnmetAsync(Server server, Scenario scenario, Step step, Placeholders values)
    {
        var answer = await server.SendAsync(
            step.Method,
            values.InPath(step.Path).TrimStart('/'),
            step.RawBody is { } raw ? values.In(raw)
                : step.Body is { } body ? values.In(body).ToJsonString()
                : null,
            [.. Headers(server, scenario, step, values)]
        );
        var unmet = step.Expects.Unmet(answer, values, Attributes(server, step));
        foreach (var (name, path) in step.Captures)
            if (path.In(answer.Json) is { } value)
                values[name] = value.AsText() ?? value.ToJsonString();
            else
                unmet ??= $"{path} is missing";
        return unmet is null
            ? null
            : new Unmet($"{(step.Name is { } said ? $"{said}: " : "")}{answer}: {unmet}", Cause(answer, unmet));
    }

    // What many scenarios meet is what an RFC asks for, too: all of them, and that requirement, are one cause then.
    private static string? Cause(Exchange answer, string unmet) =>
        !answer.IsFine
            ? unmet.StartsWith("status is ", StringComparison.Ordinal)
                ? "RFC7644-3.12-form"
                : answer.Refusal
            : answer.Method == HttpMethod.Delete
                ? "RFC7644-3.6-answer"
                : unmet.StartsWith("members is ", StringComparison.Ordinal) && !answer["members"].IsSomething()
                    ? "RFC7643-4.2-members"
                    : null;

    // A step's own header stands before the scenario's, and null takes one away.
    private static IEnumerable<SentHeader> Headers(Server server, Scenario scenario, Step step, Placeholders values)
    {
        foreach (
            var (name, value) in step.Headers.Concat(scenario.Headers.Where(one => !step.Headers.ContainsKey(one.Key)))
        )
            if (value is null)
                yield return new SentHeader(name, null);
            else if (!Placeholders.Named(value).Contains(Placeholders.Token))
                yield return new SentHeader(name, values.In(value));
            else if (server.Token is { } token)
                yield return new SentHeader(
                    name,
                    values.In(value.Replace($"{{{{{Placeholders.Token}}}}}", token, StringComparison.Ordinal)),
                    values.In(value.Replace($"{{{{{Placeholders.Token}}}}}", "$TOKEN", StringComparison.Ordinal))
                );
    }
}
