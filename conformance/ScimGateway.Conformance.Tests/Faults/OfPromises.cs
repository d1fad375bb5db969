using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Fault;

namespace ScimGateway.Conformance.Tests.Faults;

/// <summary>Schemas and resource types that promise what the server does not keep (RFC 7643 §6, §7).</summary>
internal static class OfPromises
{
    public static readonly Fault[] All =
    [
        Says("RFC7643-7-unique", "title", Set("uniqueness", "server")),
        Says("RFC7643-7-immutable", "title", Set("mutability", "immutable")),
        Says("RFC7643-7-read-only-all", "title", Set("mutability", "readOnly")),
        Says("RFC7643-7-required-all", "title", Set("required", true)),
        Says("RFC7643-7-written-only", "displayName", Set("mutability", "writeOnly")),
        Types(
            "RFC7643-7-extension-required",
            type =>
            {
                if (type["id"].Text() == "User")
                    type["schemaExtensions"]![0]!["required"] = true;
            }
        ),
        Asks(
            "RFC7643-7-round-trip-own",
            ask => ask is { Method: "POST", Path: "Devices" },
            ask => ask.With(body => body.Remove("bought"))
        ),
    ];

    private static Fault Says(string requirement, string attribute, Action<JsonObject> change) =>
        Shows(
            requirement,
            ask => ask.Is("GET", "Schemas"),
            one =>
            {
                if (one["id"].Text() == Known.User.Id)
                    change(one.Values("attributes").First(other => other["name"].Text() == attribute));
            }
        );

    private static Fault Types(string requirement, Action<JsonObject> change) =>
        Shows(requirement, ask => ask.Is("GET", "ResourceTypes"), change);
}
