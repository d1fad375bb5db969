using Microsoft.Extensions.Logging;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Slack.Http;

namespace ScimGateway.Provisioning.Homes;

/// <summary>What there is one of in a process, on which all homes stand.</summary>
/// <param name="Store">The store.</param>
/// <param name="Http">The way to Slack.</param>
/// <param name="Call">The limits of a call.</param>
/// <param name="Subjects">What is particular of accounts and of groups.</param>
/// <param name="Imports">How many imports run at once.</param>
/// <param name="Say">Who hears that Slack is waited for.</param>
/// <param name="Clock">What time it is.</param>
/// <param name="Logs">The log.</param>
/// <param name="Reached">What happens at the steps of a write.</param>
public sealed record Ground(
    Store Store,
    HttpClient Http,
    SlackClientOptions Call,
    IEnumerable<Subject> Subjects,
    ImportTurns Imports,
    Say Say,
    TimeProvider Clock,
    ILoggerFactory Logs,
    AtStep? Reached = null
)
{
    /// <summary>Asks whose a token is.</summary>
    internal Task<SlackTokenTest> AskAsync(SlackConnection slack, CancellationToken cancel) =>
        SlackTokenTest.AskAsync(Http, slack, Call.AttemptLimit, Clock, cancel);
}
