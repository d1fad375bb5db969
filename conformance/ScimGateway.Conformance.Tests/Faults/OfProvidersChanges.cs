using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Fault;
using static ScimGateway.Conformance.Tests.Faults.OfProviders;

namespace ScimGateway.Conformance.Tests.Faults;

/// <summary>What can be wrong about how providers change users.</summary>
internal static class OfProvidersChanges
{
    private const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    public static readonly ProviderFault[] All =
    [
        Answers(
            "who is disabled is not there",
            ask => ask.IsOne("GET", "Users"),
            answer =>
            {
                if (answer.Body?["active"]?.ToJsonString() == "false")
                    (answer.Status, answer.Body) = (404, Refusal.Unknown("Users").Answer().Body);
            },
            "entra-flag-disable",
            "entra-leave",
            "okta-deactivate",
            "okta-crud-test",
            "pingone-disable-user",
            "pingfederate-disable-user",
            "onelogin-create-user",
            "jumpcloud-update-user",
            "jumpcloud-activate",
            "others-google-create-user"
        ),
        new("who is disabled leaves his groups", "entra-restore-keeps-memberships")
        {
            Detour = (ask, scim) =>
            {
                if (ask.IsOne("PATCH", "Users") && ask.Text.Contains("false", StringComparison.Ordinal))
                    foreach (var group in scim.Resources.Where(one => one.HasMember(ask.Path[6..])).ToList())
                        scim.Handle(
                            Patching(ask, $"Groups/{group.Id}", "remove", $"members[value eq \"{ask.Path[6..]}\"]")
                        );
                return scim.Handle(ask);
            },
        },
        OfOperations(
            "a userName without a path is not changed",
            ask => ask.IsOne("PATCH", "Users"),
            one => one["value"] is JsonObject value && value.Remove("userName"),
            "entra-rename-user-without-path"
        ),
        Says(
            "who was renamed is not found",
            ask => ask.Filter?.Contains("\"wed.", StringComparison.Ordinal) == true,
            () => new Answer(404),
            "entra-rename-user"
        ),
        Shows(
            "a family name takes the given name away",
            ask => ask.IsOne("GET", "Users"),
            one =>
            {
                if (one["name"]?["familyName"].Text() == "Newhaven")
                    one["name"]!.AsObject().Remove("givenName");
            },
            "entra-update-mail-and-name"
        ),
        OfOperations(
            "the country of an address is not changed",
            ask => ask.IsOne("PATCH", "Users"),
            one => one["path"].Text()?.EndsWith("].country", StringComparison.Ordinal) == true,
            "entra-update-address"
        ),
        Says(
            "more than twenty operations are refused",
            ask => ask.Method == "PATCH" && ask.Body?["Operations"] is JsonArray { Count: > 20 },
            () => new Refusal(413, null, "Twenty at most.").Answer(),
            "entra-update-many"
        ),
        Says(
            "the empty text is refused",
            ask => ask.Method == "PATCH" && ask.Text.Contains("\"title\",\"value\":\"\"", StringComparison.Ordinal),
            () => Refusal.Value("title is empty.").Answer(),
            "entra-clear-with-empty-text"
        ),
        Says(
            "an empty list is refused",
            ask => ask.IsOne("PATCH", "Users") && ask.Text.Contains("\"value\":[]", StringComparison.Ordinal),
            () => Refusal.Value("phoneNumbers is empty.").Answer(),
            "entra-clear-with-empty-list"
        ),
        OfOperations(
            "an extension within a value is passed over",
            ask => ask.IsOne("PATCH", "Users"),
            one =>
            {
                (one["value"] as JsonObject)?.Remove(Enterprise);
                return false;
            },
            "entra-flag-extension-object"
        ),
        OfOperations(
            "null changes nothing",
            ask => ask.IsOne("PATCH", "Users"),
            one => one.ContainsKey("value") && one["value"] is null,
            "entra-clear-with-null"
        ),
        Says(
            "a path with a URN is none",
            ask => ask.Method == "PATCH" && ask.Text.Contains($"\"{Enterprise}:department", StringComparison.Ordinal),
            () => Refusal.Path("There is no such path.").Answer(),
            "entra-update-extension"
        ),
        Asks(
            "remove takes away all addresses",
            ask => ask.Method == "PATCH",
            ask =>
                ask with
                {
                    Text = ask.Text.Replace(
                        "emails[type eq \\u0022other\\u0022].value",
                        "emails",
                        StringComparison.Ordinal
                    ),
                },
            "entra-remove-address-with-value"
        ),
        Says(
            "Operations come after schemas",
            ask => ask.Text.StartsWith("{\"Operations\"", StringComparison.Ordinal),
            () => Refusal.Syntax("schemas is missing.").Answer(),
            "entra-patch-schemas-last"
        ),
        Says(
            "an operation that is none is passed over",
            ask => ask.Text.Contains("\"move\"", StringComparison.Ordinal),
            () => new Answer(204),
            "entra-patch-nonsense"
        ),
        new("a whole user without a userName keeps the one he had", "entra-put-user")
        {
            Detour = (ask, scim) =>
                scim.Handle(
                    Replaces(ask) && Meant(ask, scim) is { } user
                        ? ask.With(body => body["userName"] ??= user.Written["userName"]!.DeepClone())
                        : ask
                ),
        },
        new("a manager who is not there is a failure of the server", "entra-manager-unknown")
        {
            Detour = (ask, scim) =>
                ask.IsOne("PATCH", "Users")
                && ask.Body!["Operations"]!.AsArray().FirstOrDefault() is { } one
                && one["path"].Text() == $"{Enterprise}:manager"
                && one["value"].Text() is { Length: > 0 } manager
                && scim.Resources.All(user => user.Id != manager)
                    ? new Answer(500)
                    : scim.Handle(ask),
        },
        OfOperations(
            "roles are added to those that there are",
            ask => ask.IsOne("PATCH", "Users"),
            one =>
            {
                if (one["path"].Text() == "roles" && one["op"].Text() == "replace")
                    one["op"] = "add";
                return false;
            },
            "entra-roles-whole-list"
        ),
        Says(
            "groups of a user are refused where he is replaced",
            ask => Replaces(ask) && ask.Body?["meta"] is not null,
            () => Refusal.Mutability("groups").Answer(),
            "okta-update-user"
        ),
        Asks(
            "an extension is not replaced",
            Replaces,
            ask => ask.With(body => body.Remove(Enterprise)),
            "pingone-update-user"
        ),
        new("a title is not replaced", "pingone-update-user", "pingfederate-update-user")
        {
            Detour = (ask, scim) =>
                scim.Handle(
                    Replaces(ask) && Meant(ask, scim)?.Written["title"] is { } title
                        ? ask.With(body => body["title"] = title.DeepClone())
                        : ask
                ),
        },
        Shows(
            "a display name is not replaced",
            ask => ask.IsOne("GET", "Users"),
            one =>
            {
                if (one["displayName"].Text() == "Ravi N.")
                    one["displayName"] = "Ravi Nair";
            },
            "others-authentik-put"
        ),
    ];

    private static Ask Patching(Ask ask, string path, string op, string what) =>
        (ask with { Method = "PATCH", Path = path }).With(
            new JsonObject { ["Operations"] = new JsonArray(new JsonObject { ["op"] = op, ["path"] = what }) }
        );
}
