namespace ScimGateway.Provisioning.Model.Links;

/// <summary>
/// The address of a user who steps aside: Slack lets nobody be without (docs/slack.md 4.3). It goes to the mailbox of the
/// address that is wanted, where that knows sub-addresses (RFC 5233), and is nobody else's.
/// </summary>
internal static class SpareAddress
{
    /// <summary>That of an account that is to have an address later.</summary>
    public static string Of(string address, string slackId)
    {
        var at = address.LastIndexOf('@');
        return $"{address[..at]}{Mark(slackId)}{address[at..]}";
    }

    /// <summary>Whether an address is a spare one of an account.</summary>
    public static bool Is(string address, string slackId) =>
        address.Contains($"{Mark(slackId)}@", StringComparison.OrdinalIgnoreCase);

    private static string Mark(string slackId) => $"+{slackId.ToLowerInvariant()}";
}
