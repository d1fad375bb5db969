using ScimGateway.Protocol.Filters;

namespace ScimGateway.Protocol.Patching;

/// <summary>A member of a group as a request names it.</summary>
public sealed record Member(string Value, string? Type = null, string? Ref = null);

/// <summary>
/// What a request does to the members of a group, without the list of those who are there: a group may have 50,000.
/// </summary>
public abstract record MembershipChange
{
    private MembershipChange() { }

    /// <summary>These come in; who is in already stays.</summary>
    public sealed record Add(IReadOnlyList<Member> Members) : MembershipChange;

    /// <summary>These go; who is not in does not matter.</summary>
    public sealed record Remove(IReadOnlyList<string> Values) : MembershipChange;

    /// <summary>Whoever meets the filter goes, such as <c>members[type eq "Group"]</c>.</summary>
    public sealed record RemoveWhere(Filter Element) : MembershipChange
    {
        /// <summary>The ids of the only ones who may meet it; null where it may be anybody.</summary>
        public IReadOnlyList<string>? Named { get; init; }
    }

    /// <summary>These and nobody else: a full list.</summary>
    public sealed record ReplaceAll(IReadOnlyList<Member> Members) : MembershipChange;

    /// <summary>Everybody goes.</summary>
    public sealed record RemoveAll : MembershipChange;
}
