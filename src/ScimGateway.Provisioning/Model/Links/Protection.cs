namespace ScimGateway.Provisioning.Model.Links;

/// <summary>Why nobody may have an account, whatever an operator says.</summary>
internal static class Protection
{
    /// <summary>Of the token's owner.</summary>
    public const string Owners = "The gateway's Slack token is this account's: without it nobody could be provisioned.";

    /// <summary>Of bots.</summary>
    public const string Bots = "The account is a bot's.";

    /// <summary>Whether that is why.</summary>
    public static bool IsForEver(string? reason) => reason is Owners or Bots;
}
