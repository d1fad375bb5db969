namespace ScimGateway.SlackEmulator.Spelling;

/// <summary>The rank of an account, lowest first: a token acts only on accounts of the same or
/// lower rank (docs/slack.md 1.2).</summary>
internal enum Rank
{
    Member,
    Admin,
    Owner,
    PrimaryOwner,
}

/// <summary>The words ranks have in JSON.</summary>
internal static class Ranks
{
    public static string Word(this Rank rank) =>
        rank switch
        {
            Rank.PrimaryOwner => "primary_owner",
            Rank.Owner => "owner",
            Rank.Admin => "admin",
            _ => "member",
        };

    public static Rank? Parse(string word) =>
        word switch
        {
            "primary_owner" => Rank.PrimaryOwner,
            "owner" => Rank.Owner,
            "admin" => Rank.Admin,
            "member" => Rank.Member,
            _ => null,
        };
}
