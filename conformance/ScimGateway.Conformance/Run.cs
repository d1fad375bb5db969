using System.Diagnostics;
using System.Text.Json;
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

    public int Count(Outcome outcome) => Results.Count(result => result.Verdict.Outcome == outcome);

    /// <summary>The last line of each report.</summary>
    public string Closing =>
        $"{Count(Outcome.Passed)} passed, {Count(Outcome.Failed)} failed, {Count(Outcome.Skipped)} skipped";
}

/// <summary>Asks a server for each requirement, one after the other.</summary>
internal static class Run
{
    // A server with more is one that people work with.
    private const int MostUsers = 50;

    // The last requests of a check are those that show it; what a provider does is a story.
    private const int MostRepeated = 3;
    private const int MostOfStory = 8;

    /// <summary>Why a server should not be asked; null if nothing speaks against it.</summary>
    public static async Task<string?> RefusalAsync(Server server, bool force)
    {
        try
        {
            var users = await server.GetAsync("Users?count=1");
            if (users.Status is 401 or 403)
                return $"The server does not let us in: {users}. Give a token that it takes with --token.";
            if (users.Status == 404)
                return $"There are no users there: {users}. --url wants the base URL, under which /Users is.";
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
    /// <param name="tell">Is told each result as it comes.</param>
    /// <param name="stop">Ends it after the one under way; what was made is removed all the same.</param>
    public static async Task<Findings> AllAsync(
        Server server,
        IReadOnlyList<Requirement> requirements,
        Action<Result> tell,
        CancellationToken stop = default
    )
    {
        await server.DiscoverAsync();
        server.TakeExchanges();
        var results = new List<Result>();
        var left = new List<string>();
        foreach (var requirement in requirements.TakeWhile(_ => !stop.IsCancellationRequested))
        {
            var begun = Stopwatch.GetTimestamp();
            server.GoAsFastAs(requirement.Provider);
            server.Stop = stop;
            var verdict = await VerdictAsync(server, requirement);
            var exchanges = server.TakeExchanges();
            var result = new Result(
                requirement,
                verdict,
                verdict.Outcome == Outcome.Failed
                    ?
                    [
                        .. exchanges
                            .TakeLast(requirement.Provider is null ? MostRepeated : MostOfStory)
                            .Select(exchange => exchange.Curl()),
                    ]
                    : [],
                Stopwatch.GetElapsedTime(begun)
            );
            results.Add(result);
            tell(result);
            left.AddRange(await server.CleanUpAsync());
        }
        left.AddRange(await server.SweepAsync());
        return new Findings(server.Base, results, left);
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
