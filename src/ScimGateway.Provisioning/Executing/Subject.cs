using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Planning;

namespace ScimGateway.Provisioning.Executing;

/// <summary>What accounts and groups do differently when Slack has answered.</summary>
internal abstract class Subject
{
    /// <summary>Which of the two it is.</summary>
    public abstract Kind Kind { get; }

    /// <summary>What a reply means for this kind alone; null where it means the same for both. Pure.</summary>
    internal abstract Transition? Judge(Reply reply);

    /// <summary>What follows from what Slack has now, beside the link; gives back the link as it is then.</summary>
    internal abstract Link Delivered(
        Recording recording,
        Reply reply,
        Transition.Deliver delivered,
        Link before,
        Link after
    );

    /// <summary>
    /// What was to be gone is gone at Slack; gives back the link as it is then.
    /// </summary>
    internal abstract Link Removed(Recording recording, Reply reply, Link link);

    /// <summary>
    /// Slack knows what was to be gone no more, and may all the same have it; gives back the link as it is then.
    /// </summary>
    internal virtual Link Lost(Recording recording, Reply reply, Link link) => Removed(recording, reply, link);

    /// <summary>What it was is erased at Slack, and has nothing any more; gives back the link as it is then.</summary>
    internal virtual Link Erased(Recording recording, Reply reply, Link link) => Removed(recording, reply, link);

    /// <summary>
    /// Slack no longer knows it, and who was to have it gets another one; gives back the link as it is then.
    /// </summary>
    internal virtual Link Departed(Recording recording, Reply reply, Link link, Reason why) =>
        Removed(recording, reply, link);

    /// <summary>Slack has nothing by what was asked about; gives back the link as it is then.</summary>
    internal abstract Link AskedWithoutResult(Recording recording, Reply reply, Link link);

    /// <summary>Nothing is to be asked any more; gives back the link as it is then.</summary>
    internal abstract Link EndAsking(Recording recording, Reply reply, Link link);

    /// <summary>The account found cannot be taken and may be unclaimed; it is listed for an operator.</summary>
    internal virtual void InTheWay(Recording recording, Reply reply) { }

    /// <summary>What a call without a reply may have done beside the link is not known.</summary>
    internal virtual void Forget(Recording recording, Reply reply) { }

    /// <summary>
    /// Does what no other kind can be asked for; gives back the link as it is then, null where it cannot be done.
    /// </summary>
    internal abstract Link? Carry(Recording recording, Reply reply, Transition transition, Link link);

    /// <summary>The document goes back to what it was before the last wish; false where there is no way back.</summary>
    internal abstract bool TryTakeBack(Recording recording, Link link);

    /// <summary>
    /// Whether it waits for what others do at Slack, who wait for it: then there is nothing to tell, and no end yet.
    /// </summary>
    internal virtual bool WaitsForOthers(Recording recording, Wanted wanted) => false;

    /// <summary>Whether it gets an account that is there, and there is one to be had: its wish goes on with that link.</summary>
    internal virtual bool TryTakeOver(Recording recording, Wanted wanted) => false;

    /// <summary>What follows for others when it has left them with whom it exchanged something.</summary>
    internal virtual void Left(Recording recording, Link link) { }

    /// <summary>Lets go of the names and addresses that are free by what was settled.</summary>
    internal abstract void Release(Recording recording, Wanted settled);
}
