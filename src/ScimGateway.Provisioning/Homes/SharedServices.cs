using Microsoft.Extensions.Logging;
using ScimGateway.Protocol.Bounds;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Slack.Http;

namespace ScimGateway.Provisioning.Homes;

/// <summary>What there is one of in a process, on which all homes stand.</summary>
/// <param name="Store">The store.</param>
/// <param name="Seal">How tokens are kept there.</param>
/// <param name="Http">The way to Slack.</param>
/// <param name="Call">The limits of a call.</param>
/// <param name="Subjects">What is particular of accounts and of groups.</param>
/// <param name="Clock">What time it is.</param>
/// <param name="Logs">The log.</param>
/// <param name="App">The operator's Slack app; null if there is none.</param>
/// <param name="Reached">What happens at the steps of a write.</param>
internal sealed record SharedServices(
    Store Store,
    TokenSeal Seal,
    HttpClient Http,
    SlackClientOptions Call,
    IEnumerable<Subject> Subjects,
    TimeProvider Clock,
    ILoggerFactory Logs,
    SlackApp? App = null,
    AtStep? Reached = null
)
{
    // Each has pages of a thousand users in memory, and all write.
    private const int MostImports = 4;

    // A thousand tenants are asked for in some seconds, and a Slack that hangs is not asked by all of them at once.
    private const int MostTests = 16;

    /// <summary>How many imports run at once.</summary>
    public Gate Imports { get; } = new(MostImports);

    /// <summary>How many tokens are tested at once.</summary>
    public Gate Tests { get; } = new(MostTests);

    /// <summary>Asks whose a token is.</summary>
    internal Task<SlackTokenTest> AskAsync(SlackConnection slack, CancellationToken cancel) =>
        SlackTokenTest.AskAsync(Http, slack, Call.AttemptLimit, Clock, cancel);
}
