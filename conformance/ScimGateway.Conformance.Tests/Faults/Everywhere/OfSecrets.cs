using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.Breakage;

namespace ScimGateway.Conformance.Tests.Faults.Everywhere;

/// <summary>What is never to be shown is shown (RFC 7643 §7, returned: never).</summary>
internal static class OfSecrets
{
    public static readonly Breakage[] All =
    [
        Told("always", Always, "in whatever answer has the user"),
        Told("in-created", Creates, "in the answer to POST"),
        Told("in-read", Reads, "when the user is read"),
        Told("in-lists", ask => IsList(ask) && ask.Method == "GET", "in lists"),
        Told("in-searches", ask => IsList(ask) && ask.Method == "POST", "in the answer to a search"),
        Told("in-replaced", Replaces, "in the answer to PUT"),
        Told("in-patched", Patches, "in the answer to PATCH"),
        Told(
            "on-demand",
            ask => Asked(ask).Contains("password", StringComparison.Ordinal),
            "to who asks for it by name"
        ),
        Told("in-whole", ask => Asked(ask).Length == 0, "where nothing is said of attributes"),
        new(
            "password-masked",
            "RFC7643-7",
            "it shows stars for a password",
            Shows(
                Always,
                (shown, kept) =>
                {
                    if (kept.Written["password"] is not null)
                        shown["password"] = "********";
                }
            )
        ),
        new(
            "password-empty",
            "RFC7643-7",
            "it shows an empty password for each user",
            Shows(ask => ask.Path.StartsWith("Users", StringComparison.Ordinal), shown => shown["password"] = "")
        ),
    ];

    private static Breakage Told(string where, Func<Ask, bool> when, string says) =>
        new(
            $"password-shown-{where}",
            "RFC7643-7",
            $"it shows the password {says}",
            Shows(
                when,
                (shown, kept) =>
                {
                    if (kept.Written["password"] is { } password)
                        shown["password"] = password.DeepClone();
                }
            )
        );

    private static string Asked(Ask ask) =>
        (IsList(ask) ? Parameter(ask, "attributes") : ask.Query["attributes"]) ?? "";
}
