using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimGateway.Conformance.Providers;

namespace ScimGateway.Conformance;

/// <summary>What was found of a requirement.</summary>
/// <param name="Requirement">What is asked for.</param>
/// <param name="Verdict">Whether it is kept.</param>
/// <param name="Repeat">Where it is not kept: how to ask what shows it by hand.</param>
/// <param name="Took">How long that took.</param>
internal sealed record Result(Requirement Requirement, Verdict Verdict, IReadOnlyList<string> Repeat, TimeSpan Took);

/// <summary>All that was found.</summary>
/// <param name="Url">Of which server.</param>
/// <param name="Results">Of each requirement.</param>
/// <param name="LeftBehind">What was made there and could not be removed.</param>
internal sealed record Findings(Uri Url, IReadOnlyList<Result> Results, IReadOnlyList<string> LeftBehind)
{
    /// <summary>How long a first synchronisation took; null if none was asked for.</summary>
    public Load? Load { get; init; }

    /// <summary>The version of this program.</summary>
    public static string Version { get; } =
        typeof(Findings).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? "0";

    public int Count(Outcome outcome) => Results.Count(result => result.Verdict.Outcome == outcome);

    /// <summary>
    /// What was found, by what stands behind it: several requirements may meet one refusal, or what another one tells.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<Result>> Causes =>
        [
            .. Results
                .Where(result => result.Verdict.IsBroken)
                .GroupBy(result =>
                    result.Verdict.Cause is { } cause && IsToBeSeen(cause) ? cause : result.Requirement.Id
                )
                .Select(cause => (IReadOnlyList<Result>)[.. cause]),
        ];

    // Where a cause is another requirement, that has to be broken itself.
    private bool IsToBeSeen(string cause) =>
        !cause.StartsWith("RFC", StringComparison.Ordinal)
        || Results.Any(result => result.Requirement.Id == cause && result.Verdict.IsBroken);

    /// <summary>What was asked, when and by which version; null where nobody said.</summary>
    public Heading? Heading { get; init; }

    /// <summary>The last line of each report.</summary>
    public string Closing =>
        string.Join(
            ", ",
            new[] { Outcome.Passed, Outcome.Failed, Outcome.Warned, Outcome.Known, Outcome.Skipped }
                .Where(outcome => outcome is not (Outcome.Warned or Outcome.Known) || Count(outcome) > 0)
                .Select(outcome => $"{Count(outcome)} {outcome.ToString().ToLowerInvariant()}")
        );
}

/// <summary>What a run was.</summary>
/// <param name="At">When it began.</param>
/// <param name="Version">The version of this program.</param>
/// <param name="Asked">The options, without what is secret.</param>
internal sealed record Heading(DateTimeOffset At, string Version, string Asked);

/// <summary>Asks a server for each requirement, one after the other.</summary>
internal static class Run
{
    // A server with more is one that people work with.
    private const int MostUsers = 50;

    // The last requests of a check are those that show it; what a provider does is a story.
    private const int MostRepeated = 3;
    private const int MostOfStory = 8;

    /// <summary>
    /// Why a server should not be asked; null if nothing speaks against it. What a run that was killed has left there is
    /// removed, which is told.
    /// </summary>
    public static async Task<string?> RefusalAsync(Server server, bool force, Action<string> tell)
    {
        try
        {
            var users = await server.GetAsync("Users?count=1");
            if (users.Status is 401 or 403)
                return $"The server does not let us in: {users}. Give a token that it takes with --token.";
            if (users.Status == 404)
                return $"There are no users there: {users}. --url wants the base URL, under which /Users is.";
            if (users.Status is >= 300 and < 400)
                return $"The server is elsewhere: {users}, Location: {users.Header("Location") ?? "none"}. Give the address that it is at with --url.";
            if (users.Status >= 500)
                return $"The server is not well: {users}. Nothing is made there while a list of users is no answer.";
            if (users.IsFine && users.Json is not JsonObject)
                return $"That is no SCIM server: {users} ({users.MediaType ?? "no media type"}). --url wants the base URL, under which /Users is.";
            if (users["totalResults"].AsNumber() > 0 && await server.Made.SweepFormerAsync() is > 0 and var removed)
            {
                tell($"{removed} resources were removed that a former run had left.");
                users = await server.GetAsync("Users?count=1");
            }
            return !force && users["totalResults"].AsNumber() > MostUsers
                ? $"The server has {users["totalResults"]} users. Ask one that nobody works with, or say --force: users and groups are made, changed and removed there, none but our own."
                : null;
        }
        catch (Exception e) when (e is NotPossibleException or NoAnswerException)
        {
            return Plain.Line(e.Message);
        }
        finally
        {
            server.TakeExchanges();
        }
    }

