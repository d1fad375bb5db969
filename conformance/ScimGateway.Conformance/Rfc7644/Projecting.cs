using System.Text.Json.Nodes;
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
            "RFC7644-3.9-as-whole",
            Should,
            "what is asked for by its name has a value if it has one in the whole resource, too",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var names = server
                    .Announced.Definitions("User")
                    .Where(one => one.At("returned").AsText() is null or "default")
                    .Select(one => one.At("name").AsText())
                    .OfType<string>()
                    .ToList();
                if (names.Count == 0)
                    return Verdict.Skipped("there is no schema of users to look at");
                var whole = await server.GetAsync(Server.At(user));
                var part = await server.GetAsync($"{Server.At(user)}?attributes={string.Join(',', names)}");
                var other = names.Find(name => HasValue(whole[name]) != HasValue(part[name]));
                return Verdict.Of(
                    other is null,
                    $"{other} is {part[other ?? ""]?.ToJsonString() ?? "not there"}: {part}"
                );

                // A text without letters is one (RFC 7643 §2.5).
                static bool HasValue(JsonNode? value) => value.IsSomething() || value.AsText() is not null;
            }
        )
        {
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
                    read.Says("name.familyName", "Former") && !read["name.givenName"].IsSomething(),
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
        new(
            "RFC7644-3.9-names",
            Must,
            "names of what is answered, or left out, may be in any case and with their URN, of groups as well",
            async server =>
            {
                var user = await server.MadeUserAsync(sent =>
                {
                    sent["emails"]!
                        .AsArray()
                        .Add(
                            new JsonObject { ["value"] = $"home-{sent.At("userName")}@example.com", ["type"] = "home" }
                        );
                    if (server.Announced.Has(Feature.Enterprise))
                    {
                        sent["schemas"] = new JsonArray(Words.User, Words.Enterprise);
                        sent[Words.Enterprise] = new JsonObject { ["department"] = "Boats", ["division"] = "Sea" };
                    }
                });
                var at = Server.At(user);
                var urn = await server.GetAsync($"{at}?attributes={Words.User}:name");
                var several = await server.GetAsync($"{at}?attributes=emails");
                var without = await server.GetAsync($"{at}?excludedAttributes={Words.User}:name,EMAILS,schemas");
                var verdicts = new List<Verdict>
                {
                    Verdict.Of(several.Json.Objects("emails").Count == user.Objects("emails").Count, several),
                    Verdict.Of(urn["name"].IsSomething() && !urn["emails"].IsSomething(), urn),
                    Verdict.Of(
                        !without["name"].IsSomething()
                            && !without["emails"].IsSomething()
                            && without["schemas"].IsSomething(),
                        without
                    ),
                };
                if (user.Member(Words.Enterprise).At("department").IsSomething())
                {
                    var own = await server.GetAsync($"{at}?attributes={Words.Enterprise}:department");
                    var rest = await server.GetAsync($"{at}?excludedAttributes={Words.Enterprise}:department");
                    var core = await server.GetAsync($"{at}?attributes=userName");
                    var hasDivision = Has(user, "division");
                    verdicts.Add(
                        Verdict.Of(
                            Has(own.Json, "department")
                                && !own["name"].IsSomething()
                                && !(hasDivision && Has(own.Json, "division")),
                            own
                        )
                    );
                    verdicts.Add(
                        Verdict.Of(
                            !Has(rest.Json, "department")
                                && rest["name"].IsSomething()
                                && Has(rest.Json, "division") == hasDivision,
                            rest
                        )
                    );
                    verdicts.Add(Verdict.Of(!core.Json.Member(Words.Enterprise).IsSomething(), core));
                }
                if (server.Announced.Has(Feature.Groups))
                {
                    var group = await server.MadeGroupAsync(user.At("id").AsText()!);
                    var named = await server.GetAsync($"{Server.At(group)}?attributes=displayName");
                    verdicts.Add(
                        Verdict.Of(named["displayName"].IsSomething() && !named["members"].IsSomething(), named)
                    );
                }
                return Verdict.All(verdicts);

                static bool Has(JsonNode? read, string name) => read.Member(Words.Enterprise).At(name).IsSomething();
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.9-each-method",
            Must,
            "what is to be answered may be said of each method, and has no part in what is kept",
            async server =>
            {
                foreach (var query in new[] { "?attributes=userName", "?excludedAttributes=name" })
                {
                    var made = await server.PostAsync($"Users{query}", server.User());
                    if (!made.IsFine)
                        return Verdict.Broken(made);
                    var at = Server.At(made.WithResource().Json!);
                    var user = server.User();
                    var put = await server.PutAsync($"{at}{query}", user);
                    var list = await server.GetAsync($"Users{query}&count=5");
                    if (!put.IsFine || !list.IsFine)
                        return Verdict.Broken(put.IsFine ? list : put);
                    if (server.Announced.Has(Feature.Patch))
                        await server.PatchAsync(
                            $"{at}{query}",
                            Patching.Operation("replace", "displayName", "Another")
                        );
                    foreach (var answer in new[] { made, put, list })
                        if (Rfc7643.Seen.Projection(server.Announced, answer) is { } wrong)
                            return Verdict.Broken($"{wrong}: {answer}");
                    // What is not answered is kept all the same.
                    var whole = await server.GetAsync(at);
                    if (!whole["name.familyName"].IsSomething() || !whole["userName"].IsSomething())
                        return Verdict.Broken(whole);
                }
                return Verdict.Kept;
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.9-both",
            Must,
            "a sub-attribute may be left out alone",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var read = await server.GetAsync($"{Server.At(user)}?excludedAttributes=name.givenName");
                return Verdict.Of(
                    !read["name.givenName"].IsSomething() && read.Says("name.familyName", "Former"),
                    read
                );
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.9-extension-part",
            Must,
            "of an extension only the attribute that attributes names is shown",
            async server =>
            {
                var user = await server.MadeUserAsync(sent =>
                {
                    sent["schemas"] = new JsonArray(Words.User, Words.Enterprise);
                    sent[Words.Enterprise] = new JsonObject
                    {
                        ["employeeNumber"] = server.ShortName(),
                        ["department"] = "Tours",
                    };
                });
                var whole = await server.GetAsync(Server.At(user));
                var shown = whole.Json.Member(Words.Enterprise);
                if (!shown.At("employeeNumber").IsSomething() || !shown.At("department").IsSomething())
                    throw new NotPossibleException("employeeNumber and department are not both kept");
                var read = await server.GetAsync($"{Server.At(user)}?attributes={Words.Enterprise}:department");
                return Verdict.Of(
                    read.IsFine && !read.Json.Member(Words.Enterprise).At("employeeNumber").IsSomething(),
                    read
                );
            }
        )
        {
            Needs = Feature.Users | Feature.Enterprise,
        },
    ];
}
