using System.Text.Json.Nodes;
using ScimGateway.Conformance.Rfc7643;
using static ScimGateway.Conformance.Level;

namespace ScimGateway.Conformance.Rfc7644;

/// <summary>How what is sent and answered is written (RFC 7644 §3.8, §3.10).</summary>
internal static class Formats
{
    public static readonly Requirement[] All =
    [
        new(
            "RFC7644-3.8-json",
            Must,
            "answers are JSON",
            async server =>
            {
                var list = await server.GetAsync("Users?count=1");
                return Verdict.Of(list.Bytes.Length == 0 || list.Json is not null, list);
            }
        )
        {
            Everywhere = Seen.NoJson,
        },
        new(
            "RFC7644-3.8-utf-8",
            Must,
            "answers are in UTF-8",
            async server =>
            {
                var user = await server.MadeUserAsync(sent => sent["displayName"] = "Zoë Łukasz 東京 🚀");
                var read = await server.GetAsync(Server.At(user));
                return Verdict.Of(read.IsUtf8 && read.Says("displayName", "Zoë Łukasz 東京 🚀"), read);
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.1-media-type",
            Must,
            "answers are of the type application/scim+json",
            async server =>
            {
                var list = await server.GetAsync("Users?count=1");
                return list.Bytes.Length == 0
                    ? Verdict.Broken(list)
                    : Verdict.Of(list.MediaType == Words.MediaType, $"Content-Type: {list.Header("Content-Type")}");
            }
        )
        {
            Everywhere = Seen.MediaType,
        },
        new(
            "RFC7644-3.8-accept-scim",
            Must,
            "Accept: application/scim+json is understood",
            async server =>
            {
                var list = await server.GetAsync("Users?count=1", ("Accept", Words.MediaType));
                return Verdict.Of(list.Status == 200, list);
            }
        ),
        new(
            "RFC7644-3.8-accept-json",
            Should,
            "Accept: application/json is understood",
            async server =>
            {
                var list = await server.GetAsync("Users?count=1", ("Accept", "application/json"));
                return Verdict.Of(list.Status == 200 && list.Json is not null, list);
            }
        ),
        new(
            "RFC7644-3.8-accept-nothing",
            Must,
            "without Accept the answer is application/scim+json",
            async server =>
            {
                var list = await server.GetAsync("Users?count=1", ("Accept", null));
                return list.Status != 200
                    ? Verdict.Broken(list)
                    : Verdict.Of(list.MediaType == Words.MediaType, $"Content-Type: {list.Header("Content-Type")}");
            }
        ),
        new(
            "RFC7644-3.8-content-json",
            Should,
            "a body of the type application/json is taken",
            async server =>
            {
                var made = await server.PostAsync("Users", server.User(), ("Content-Type", "application/json"));
                return Verdict.Of(made.IsFine, made);
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.8-charset",
            Should,
            "a body that says charset=utf-8, which it is anyway, is taken",
            async server =>
            {
                var made = await server.PostAsync(
                    "Users",
                    server.User(),
                    ("Content-Type", "application/scim+json; charset=utf-8")
                );
                return Verdict.Of(made.IsFine, made);
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.10-case",
            Must,
            "names of attributes may be in any case",
            async server =>
            {
                var user = server.User();
                var sent = new JsonObject();
                foreach (var (name, value) in user)
                    sent[
                        name is "userName" ? "USERNAME"
                        : name is "displayName" ? "DisplayName"
                        : name
                    ] = value?.DeepClone();
                var made = await server.PostAsync("Users", sent);
                if (!made.IsFine)
                    return Verdict.Broken(made);
                made.WithResource();
                return Verdict.Of(
                    string.Equals(
                        made.TextOf("userName"),
                        user.At("userName").AsText(),
                        StringComparison.OrdinalIgnoreCase
                    ),
                    made
                );
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.10-urn",
            Must,
            "attributes may be named with their URN, in any case",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var read = await server.GetAsync(
                    $"{Server.At(user)}?attributes={Words.User.ToUpperInvariant()}:USERNAME"
                );
                return Verdict.Of(read["userName"].IsSomething() && !read["emails"].IsSomething(), read);
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.8-accept-several",
            Must,
            "Accept may name several types (RFC 9110 §12.5.1)",
            async server =>
            {
                var list = await server.GetAsync(
                    "Users?count=1",
                    ("Accept", "application/scim+json, application/json;q=0.9, */*;q=0.1")
                );
                return Verdict.Of(list.Status == 200 && list.Json is not null, list);
            }
        )
        {
            Needs = Feature.Users,
        },
    ];
}
