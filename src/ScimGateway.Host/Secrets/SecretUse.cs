namespace ScimGateway.Host.Secrets;

/// <summary>What a secret is for. The word is bound into each that is kept, so that it stays as it is.</summary>
internal sealed record SecretUse
{
    private SecretUse(string word, string remedy) => (Word, Remedy) = (word, remedy);

    /// <summary>The token by which a tenant's Slack is called.</summary>
    public static SecretUse SlackToken { get; } = new("Slack token", "connect the tenant with a token again");

    /// <summary>Where a tenant wants to be told what happens, and how its receivers know that.</summary>
    public static SecretUse NoticeChannels { get; } = new("notification channels", "name the tenant's channels again");

    /// <summary>What it is called.</summary>
    public string Word { get; }

    /// <summary>What puts another one in its place.</summary>
    public string Remedy { get; }
}