    /// <summary>Asks for all of them, each in a place as clean as it was before.</summary>
    /// <param name="server">Who is asked.</param>
    /// <param name="requirements">For what.</param>
    /// <param name="weighing">What of it fails.</param>
    /// <param name="tell">Is told each result as it comes.</param>
    /// <param name="record">Is given what was asked for each, if anybody wants it.</param>
    /// <param name="stop">Ends it after the one under way; what was made is removed all the same.</param>
    public static async Task<Findings> AllAsync(
        Server server,
        IReadOnlyList<Requirement> requirements,
        Weighing weighing,
        Action<Result> tell,
        Action<Requirement, IReadOnlyList<Exchange>>? record = null,
        CancellationToken stop = default
    )
    {
        await server.DiscoverAsync();
        server.TakeExchanges();
        var results = new Result?[requirements.Count];
        var watch = new Watch(server.Base, requirements.Where(one => weighing.LeftOut(one) is null));
        var left = new List<string>();
        var broken = new Dictionary<string, string>(); // and what it rests on itself, if that is why
        var resting = new HashSet<Requirement>();
        foreach (var i in Rests.Order(requirements))
        {
            if (stop.IsCancellationRequested)
                break;
            var requirement = requirements[i];
            var begun = Stopwatch.GetTimestamp();
            server.GoAsFastAs(requirement.Provider);
            server.Stop = stop;
            var verdict =
                weighing.LeftOut(requirement) is { } why ? Verdict.Skipped(why)
                : Rests.Missing(requirement, broken) is { } missing
                    ? Verdict.Skipped($"it depends on {missing}, which is not met")
                : weighing.Weigh(requirement, await VerdictAsync(server, requirement));
            if (verdict.IsBroken)
                broken.TryAdd(requirement.Id, requirement.Id);
            else if (Rests.Missing(requirement, broken) is { } root)
            {
                broken.TryAdd(requirement.Id, root);
                resting.Add(requirement);
            }
            var exchanges = server.TakeExchanges();
            foreach (var seen in watch.See(server.Announced, exchanges))
                broken.TryAdd(seen.Id, seen.Id);
            record?.Invoke(requirement, exchanges);
            var result = new Result(
                requirement,
                verdict,
                verdict.IsBroken ? Repeat.Of(exchanges, requirement.Provider is null ? MostRepeated : MostOfStory) : [],
                Stopwatch.GetElapsedTime(begun)
            );
            results[i] = result;
            if (verdict.IsBroken || requirement.Everywhere is null)
                tell(result);
            left.AddRange(await server.Made.CleanUpAsync());
        }
        // What is looked at in every answer is known in the end.
        for (var i = 0; i < results.Length; i++)
            if (results[i] is { Verdict.IsBroken: false, Requirement.Everywhere: not null } late)
            {
                if (!resting.Contains(late.Requirement) && watch.Found(late.Requirement) is { } found)
                    results[i] = late with
                    {
                        Verdict = weighing.Weigh(late.Requirement, Verdict.Broken(found.Says)),
                        Repeat = found.Repeat,
                    };
                tell(results[i]!);
            }
        left.AddRange(await server.Made.SweepAsync());
        return new Findings(server.Base, [.. results.OfType<Result>()], left);
    }

    private static async Task<Verdict> VerdictAsync(Server server, Requirement requirement)
    {
        if (requirement.Check is not { } check)
            return Verdict.Skipped(requirement.Unseen!);
        try
        {
            return server.Announced.Has(requirement.Needs)
                ? await check(server)
                : Verdict.Skipped($"not announced: {server.Announced.Missing(requirement.Needs)}");
        }
        catch (NotPossibleException e)
        {
            return Verdict.Skipped(e.Message);
        }
        catch (NoAnswerException e)
        {
            return Verdict.Broken(e.Message);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            // What came back is of another shape than can be looked at.
            return Verdict.Broken($"what came back cannot be read: {e.Message}");
        }
#pragma warning disable CA1031 // A mistake of a check is none of the server's, and no reason not to ask for the rest.
        catch (Exception e)
        {
            return Verdict.Skipped($"this check has a mistake, please tell us: {e}");
        }
#pragma warning restore CA1031
    }
}
