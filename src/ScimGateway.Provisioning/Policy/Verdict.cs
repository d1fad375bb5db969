using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Model.Links;

namespace ScimGateway.Provisioning.Policy;

/// <summary>What the tenant's preferences say to a write. These four are all there are.</summary>
internal abstract record Verdict
{
    private Verdict() { }

    /// <summary>It goes on to Slack.</summary>
    public sealed record Allow : Verdict;

    /// <summary>The mirror takes it; Slack does not hear of this part of it.</summary>
    public sealed record Skip(Part Left, string Why) : Verdict
    {
        /// <summary>An operator has ended the claim: Slack hears nothing of the account or group.</summary>
        public static Skip Unlinked { get; } = new(Part.Account, new Reason(ReasonCode.Unlinked).Sentence);
    }

    /// <summary>Nothing changes, and the provider is told why.</summary>
    public sealed record Refuse(ScimException Why) : Verdict;

    /// <summary>
    /// The mirror takes it; Slack hears of it when an operator has decided, but for what a preference leaves out.
    /// </summary>
    public sealed record Hold(Reason Why, Part Left = Part.Nothing) : Verdict;
}

/// <summary>What of a user a preference leaves out.</summary>
[Flags]
internal enum Part
{
    /// <summary>Nothing.</summary>
    Nothing = 0,

    /// <summary>Whether the account is active.</summary>
    Active = 1,

    /// <summary>What else the request changes.</summary>
    Rest = 2,

    /// <summary>The account as such: it is neither made nor removed.</summary>
    Account = 4,

    /// <summary>The account as such, since no rule admits the user.</summary>
    Scope = 8,

    /// <summary>The sign-in address of a leaver, beyond the limit of the guard: until the user is to come back.</summary>
    Address = 16,
}
