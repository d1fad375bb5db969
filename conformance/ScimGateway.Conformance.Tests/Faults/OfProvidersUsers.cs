using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Fault;
using static ScimGateway.Conformance.Tests.Faults.OfProviders;

namespace ScimGateway.Conformance.Tests.Faults;

/// <summary>What can be wrong about what providers do to create, read and delete users, and to learn what is announced.</summary>
internal static class OfProvidersUsers
{
    private const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    private static readonly ConcurrentDictionary<string, bool> _deleted = new();

    public static readonly ProviderFault[] All =
    [
        Answers(
            "filter is not announced",
            ask => ask.Path == "ServiceProviderConfig",
            answer => answer.Body!["filter"]!["supported"] = false,
            "entra-announces"
        ),
        Answers(
            "a number is missing in what is announced",
            ask => ask.Path == "ServiceProviderConfig",
            answer => answer.Body!["bulk"]!.AsObject().Remove("maxOperations"),
            "others-authentik-put"
        ),
        Answers(
            "/Schemas has no Group",
            ask => ask.Path == "Schemas",
            answer => answer.Body!["Resources"]!.AsArray().RemoveAt(2),
            "entra-schemas"
        ),
        Says(
            "a parameter that is not known is refused",
            ask => ask.Query[null] == "aadOptscim062020",
            () => Refusal.Value("There is no such parameter.").Answer(),
            "entra-flag-in-url"
        ),
        Says("/Roles is a failure", ask => ask.Path == "Roles", () => new Answer(500), "okta-entitlements"),
        Says(
            "bearer has a capital letter",
            ask => ask.Header("authorization")?.StartsWith("bearer", StringComparison.Ordinal) == true,
            () => new Refusal(401, null, "Bearer has a capital letter.").Answer(),
            "pingone-authorization"
        ),
        Says(
            "a wrong credential is 403",
            ask => ask.Header("authorization") == "no-such-credential",
            () => new Refusal(403, null, "No.").Answer(),
            "okta-wrong-credential"
        ),
        Says(
            "application/json is refused",
            ask => ask.Header("content-type") == "application/json" && ask.Header("user-agent") is not null,
            () => new Refusal(415, null, "application/scim+json is wanted.").Answer(),
            "others-google-create-user"
        ),
        Says(
            "meta from a client is refused",
            ask => Creates(ask) && ask.Body?["meta"] is not null,
            () => Refusal.Mutability("meta").Answer(),
            "entra-create-user"
        ),
        Asks(
            "a language is not kept",
            ask => Creates(ask) && ask.Body?["preferredLanguage"].Text() == "en-GB",
            ask => ask.With(body => body.Remove("preferredLanguage")),
            "entra-create-user-full"
        ),
        Asks(
            "numbers lose their blanks",
            ask => Creates(ask) && ask.Body?["phoneNumbers"] is JsonArray,
            ask => ask with { Text = ask.Text.Replace("44 1482 555 010", "441482555010", StringComparison.Ordinal) },
            "entra-numbers-as-sent"
        ),
        Says(
            "null is refused",
            ask => Creates(ask) && ask.Body is JsonObject body && body.Any(one => one.Value is null),
            () => Refusal.Value("null is no value.").Answer(),
            "entra-create-user-with-nulls"
        ),
        Asks(
            "Primary is not primary",
            Creates,
            ask => ask with { Text = ask.Text.Replace("\"Primary\"", "\"Primacy\"", StringComparison.Ordinal) },
            "entra-create-user-with-capital-keys"
        ),
        Says(
            "a user without a userName is a failure of the server",
            ask => Creates(ask) && ask.Body is JsonObject body && body.Any("userName") is null,
            () => new Answer(500),
            "entra-create-user-without-name"
        ),
        Answers(
            "409 has no keyword",
            Creates,
            answer => (answer.Body as JsonObject)?.Remove("scimType"),
            "pingfederate-create-user-twice"
        ),
        Answers(
            "who is there already is 500",
            Creates,
            answer => answer.Status = answer.Status == 409 ? 500 : answer.Status,
            "entra-create-user-twice"
        ),
        Answers(
            "who is there already is 400",
            Creates,
            answer => answer.Status = answer.Status == 409 ? 400 : answer.Status,
            "okta-spec-test"
        ),
        Asks(
            "roles are not kept",
            ask => Creates(ask) && ask.Body?["roles"] is JsonArray { Count: > 0 },
            ask => ask.With(body => body.Remove("roles")),
            "entra-create-user-with-role"
        ),
        Asks(
            "externalId is not kept",
            Creates,
            ask => ask.With(body => body.Remove("externalId")),
            "entra-create-user-by-external-id"
        ),
        new("a password is shown", "okta-create-user") { Detour = (ask, scim) => Shown(ask, scim, Creates(ask)) },
        new("a password is shown where it is replaced", "okta-link-user")
        {
            Detour = (ask, scim) => Shown(ask, scim, Replaces(ask)),
        },
        Says(
            "entitlements are refused",
            ask => Creates(ask) && ask.Body?["entitlements"] is not null,
            () => Refusal.Value("There are no entitlements.").Answer(),
            "pingfederate-create-user"
        ),
        Asks(
            "who is created disabled is enabled",
            ask => Creates(ask) && ask.Body?["active"]?.ToJsonString() == "false",
            ask => ask.With(body => body["active"] = true),
            "pingfederate-create-disabled-user"
        ),
        Asks(
            "a manager is not kept at the creation",
            ask => Creates(ask) && ask.Body?[Enterprise]?["manager"] is JsonObject,
            ask => ask.With(body => body[Enterprise]!.AsObject().Remove("manager")),
            "pingfederate-manager"
        ),
        Answers(
            "DELETE is 200",
            ask => ask.IsOne("DELETE", "Users"),
            answer => answer.Status = answer.IsFine ? 200 : answer.Status,
            "entra-leave",
            "pingone-delete-user",
            "pingfederate-delete-user",
            "onelogin-create-user",
            "jumpcloud-activate"
        ),
        Says(
            "what is not there is deleted gladly",
            ask => ask.IsOne("DELETE", "Users") && !ask.Path.StartsWith("Users/r", StringComparison.Ordinal),
            () => new Answer(204),
            "entra-delete-unknown"
        ),
        new("the name of who was deleted stays taken", "entra-create-again")
        {
            Detour = (ask, scim) =>
            {
                if (ask.IsOne("DELETE", "Users") && Meant(ask, scim) is { } user)
                    _deleted[user.Written["userName"]!.ToString()] = true;
                return Creates(ask) && _deleted.ContainsKey($"{ask.Body?["userName"]}")
                    ? new Refusal(409, "uniqueness", "There was such a user.").Answer()
                    : scim.Handle(ask);
            },
        },
        Answers(
            "404 is in a form of its own",
            ask => ask.IsOne("GET", "Users"),
            answer => answer.Body = answer.Status == 404 ? new JsonObject { ["error"] = "not found" } : answer.Body,
            "entra-unknown-id"
        ),
    ];

    private static Answer Shown(Ask ask, SoundScim scim, bool isMeant)
    {
        var answer = scim.Handle(ask);
        if (isMeant && answer.IsFine && ask.Body?["password"] is { } password)
            answer.Body!["password"] = password.DeepClone();
        return answer;
    }
}
