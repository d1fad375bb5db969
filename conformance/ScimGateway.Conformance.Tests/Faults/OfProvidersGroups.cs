using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Fault;
using static ScimGateway.Conformance.Tests.Faults.OfProviders;

namespace ScimGateway.Conformance.Tests.Faults;

/// <summary>What can be wrong about what providers do to groups and who is in them.</summary>
internal static class OfProvidersGroups
{
    public static readonly ProviderFault[] All =
    [
        Says(
            "a schema that is not known is refused",
            ask => CreatesGroup(ask) && ask.Text.Contains("http://schemas.", StringComparison.Ordinal),
            () => Refusal.Value("There is no such schema.").Answer(),
            "entra-group-create"
        ),
        Says(
            "an empty list of members is refused",
            ask => CreatesGroup(ask) && ask.Body?["members"] is JsonArray { Count: 0 },
            () => Refusal.Value("members is empty.").Answer(),
            "entra-validator-group",
            "okta-group-push",
            "pingfederate-group-dn"
        ),
        Says(
            "a name with commas is refused",
            ask =>
                CreatesGroup(ask) && ask.Body?["displayName"].Text()?.Contains(',', StringComparison.Ordinal) == true,
            () => Refusal.Value("A name has no commas.").Answer(),
            "pingfederate-group-dn"
        ),
        Shows(
            "who renames a group loses its key",
            ask => ask.IsOne("GET", "Groups"),
            one =>
            {
                if (one["displayName"].Text()?.StartsWith("Bridge", StringComparison.Ordinal) == true)
                    one.Remove("externalId");
            },
            "entra-group-rename"
        ),
        Answers(
            "a group is read without a body",
            ask => ask.IsOne("GET", "Groups"),
            answer => answer.Body = null,
            "entra-group-rename",
            "entra-members-remove-all",
            "okta-group-members-none",
            "others-keycloak-group"
        ),
        new("a group takes its members with it", "entra-group-delete", "okta-group-delete")
        {
            Detour = (ask, scim) =>
            {
                if (ask.IsOne("DELETE", "Groups") && Meant(ask, scim) is { } group)
                    foreach (var member in group.Written.Values("members"))
                        scim.Handle(ask with { Path = $"Users/{member["value"]}" });
                return scim.Handle(ask);
            },
        },
        OfOperations(
            "add replaces members",
            ask => ask.IsOne("PATCH", "Groups"),
            one =>
            {
                if (one["path"].Text() == "members" && one["op"].Text() is "Add" or "add")
                    one["op"] = "replace";
                return false;
            },
            "entra-members-one-by-one"
        ),
        OfOperations(
            "the first of several members is added",
            ask => ask.IsOne("PATCH", "Groups"),
            one =>
            {
                if (one["op"].Text() is "Add" or "add" && one["value"] is JsonArray { Count: > 1 } values)
                    one["value"] = new JsonArray(values[0]!.DeepClone());
                return false;
            },
            "entra-members-several",
            "jumpcloud-group"
        ),
        new("who is in a group already is a conflict", "entra-members-again")
        {
            Detour = (ask, scim) =>
                ask.IsOne("PATCH", "Groups")
                && Meant(ask, scim) is { } group
                && ask.Text.Contains("\"Add\"", StringComparison.Ordinal)
                && group
                    .Written.Values("members")
                    .Any(one => ask.Text.Contains($"{one["value"]}", StringComparison.Ordinal))
                    ? new Refusal(409, null, "It is in there.").Answer()
                    : scim.Handle(ask),
        },
        OfOperations(
            "remove by a filter removes all",
            ask => ask.IsOne("PATCH", "Groups"),
            one =>
            {
                if (one["path"].Text()?.StartsWith("members[", StringComparison.Ordinal) == true)
                    one["path"] = "members";
                return false;
            },
            "entra-flag-members-remove",
            "okta-group-members",
            "pingfederate-group-patch"
        ),
        OfOperations(
            "remove of all members removes nobody",
            ask => ask.IsOne("PATCH", "Groups"),
            one => one["path"].Text() == "members" && one["op"].Text() == "remove" && one["value"] is null,
            "entra-members-remove-all",
            "others-keycloak-group"
        ),
        Says(
            "a member of an operation that is not known is refused",
            ask => ask.Method == "PATCH" && ask.Text.Contains("\"addMember\"", StringComparison.Ordinal),
            () => Refusal.Syntax("name is no part of an operation.").Answer(),
            "entra-patch-more-members"
        ),
        Says(
            "an empty list of members is no list",
            ask => ask.IsOne("PATCH", "Groups") && ask.Text.Contains("\"value\":[]", StringComparison.Ordinal),
            () => Refusal.Value("members is empty.").Answer(),
            "okta-group-members-none"
        ),
        OfOperations(
            "a hundred members are enough",
            ask => ask.IsOne("PATCH", "Groups"),
            one =>
            {
                if (one["value"] is JsonArray { Count: > 100 } values)
                    one["value"] = new JsonArray([.. values.Take(100).Select(value => value!.DeepClone())]);
                return false;
            },
            "okta-group-push-105"
        ),
        Says(
            "a member who is not there is a failure of the server",
            ask => ask.IsOne("PATCH", "Groups") && ask.Text.Contains('-', StringComparison.Ordinal) && HasGuid(ask),
            () => new Answer(500),
            "okta-group-unknown-member"
        ),
        new("PUT adds members", "okta-group-put", "pingone-group-overwrite", "pingfederate-group-put")
        {
            Detour = (ask, scim) =>
                scim.Handle(
                    ask.IsOne("PUT", "Groups") && Meant(ask, scim)?.Written["members"] is JsonArray there
                        ? ask.With(body =>
                        {
                            foreach (var member in there)
                                body["members"]!.AsArray().Add(member!.DeepClone());
                        })
                        : ask
                ),
        },
        Says(
            "groups are listed with a filter alone",
            ask => ask is { Method: "GET", Path: "Groups", Query.Count: 0 },
            () => Refusal.Filter("A filter is wanted.").Answer(),
            "onelogin-group",
            "okta-spec-test"
        ),
    ];

    private static bool CreatesGroup(Ask ask) => ask is { Method: "POST", Path: "Groups" };

    private static bool HasGuid(Ask ask) =>
        ask.Body!["Operations"]!.AsArray()[0]!["value"] is JsonArray values
        && values.Any(one => Guid.TryParseExact(one?["value"].Text(), "d", out _));
}
