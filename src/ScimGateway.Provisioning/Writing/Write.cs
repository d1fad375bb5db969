using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Translation;

namespace ScimGateway.Provisioning.Writing;

/// <summary>
/// What a provider writes of one user or group. The way it goes is that of <see cref="Writes"/>; what is particular is
/// here.
/// </summary>
/// <param name="asked">Who asks, and until when he waits.</param>
internal abstract class Write(Asked asked)
{
    /// <summary>Who asks, and until when he waits.</summary>
    public Asked Asked => asked;

    /// <summary>
    /// Whose turn it takes, so that a refusal has one document to go back to; null where nothing is taken back.
    /// </summary>
    public virtual ResourceId? Turn => null;

    /// <summary>What such a write would most often ask of Slack, for the estimate of its waiting time.</summary>
    public abstract SlackCommand Likely { get; }

    /// <summary>Its place in the queue.</summary>
    public abstract SlackPriority Priority { get; }

    /// <summary>
    /// Makes of the resource as it is now what is wanted, or refuses and changes nothing. Once more if it has changed
    /// by the write-down.
    /// </summary>
    public virtual Task ApplyAsync(Targets targets) => Task.CompletedTask;

    /// <summary>The first transaction: what is written, or why it is refused.</summary>
    /// <param name="store">The transaction.</param>
    /// <param name="late">Why nothing may be written that Slack would hear of; null if it may.</param>
    public abstract (WrittenDown? Written, Refusal? Refusal) WriteDown(StoreSession store, ScimException? late);
}
