using ScimGateway.Provisioning.Notices;

namespace ScimGateway.Host.Operations;

/// <summary>One way to whoever watches.</summary>
/// <param name="name">The word by which the outbox knows who has a notification.</param>
internal abstract class NoticeChannel(string name)
{
    /// <summary>The word by which the outbox knows who has a notification.</summary>
    public string Name => name;

    /// <summary>Sends it; returns once it was taken.</summary>
    /// <exception cref="NotTakenException">It was not.</exception>
    public abstract Task SendAsync(Notice notice, CancellationToken cancel);
}

/// <summary>A channel did not take a notification; the message is fit for a log.</summary>
internal sealed class NotTakenException(string why) : Exception(why);
