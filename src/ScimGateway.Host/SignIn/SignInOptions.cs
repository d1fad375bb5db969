using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Host.SignIn;

/// <summary>By which identity provider administrators sign in to the console, and what each may do.</summary>
internal sealed record SignInOptions
{
    /// <summary>The identity provider: what its tokens name as their issuer.</summary>
    public required Uri Issuer { get; init; }

    /// <summary>What the gateway is called there.</summary>
    public required string Client { get; init; }

    /// <summary>By what the provider knows the gateway.</summary>
    public required string Secret { get; init; }

    /// <summary>The claim of an ID token that has a person's roles.</summary>
    public required string Claim { get; init; }

    /// <summary>Who has which role; the first one that a person has counts.</summary>
    public required IReadOnlyList<RoleGrant> Roles { get; init; }

    /// <summary>How browsers reach the console; null where that is as the request says.</summary>
    public Uri? Console { get; init; }

    /// <summary>Whether an address may be asked, and a browser be sent there: by https, or on the loopback for trials.</summary>
    public static bool IsSafe(Uri url) =>
        url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback);

    // Records print what they hold.
    public override string ToString() => nameof(SignInOptions);
}

/// <summary>Who has a value in the claim has a role.</summary>
/// <param name="Value">The value.</param>
/// <param name="Role">The role.</param>
/// <param name="Tenant">The slug of the one tenant that it is for; null for all.</param>
internal sealed record RoleGrant(string Value, Role Role, string? Tenant);
