using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Fault;
using static ScimGateway.Conformance.Tests.Faults.OfProviders;

namespace ScimGateway.Conformance.Tests.Faults;

/// <summary>What can be wrong about what providers list and filter by.</summary>
internal static class OfProvidersLists
{
    public static readonly ProviderFault[] All =
    [
        new("nobody found is 500", "onelogin-connect")
        {
            Detour = (ask, scim) =>
            {
                var answer = scim.Handle(ask);
                return ask.Filter is not null && answer.Body?["totalResults"]?.ToJsonString() == "0"
                    ? new Answer(500)
                    : answer;
            },
        },
        new("nobody found is 404", "entra-connect", "pingone-connect", "jumpcloud-create-user")
        {
            Detour = (ask, scim) =>
            {
                var answer = scim.Handle(ask);
                return ask.Filter is not null && answer.Body?["totalResults"]?.ToJsonString() == "0"
                    ? Refusal.Unknown("anybody").Answer()
                    : answer;
            },
        },
        Answers(
            "the size of a page is a text",
            ask => ask is { Method: "GET", Path: "Users" or "Groups" },
            answer =>
            {
                if (answer.Body?["itemsPerPage"] is { } size)
                    answer.Body["itemsPerPage"] = size.ToString();
            },
            "okta-connect",
            "okta-import",
            "okta-spec-test",
            "pingfederate-groups-by-listing"
        ),
        Asks("five are four", ask => ask.Query["count"] == "5", ask => ask.With("count", "4"), "entra-pages"),
        Asks(
            "the second is the first",
            ask => ask.Query["startIndex"] == "2",
            ask => ask.With("startIndex", "1"),
            "okta-import"
        ),
        Asks(
            "beyond the end is the beginning",
            ask => ask.Query["startIndex"] == "100000001",
            ask => ask.With("startIndex", "1"),
            "entra-pages",
            "pingfederate-groups-by-listing"
        ),
        Asks(
            "a filter that is not understood is passed over",
            ask => ask.Filter?.StartsWith("nosuch", StringComparison.Ordinal) == true,
            ask => ask.With("filter", null),
            "entra-filter-not-passed-over"
        ),
        Says(
            "members cannot be filtered by",
            ask => ask.Filter?.Contains(" members eq", StringComparison.Ordinal) == true,
            () => Refusal.Filter("members is no attribute to filter by.").Answer(),
            "entra-member-check"
        ),
        Says(
            "operators are small letters",
            ask => ask.Filter?.Contains(" Eq ", StringComparison.Ordinal) == true,
            () => Refusal.Filter("There is no Eq.").Answer(),
            "pingone-create-user",
            "pingone-connect"
        ),
        Asks(
            "a query is decoded twice",
            ask => ask.Filter?.Contains('+', StringComparison.Ordinal) == true,
            ask => ask.With("filter", ask.Filter!.Replace('+', ' ')),
            "pingone-group-name"
        ),
        Says(
            "emails cannot be filtered by",
            ask => ask.Filter?.StartsWith("emails eq", StringComparison.Ordinal) == true,
            () => Refusal.Filter("emails is complex.").Answer(),
            "pingfederate-match-by-work-address"
        ),
        Says(
            "nothing but eq is understood",
            ask => ask.Filter?.Contains(" co ", StringComparison.Ordinal) == true && !ask.Filter.Contains("ame co"),
            () => Refusal.Filter("There is no co.").Answer(),
            "pingfederate-match-by-filter-of-ones-own"
        ),
    ];
}
