using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.Breakage;

namespace ScimGateway.Conformance.Tests.Faults.Everywhere;

/// <summary>PUT is something else than a replacement (RFC 7644 §3.5.1).</summary>
internal static class OfReplacing
{
    private const string Section = "RFC7644-3.5.1";

    public static readonly Breakage[] All =
    [
        new(
            "put-keeps-parts",
            Section,
            "the parts of a name stay that PUT does not name",
            (ask, scim) =>
                Replaces(ask)
                && Meant(ask, scim)?.Written["name"] is JsonObject own
                && (ask.Body as JsonObject)?["name"] is JsonObject
                    ? scim.Handle(
                        ask.With(body =>
                        {
                            foreach (var (name, value) in own)
                                body["name"]!.AsObject()[name] ??= value?.DeepClone();
                        })
                    )
                    : scim.Handle(ask)
        ),
        new(
            "put-adds-values",
            Section,
            "the values that PUT names are added to those that there are",
            (ask, scim) =>
                Replaces(ask) && Meant(ask, scim) is { } meant
                    ? scim.Handle(
                        ask.With(body =>
                        {
                            foreach (var (name, value) in meant.Written)
                                if (name != "schemas" && value is JsonArray values && body[name] is JsonArray given)
                                    foreach (
                                        var one in values.Where(one =>
                                            !given.Any(other => JsonNode.DeepEquals(one!["value"], other!["value"]))
                                        )
                                    )
                                    {
                                        var more = Copy(one!.AsObject());
                                        more.Remove("primary");
                                        given.Add(more);
                                    }
                        })
                    )
                    : scim.Handle(ask)
        ),
        new(
            "put-passed-over",
            Section,
            "PUT does nothing",
            (ask, scim) =>
                Replaces(ask)
                && scim.Handle(ask with { Method = "GET" }) is { IsFine: true } answer
                && ask.Body is JsonObject
                    ? answer
                    : scim.Handle(ask)
        ),
        new(
            "put-of-groups-passed-over",
            Section,
            "PUT of groups does nothing",
            (ask, scim) =>
                Replaces(ask)
                && ask.Path.StartsWith("Groups", StringComparison.Ordinal)
                && scim.Handle(ask with { Method = "GET" }) is { IsFine: true } answer
                && ask.Body is JsonObject
                    ? answer
                    : scim.Handle(ask)
        ),
        Without(
            "put-passes-over-extension",
            "PUT does nothing to an extension",
            name => name.StartsWith("urn:", StringComparison.Ordinal)
        ),
        Without("put-passes-over-members", "PUT does nothing to members", name => name == "members"),
        Without("put-passes-over-external-id", "PUT does nothing to externalId", name => name == "externalId"),
        Without("put-passes-over-active", "PUT does nothing to active", name => name == "active"),
        Without("put-passes-over-user-name", "PUT does nothing to userName", name => name == "userName"),
        Without(
            "put-passes-over-lists",
            "PUT does nothing to what has several values",
            name => Known.Types.Any(type => type.Core.Attributes.Named(name)?.Many == true)
        ),
        Without("put-passes-over-complex", "PUT does nothing to what has sub-attributes", name => name == "name"),
    ];

    private static Breakage Without(string name, string says, Func<string, bool> which) =>
        new(
            name,
            Section,
            says,
            (ask, scim) =>
                Replaces(ask) && Meant(ask, scim) is { } meant && ask.Body is JsonObject
                    ? scim.Handle(
                        ask.With(body =>
                        {
                            foreach (
                                var key in body.Select(one => one.Key)
                                    .Where(which)
                                    .Concat(meant.Written.Select(one => one.Key).Where(which))
                                    .Distinct()
                                    .Where(key => key != "schemas")
                                    .ToList()
                            )
                                body[key] = meant.Written[key]?.DeepClone();
                        })
                    )
                    : scim.Handle(ask)
        );
}
