using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Messages;
using ScimGateway.Protocol.Patching;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Mirror;
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
internal abstract class Write(WriteRequest asked)
{
    /// <summary>Who asks, and until when he waits.</summary>
    public WriteRequest Asked => asked;

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

/// <summary>What a request makes of a document, of which a provider has asserted some paths.</summary>
internal delegate Revision Edit(ScimResource before, PathSet asserted);

/// <summary>A write of a user or group that is there.</summary>
/// <param name="asked">Who asks, and until when he waits.</param>
/// <param name="kind">User or group.</param>
/// <param name="id">Which.</param>
/// <param name="preconditions">What the request requires of the version.</param>
/// <param name="edit">What becomes of the document; null if the request does not speak of it.</param>
internal abstract class WriteOfOne(
    WriteRequest asked,
    Kind kind,
    ResourceId id,
    Preconditions preconditions,
    Edit? edit
) : Write(asked)
{
    /// <inheritdoc/>
    public override ResourceId? Turn => id;

    /// <summary>Whether the request speaks of the document.</summary>
    protected bool Edits => edit is not null;

    /// <summary>What it was when the request was applied.</summary>
    protected Resource Before { get; private set; } = null!;

    /// <summary>What becomes of the document; null if the request does not speak of it.</summary>
    protected Revision? Revision { get; private set; }

    /// <summary>The version that the request names; null if any will do.</summary>
    // What If-None-Match names is never the version again: versions only grow.
    protected long? Named => preconditions.IfMatch is null ? null : Before.Version;

    /// <summary>PUT: what the provider had asserted and leaves out now is cleared.</summary>
    public static Edit Put(ScimResource wanted) =>
        (before, asserted) =>
        {
            SchemaCheck.RequireUnchanged(before, wanted);
            TextCheck.Require(before, wanted);
            return Revision.Replaced(before, asserted, wanted);
        };

    /// <summary>PATCH.</summary>
    public static Edit Patch(WriteRequest asked, PatchRequest patch) =>
        (before, asserted) => Revision.Patched(before, asserted, patch, Patcher.Apply(before, patch, asked.Reading));

    /// <inheritdoc/>
    public override async Task ApplyAsync(Targets targets)
    {
        Before = await targets.FindAsync(kind, Asked, id, preconditions);
        Revision = edit?.Invoke(Before.Read(), Before.Asserted);
    }
}
