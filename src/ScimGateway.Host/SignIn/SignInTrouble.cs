namespace ScimGateway.Host.SignIn;

/// <summary>Why nobody was signed in by the identity provider.</summary>
internal enum SignInTrouble
{
    /// <summary>The person did not go on at the provider.</summary>
    Cancelled,

    /// <summary>It did not answer in time, or not at all, or has a fault.</summary>
    Unreachable,

    /// <summary>Its metadata or keys cannot be read, are of another issuer, or name addresses without https.</summary>
    WrongMetadata,

    /// <summary>It does not know the gateway by this client and secret.</summary>
    WrongClient,

    /// <summary>It answered with another error.</summary>
    Refused,

    /// <summary>What came back is no answer to what this browser began, or to what was answered before.</summary>
    Spent,

    /// <summary>The token's time is not now.</summary>
    TokenNotInTime,

    /// <summary>The token is of another issuer, for another client or sign-in, or signed by nobody that is known.</summary>
    WrongToken,

    /// <summary>The person has none of the roles.</summary>
    NoRole,

    /// <summary>The tenant of the person's role is not there.</summary>
    NoTenant,
}

/// <summary>What a person is told of it, and does.</summary>
internal static class SignInTroubles
{
    private const string Operator = "If it stays so, tell whoever runs the gateway";

    /// <summary>Why it was not done, and what to do.</summary>
    public static string Words(this SignInTrouble trouble, SignInOptions settings) =>
        trouble switch
        {
            SignInTrouble.Cancelled =>
                "You did not sign in at the identity provider. Sign in again, or by an admin key.",
            SignInTrouble.Unreachable =>
                "The identity provider does not answer, or has a fault. Try again in a minute, or sign in by an admin key.",
            SignInTrouble.WrongMetadata =>
                "The identity provider's metadata or keys cannot be read, name another issuer, or an address without https. Whoever runs the gateway compares them with --sign-in-issuer.",
            SignInTrouble.WrongClient =>
                "The identity provider does not know the gateway by its client and secret. Whoever runs the gateway renews the secret at the provider, and in the file of --sign-in-secret-file.",
            SignInTrouble.Refused =>
                $"The identity provider refused. Sign in again. {Operator}, who looks into the provider's own log.",
            SignInTrouble.Spent =>
                "This answer was used before, is more than ten minutes old, or is not of this browser. Sign in again.",
            SignInTrouble.TokenNotInTime =>
                $"By the gateway's clock what the identity provider sent is not valid now. Sign in again. {Operator}, who compares the clocks.",
            SignInTrouble.WrongToken =>
                $"What the identity provider sent is not for this sign-in. Sign in again. {Operator}, who compares issuer and client with the provider's.",
            SignInTrouble.NoRole =>
                $"The identity provider gives you no role of the gateway: no value of your claim {settings.Claim} has one{(settings.Claim == SaidOfPerson.Email ? ", or the provider does not say that the address is verified (email_verified)" : "")}. Ask whoever manages the provider for one of these values, then sign in again.",
            SignInTrouble.NoTenant =>
                "The role that you have is of a tenant that is not there. Ask an owner of the gateway to make that tenant, or whoever manages the identity provider for another role.",
            _ => throw new ArgumentOutOfRangeException(nameof(trouble)),
        };

    /// <summary>The status of the page that says it.</summary>
    public static int Status(this SignInTrouble trouble) =>
        trouble switch
        {
            SignInTrouble.Unreachable or SignInTrouble.WrongMetadata or SignInTrouble.WrongClient =>
                StatusCodes.Status502BadGateway,
            SignInTrouble.NoRole or SignInTrouble.NoTenant => StatusCodes.Status403Forbidden,
            _ => StatusCodes.Status401Unauthorized,
        };

    /// <summary>The same for the log.</summary>
    public static string Told(this SignInTrouble trouble) =>
        trouble switch
        {
            SignInTrouble.Cancelled => "the person did not go on at the provider",
            SignInTrouble.Unreachable => "the provider does not answer, or has a fault",
            SignInTrouble.WrongMetadata =>
                "the provider's metadata or keys cannot be read, name another issuer than --sign-in-issuer, or an address without https",
            SignInTrouble.WrongClient =>
                "the provider does not take --sign-in-client with the secret of --sign-in-secret-file",
            SignInTrouble.Refused => "the provider answered with an error",
            SignInTrouble.Spent => "the answer was used before, is too old, or is of another browser",
            SignInTrouble.TokenNotInTime => "the token's time is not now, so compare the clocks",
            SignInTrouble.WrongToken => "the token is of another issuer, client or sign-in, or its signature is wrong",
            SignInTrouble.NoRole => "no value of the claim has a role",
            SignInTrouble.NoTenant => "the tenant of the role is not there",
            _ => throw new ArgumentOutOfRangeException(nameof(trouble)),
        };
}
