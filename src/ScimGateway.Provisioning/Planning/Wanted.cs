using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Planning;

/// <summary>
/// A link with all that its plan is made of, read in one transaction: an account or a group, and what Slack is to hear
/// of it.
/// </summary>
internal abstract record Wanted(Link Link, Resource? Claimant)
{
    /// <summary>What Slack is told or asked next; null for nothing.</summary>
    public abstract SlackCommand? Next { get; }

    /// <summary>
    /// The read to send before the next command while Slack may change more than it is told; null if none.
    /// </summary>
    public virtual SlackCommand? Look(Instant now) => null;

    /// <summary>What the provider wants, in Slack's words; nothing where nobody wants anything of it.</summary>
    public abstract SlackProfile Wish { get; }

    /// <summary>All that Slack is to be told, as far as it can be planned now.</summary>
    public abstract IReadOnlyList<SlackCommand> Commands { get; }

    /// <summary>
    /// The address or name by which Slack is asked whether a create happened after all; null if there is nothing to
    /// ask.
    /// </summary>
    public string? AskAbout { get; internal init; }

    /// <summary>
    /// Whether that is an address or name that is wanted, and not one that the create may have carried before.
    /// </summary>
    public bool IsAskedAboutWanted { get; internal init; } = true;

    /// <summary>Why Slack cannot hold all of it yet; null if it can.</summary>
    public Reason? Blocked { get; internal init; }

    /// <summary>
    /// Whether its next command is all there is to do of it: the wishes up to this one are done with it, whatever has
    /// come since.
    /// </summary>
    public virtual bool IsLast => false;

    /// <summary>How the link ends when nothing is left to tell Slack.</summary>
    /// <param name="retry">When what failed is tried again.</param>
    public LinkOutcome Ending(Instant retry)
    {
        var kept = FieldSet.Of(Noted.Where(note => note.Kind == SlackNoteKind.KeptBySlack).Select(note => note.Field));
        return Link.Protection is { } protection ? new(LinkEvent.Protected, protection, null, kept)
            : !Link.SetAside.IsEmpty ? new(LinkEvent.Failed, Link.Reason, retry, kept)
            : Blocked is { } why ? new(LinkEvent.Blocked, why, null, kept)
            : new(LinkEvent.Settled, null, null, kept);
    }

    /// <summary>What was noted when it was put into Slack's words and planned.</summary>
    public virtual IEnumerable<SlackNote> Noted => [];

    /// <summary>Reads the link and what it wants, and plans.</summary>
    public static Wanted? Read(StoreSession store, LinkId linkId, Preferences preferences) =>
        Links.Find(store, linkId) is { } link ? Of(store, link, preferences) : null;

    /// <summary>Plans for a link that is read already.</summary>
    public static Wanted Of(StoreSession store, Link link, Preferences preferences)
    {
        return link.Kind == Kind.Group ? WantedGroup.Of(store, link) : WantedAccount.Of(store, link, preferences);
    }

    /// <summary>Plans anew after a command, of the link as it is now.</summary>
    public virtual Wanted After(StoreSession store, Link link, Preferences preferences) => Of(store, link, preferences);
}
