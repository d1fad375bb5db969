using Microsoft.AspNetCore.Http;

namespace ScimGateway.AdminConsole;

/// <summary>Signing in by the organization's identity provider, which the console's host does.</summary>
/// <param name="Begin">
/// Sends a browser to the provider, with where it is to go on after that; why not, where it could not be sent.
/// </param>
/// <param name="Finish">Takes a browser back from there.</param>
public sealed record OrganizationSignIn(
    Func<HttpContext, string, Task<NotSignedIn?>> Begin,
    Func<HttpContext, Task<Returned>> Finish
);

/// <summary>A browser that came back from the identity provider.</summary>
/// <param name="To">Where it was to go on.</param>
/// <param name="Secret">The secret of its session; null where nobody was signed in.</param>
/// <param name="Not">Why nobody was.</param>
public sealed record Returned(string To, string? Secret, NotSignedIn? Not)
{
    // Records print what they hold.
    /// <inheritdoc/>
    public override string ToString() => nameof(Returned);
}

/// <summary>Why nobody was signed in.</summary>
/// <param name="Why">Why, and what to do.</param>
/// <param name="Status">The HTTP status of the page that says it.</param>
public sealed record NotSignedIn(string Why, int Status);
