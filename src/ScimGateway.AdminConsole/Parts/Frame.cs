using ScimGateway.AdminConsole.Answers;

namespace ScimGateway.AdminConsole.Parts;

/// <summary>What every page has around what it shows.</summary>
/// <param name="Root">What is before the console's other pages, from the page's address.</param>
/// <param name="Home">Where the console begins, from there.</param>
/// <param name="Me">Who has signed in; null where nobody has.</param>
/// <param name="FormToken">What its forms carry to show that they are its own.</param>
public sealed record Frame(string Root, string Home, Session? Me, string FormToken)
{
    /// <summary>The field of a form that has the token.</summary>
    public const string FormField = "form";

    /// <summary>The address of a page of a tenant.</summary>
    public string Of(string slug, string page = "") =>
        $"{Root}tenants/{Uri.EscapeDataString(slug)}{(page.Length > 0 ? "/" : "")}{page}";
}
