using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Planning;

/// <summary>Which of a user's addresses Slack is told, and by which it is asked for the account.</summary>
internal static class SentAddresses
{
    /// <summary>
    /// An address is sent only by the link that holds it. Who steps aside has no second one for a while, or a spare one
    /// for the primary; who need not any more goes back to his own.
    /// </summary>
    public static (SlackProfile Free, bool IsAnothers) WithoutTaken(SlackProfile wanted, List<string> held, Link link)
    {
        var (isAnothers, former) = (false, Former(wanted, held, link));
        foreach (var field in (SlackField[])[SlackField.PrimaryEmail, SlackField.SecondaryEmail])
            if (wanted[field] is { } address && !held.Contains(Fold.Key(address)))
            {
                var isPrimary = field == SlackField.PrimaryEmail;
                wanted =
                    link is { IsAside: true, SlackId: { } id }
                        ? wanted.With(field, isPrimary ? SpareAddress.Of(address, id) : null)
                    : isPrimary && former is not null ? wanted.With(field, former)
                    : wanted.Without(field);
                isAnothers = true;
            }
        // The address that is to become the second one is the first still: until it is not, Slack keeps the second that it has.
        var isBoth =
            isAnothers
            && !wanted.Says(SlackField.PrimaryEmail)
            && wanted[SlackField.SecondaryEmail] is { } second
            && Identity.IsAlike(second, link.Address);
        return (isBoth ? wanted.Without(SlackField.SecondaryEmail) : wanted, isAnothers);
    }

    // The address that an account has kept while it has a spare one, or may have one by a call that was lost; null if it
    // has its own.
    private static string? Former(SlackProfile wanted, List<string> held, Link link)
    {
        var isKnown = link.Told.Says(SlackField.PrimaryEmail);
        var has = link.Address;
        if (has is null || link.SlackId is not { } id)
            return null;
        if (!SpareAddress.Is(has, id))
            return !isKnown && held.Contains(Fold.Key(has)) ? has : null;
        string?[] others = [wanted[SlackField.SecondaryEmail], link.Told[SlackField.SecondaryEmail]];
        var kept = held.Except(others.OfType<string>().Select(Fold.Key)).FirstOrDefault();
        return kept is null ? null : Spelling.Lower(kept);
    }

    /// <summary>
    /// The address by which to look for an account that is only to be removed or left alone.
    /// </summary>
    public static string? ToLookFor(Link link, Resource? claimant, ScimResource? document, List<string> held)
    {
        if (link.IsAskedInPlace)
            return link.Address;
        if (link is not { AskFirst: true, SlackId: null })
            return null;
        if (claimant is not { Deleted: null })
            return held is [var first, ..] ? Spelling.Lower(first) : null;
        var wanted = UserAddresses.OfSlack(document ?? claimant.Read());
        return ToAskAbout(held, wanted is [var primary, ..] ? primary : null);
    }

    /// <summary>
    /// A former address first, since the create that was lost may have carried it; the wanted one last.
    /// </summary>
    public static string? ToAskAbout(List<string> held, string? primary) =>
        held.Find(key => primary is null || key != Fold.Key(primary)) is { } former ? Spelling.Lower(former) : primary;
}
