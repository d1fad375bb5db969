namespace ScimGateway.AdminConsole.Answers;

/// <summary>An identity provider of a tenant.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Name">Its name.</param>
/// <param name="Preset">Which provider it is.</param>
/// <param name="Users">How many users it has.</param>
/// <param name="Groups">How many groups it has.</param>
/// <param name="LastContact">When it was last let in.</param>
public sealed record Source(int Id, string Name, string? Preset, long Users, long Groups, DateTimeOffset? LastContact);

/// <summary>What a provider is let in by.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Label">Its name.</param>
/// <param name="Prefix">By which people tell secrets apart.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Expires">When it ends.</param>
/// <param name="LastUsed">When it last let somebody in.</param>
public sealed record Credential(
    long Id,
    string Kind,
    string Label,
    string? Prefix,
    DateTimeOffset Created,
    DateTimeOffset? Expires,
    DateTimeOffset? LastUsed
);

/// <summary>A page of credentials, and why the tenant has refused others.</summary>
/// <param name="Items">The credentials.</param>
/// <param name="Refused">In which ways it has refused some since the gateway started, the last one first.</param>
public sealed record Credentials(IReadOnlyList<Credential> Items, IReadOnlyList<RefusedWay> Refused);

/// <summary>A way in which credentials were refused.</summary>
/// <param name="Why">What was wrong; null where none was shown.</param>
/// <param name="Count">How often.</param>
/// <param name="Last">When last.</param>
public sealed record RefusedWay(string? Why, long Count, DateTimeOffset Last);

/// <summary>A credential that was just made, with its secret.</summary>
/// <param name="Secret">The secret; null in the answer to a repeated request.</param>
/// <param name="Use">What the provider has to be told, by the names that its form has.</param>
internal sealed record MadeCredential(string? Secret, IReadOnlyDictionary<string, string> Use)
{
    // Records print what they hold.
    public override string ToString() => nameof(MadeCredential);
}
