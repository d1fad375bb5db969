using System.Net;
using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Slack.Http;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Model.Links;

/// <summary>
/// Why something is not at Slack as it is wanted: a code, and what is particular about this case. Decisions go by the
/// code alone.
/// </summary>
/// <param name="Code">The code.</param>
/// <param name="Words">What is particular: a limit, an id, Slack's own words; null for nothing.</param>
internal sealed record Reason(ReasonCode Code, string? Words = null)
{
    /// <summary>That Slack refused, and which fields that is about where its words alone do not tell.</summary>
    public static Reason Refused(SlackError error, FieldSet blamed = default)
    {
        return new(ReasonCode.SlackRefused, (error with { Blames = [.. blamed.Fields] }).ToStored());
    }

    /// <summary>That Slack does not know an account any more.</summary>
    public static Reason UnknownUser { get; } = Refused(new SlackError(404, "no_such_user", "no_such_user"));

    /// <summary>That Slack does not know a group any more.</summary>
    public static Reason UnknownGroup { get; } = Refused(new SlackError(404, "no_such_group", "no_such_group"));

    /// <summary>Why nothing is sent of a tenant; null if it is live.</summary>
    public static Reason? Of(Standing standing) =>
        standing switch
        {
            Standing.Shadow => ReasonCode.ShadowRun,
            Standing.Disabled => ReasonCode.TenantDisabled,
            _ => null,
        };

    /// <summary>Whether what it is about only needs an operator's word: the guard held it, or it was dismissed before.</summary>
    public bool AwaitsApproval =>
        IsReopened
        || Code
            is ReasonCode.GuardAccounts
                or ReasonCode.GuardMembers
                or ReasonCode.GuardGroups
                or ReasonCode.GuardAddresses;

    /// <summary>Whether it was dismissed, and an operator takes it up again.</summary>
    public bool IsReopened => Code is ReasonCode.Reopened or ReasonCode.ReopenedAddress;

    /// <summary>Whether it is about the address by which a user signs in, and about nothing else.</summary>
    public bool IsOfAddress => Code is ReasonCode.GuardAddresses or ReasonCode.ReopenedAddress;

    /// <summary>
    /// Whether Slack has said so of the account itself, which may have changed since: it is asked again now and then.
    /// </summary>
    public bool IsProven => Code == ReasonCode.SlackRefused;

    /// <summary>Whether nobody may have the account, whatever an operator says.</summary>
    public bool IsForEver => Code is ReasonCode.TokenOwner or ReasonCode.Bot or ReasonCode.ErasedHere;

    /// <summary>For people.</summary>
    public string Sentence => Reasons.Sentence(this);

    /// <summary>What would end it.</summary>
    public string Remedy => Reasons.Remedy(this);

    /// <summary>Who can end it.</summary>
    public Actor Who => Reasons.WhoEnds(this);

    /// <summary>The refusal that a provider gets for it.</summary>
    public ScimException ToScim() =>
        Code switch
        {
            ReasonCode.SlackRefused => SlackError.Parse(Words!).ToScim(),
            ReasonCode.StaysInactive or ReasonCode.DeniedYetShown => ScimException.Of(
                HttpStatusCode.ServiceUnavailable,
                Sentence
            ),
            _ => ScimException.Uniqueness(Sentence),
        };

    /// <summary>As rows keep it.</summary>
    public override string ToString() => Words is null ? Code.ToString() : $"{Code} {Words}";

    /// <summary>Reads what <see cref="ToString"/> wrote; null for nothing.</summary>
    public static Reason? Parse(string? stored)
    {
        if (stored is null)
            return null;
        var end = stored.IndexOf(' ', StringComparison.Ordinal);
        return
            stored.Length > 0
            && char.IsLetter(stored[0])
            && Enum.TryParse<ReasonCode>(end < 0 ? stored : stored[..end], out var code)
            ? new Reason(code, end < 0 ? null : stored[(end + 1)..])
            : new Reason(ReasonCode.Other, stored);
    }

    /// <summary>A reason that says nothing particular, as statements compare it.</summary>
    public static implicit operator Reason(ReasonCode code) => new(code);
}
