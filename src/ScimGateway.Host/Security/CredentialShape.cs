namespace ScimGateway.Host.Security;

/// <summary>
/// What is wrong with a credential that nobody knows, as far as its form says that. Nothing of the credential itself is in
/// it.
/// </summary>
internal static class CredentialShape
{
    // A word of four letters, and 32 bytes in base64url.
    private const int SecretLength = 47;

    /// <summary>What is wrong; null where its form says nothing.</summary>
    /// <param name="values">The values of Authorization.</param>
    /// <param name="mark">What the secrets that are taken there begin with.</param>
    public static string? Wrong(IReadOnlyList<string?> values, string mark)
    {
        if (values.Count > 1)
            return "there are several Authorization headers";
        var whole = (values is [{ } one] ? one : "").AsSpan().Trim();
        if (!whole.StartsWith("bearer", StringComparison.OrdinalIgnoreCase))
            return null;
        var secret = whole["bearer".Length..].TrimStart();
        return secret switch
        {
            [] => "nothing follows the word Bearer",
            _ when secret.StartsWith("bearer ", StringComparison.OrdinalIgnoreCase) => "the word Bearer stands twice",
            ['"' or '\'' or '`' or '\u201c', ..] or [.., '"' or '\'' or '`' or '\u201d'] =>
                "there are quotation marks around it",
            ['x', 'o', 'x', ..] or ['x', 'a', 'p', 'p', '-', ..] => "it is a token of Slack's",
            ['s', 'g', 'a', '_', ..] when mark != "sga_" => "it is an admin key",
            ['s', 'g', 't', '_', ..] when mark != "sgt_" => "it is the credential of a provider",
            _ when secret.Contains(' ') => "there is a blank in it",
            _ when secret.StartsWith(mark) && secret.Length < SecretLength => "it is cut off",
            _ when secret.StartsWith(mark) && secret.Length > SecretLength => "something stands behind it",
            _ => null,
        };
    }
}
