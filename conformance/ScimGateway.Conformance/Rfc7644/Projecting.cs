using ScimGateway.Conformance.Rfc7643;
using static ScimGateway.Conformance.Level;

namespace ScimGateway.Conformance.Rfc7644;

/// <summary>Which attributes are answered (RFC 7644 §3.9).</summary>
internal static class Projecting
{
    public static readonly Requirement[] All =
    [
        new(
            "RFC7644-3.9-attributes",
            Must,
            "attributes says what is answered, beside what always is",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var read = await server.GetAsync($"{Server.At(user)}?attributes=userName");
                return Verdict.Of(
                    read["userName"].IsSomething()
                        && read["id"].IsSomething()
                        && !read["emails"].IsSomething()
                        && !read["displayName"].IsSomething(),
                    read
                );
            }
        )
        {
            Everywhere = Seen.Projection,
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.9-several",
            Must,
            "several attributes have commas between",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var read = await server.GetAsync($"{Server.At(user)}?attributes=userName,displayName");
                return Verdict.Of(
                    read["userName"].IsSomething()
                        && read["displayName"].IsSomething()
                        && !read["emails"].IsSomething(),
                    read
                );
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.9-sub-attribute",
            Must,
            "a sub-attribute alone may be asked for",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var read = await server.GetAsync($"{Server.At(user)}?attributes=name.familyName");
                return Verdict.Of(
                    read.TextOf("name.familyName") == "Former" && !read["name.givenName"].IsSomething(),
                    read
                );
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.9-excluded",
            Must,
            "excludedAttributes says what is left out",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var read = await server.GetAsync($"{Server.At(user)}?excludedAttributes=emails");
                return Verdict.Of(!read["emails"].IsSomething() && read["userName"].IsSomething(), read);
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.9-excluded-always",
            Must,
            "what is always returned is not left out",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var read = await server.GetAsync($"{Server.At(user)}?excludedAttributes=id,userName");
                return Verdict.Of(read.TextOf("id") == user.At("id").AsText(), read);
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.9-list",
            Must,
            "lists have the attributes that are asked for",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var list = await server.FilterAsync(
                    "Users",
                    $"userName eq \"{user.At("userName")}\"",
                    "&attributes=displayName"
                );
                return Verdict.Of(
                    list.Resources.Count == 1
                        && list.Resources[0].At("displayName").IsSomething()
                        && list.Resources[0].At("id").IsSomething()
                        && !list.Resources[0].At("emails").IsSomething(),
                    list
                );
            }
        )
        {
            Needs = Feature.Users | Feature.Filter,
        },
        new(
            "RFC7644-3.9-create",
            Must,
            "what is created is answered with the attributes that are asked for",
            async server =>
            {
                var made = (await server.PostAsync("Users?attributes=userName", server.User())).WithResource();
                return Verdict.Of(made["userName"].IsSomething() && !made["emails"].IsSomething(), made);
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.9-group-without-members",
            Must,
            "a group is answered without its members where they are excluded",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var group = await server.MadeGroupAsync(user.At("id").AsText()!);
                var read = await server.GetAsync($"{Server.At(group)}?excludedAttributes=members");
                return Verdict.Of(read["displayName"].IsSomething() && !read["members"].IsSomething(), read);
            }
        )
        {
            Needs = Feature.Users | Feature.Groups,
        },
    ];
}
