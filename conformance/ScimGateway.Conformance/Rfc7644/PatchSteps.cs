using System.Text.Json.Nodes;
using ScimGateway.Conformance.Rfc7643;
using static ScimGateway.Conformance.Level;
using static ScimGateway.Conformance.Rfc7644.Patching;

namespace ScimGateway.Conformance.Rfc7644;

/// <summary>What one operation of a PATCH leaves for the next, and what null does (RFC 7644 §3.5.2).</summary>
internal static class PatchSteps
{
    public static readonly Requirement[] All =
    [
        new(
            "RFC7644-3.5.2-next",
            Must,
            "an operation finds what the one before it has added",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var name = server.Name();
                return await Steps.ChangesAsync(
                    server,
                    user,
                    read =>
                        read.Json.Objects("emails")
                            .Any(one => Steps.IsSame(one.At("value").AsText(), $"{name}-later@example.com")),
                    Operation(
                        "add",
                        "emails",
                        new JsonArray(new JsonObject { ["value"] = $"{name}@example.com", ["type"] = "home" })
                    ),
                    Operation("replace", "emails[type eq \"home\"].value", $"{name}-later@example.com")
                );
            }
        )
        {
            Needs = Feature.Users | Feature.Patch,
        },
        new(
            "RFC7644-3.5.2-null",
            Must,
            "replace by null leaves an attribute without a value (RFC 7643 §2.5)",
            async server =>
            {
                var name = await Steps.UndefaultedAsync(server);
                var user = await server.MadeUserAsync(sent => sent[name] = "Former");
                return await Steps.ChangesAsync(
                    server,
                    user,
                    read => !read[name].IsSomething(),
                    new JsonObject
                    {
                        ["op"] = "replace",
                        ["path"] = name,
                        ["value"] = null,
                    }
                );
            }
        )
        {
            Needs = Feature.Users | Feature.Patch,
        },
    ];
}
