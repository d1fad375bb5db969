namespace ScimGateway.SlackEmulator.Filters;

/// <summary>A filter of Slack's SCIM v1 (docs/slack.md 3). These four shapes are all
/// there are: Slack has no <c>not</c>.</summary>
internal abstract record Filter
{
    private Filter() { }

    public sealed record Compare(string Attribute, Operator Operator, string Value) : Filter;

    public sealed record Present(string Attribute) : Filter;

    public sealed record And(Filter Left, Filter Right) : Filter;

    public sealed record Or(Filter Left, Filter Right) : Filter;
}

/// <summary>What values are compared by; there is no <c>ne</c> and no <c>ew</c>.</summary>
internal enum Operator
{
    Equal,
    Contains,
    StartsWith,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}
