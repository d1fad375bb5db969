using ScimGateway.SlackEmulator.Organization;
using ScimGateway.SlackEmulator.Spelling;

namespace ScimGateway.Stories.Believing;

/// <summary>An account of the pretend Slack through the whole story.</summary>
internal sealed class Seen(string id)
{
    /// <summary>Slack's id.</summary>
    public string Id => id;

    /// <summary>Whether somebody made it in Slack.</summary>
    public bool ByHand { get; set; }

    /// <summary>The primary addresses it has had.</summary>
    public HashSet<string> Addresses { get; } = [];

    /// <summary>The other addresses it has had.</summary>
    public HashSet<string> Seconds { get; } = [];

    /// <summary>The names it has had.</summary>
    public HashSet<string> Names { get; } = [];

    /// <summary>The addresses and names it had when it was last known whose it is.</summary>
    public HashSet<string> Before { get; } = [];

    /// <summary>When each thing was last changed in Slack: a step of the story.</summary>
    public Dictionary<string, int> Touched { get; } = [];

    /// <summary>When the gateway last told of each thing that it had been changed in Slack: a step of the story.</summary>
    public Dictionary<string, int> Noticed { get; } = [];

    /// <summary>Who was linked to it, by SCIM id.</summary>
    public HashSet<string> Linked { get; } = [];

    /// <summary>Whether it was active when last looked at.</summary>
    public bool Active { get; set; }

    /// <summary>Whether it is there no more.</summary>
    public bool IsGone { get; set; }

    /// <summary>Whether it was ever more than a member, a guest, or erased.</summary>
    public bool WasSpecial { get; set; }

    /// <summary>It is known whose it is.</summary>
    public void Follow()
    {
        Before.UnionWith(Addresses);
        Before.UnionWith(Names);
    }

    /// <summary>Takes over what Slack has now.</summary>
    public void Look(Account account)
    {
        Active = account.Profile.Active;
        Addresses.Add(Folded.Of(account.Profile.PrimaryEmail));
        if (account.Profile.SecondaryEmail is { } second)
            Seconds.Add(Folded.Of(second));
        Names.Add(Folded.Of(account.Profile.UserName));
        WasSpecial |=
            account.Rank != Rank.Member || account.IsErased || account.IsBot || account.Profile.Guest is not null;
    }
}
