using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using static ScimGateway.Conformance.Level;

namespace ScimGateway.Conformance.Rfc7643;

/// <summary>What values look like (RFC 7643 §2).</summary>
internal static partial class Values
{
    public static readonly Requirement[] All =
    [
        new(
            "RFC7643-2.1-names",
            Must,
            "names of attributes are letters, digits, - and _, and begin with a letter, but for $ref",
            server =>
            {
                var names = server.Announced.Schemas.SelectMany(AllNames).ToList();
                var wrong = names.Find(name => !Name().IsMatch(name));
                return Task.FromResult(
                    names.Count == 0
                        ? Verdict.Skipped("there are no schemas to look at")
                        : Verdict.Of(wrong is null, $"an attribute is called '{wrong}'")
                );
            }
        ),
        new(
            "RFC7643-2.1-case",
            Must,
            "names of attributes are case insensitive",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var read = await server.GetAsync($"{Server.At(user)}?attributes=USERNAME");
                return Verdict.Of(read["userName"].IsSomething() && !read["emails"].IsSomething(), read);
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7643-2.3-shape",
            Must,
            "name is complex, emails and members are lists of what is complex, active and primary are true or false",
            async server =>
            {
                var user = await server.MadeUserAsync();
                if (!IsOfShape(user))
                    return Verdict.Broken(user.ToJsonString());
                if (!server.Announced.Has(Feature.Groups))
                    return Verdict.Kept;
                var group = await server.MadeGroupAsync(user.At("id").AsText()!);
                return Verdict.Of(group.At("members") is null || AreComplex(group.At("members")), group.ToJsonString());
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7643-2.4-several",
            Should,
            "of several values each is kept, with its type",
            async server =>
            {
                var hasPhones = server.Announced.HasWritable("phoneNumbers");
                var user = await server.MadeUserAsync(sent =>
                {
                    sent["emails"]!
                        .AsArray()
                        .Add(
                            new JsonObject { ["value"] = $"home-{sent.At("userName")}@example.com", ["type"] = "home" }
                        );
                    if (hasPhones)
                        Rfc7644.Patching.Phones(sent);
                });
                var read = await server.GetAsync(Server.At(user));
                return Verdict.Of(
                    AreOf("emails", "home", "work") && (!hasPhones || AreOf("phoneNumbers", "mobile", "work")),
                    read
                );

                bool AreOf(string name, params string[] types) =>
                    read.Json.Objects(name).Select(one => one.At("type").AsText()).Order().SequenceEqual(types);
            }
        )
        {
            Needs = Feature.Users,
            Mend = "Who keeps one address does well to say so: multiValued of emails is false then.",
        },
        new(
            "RFC7643-2.3.1-text",
            Must,
            "texts are Unicode, and come back as they were sent",
            async server =>
            {
                const string Text = "Ünï \"quoted\" \\ back / <b>&amp; 漢字 𝒳";
                var user = await server.MadeUserAsync(sent => sent["name"]!["familyName"] = Text);
                var read = await server.GetAsync(Server.At(user));
                return Verdict.Of(read.Says("name.familyName", Text), read);
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7643-2.3.2-boolean",
            Must,
            "true and false are JSON's",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var read = await server.GetAsync(Server.At(user));
                return Verdict.Of(read["active"] is null || read["active"].AsFlag() == true, read);
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7643-2.3.4-integer",
            Must,
            "whole numbers have neither fraction nor exponent",
            async server =>
            {
                var list = await server.GetAsync("Users?count=1");
                return Verdict.Of(
                    list["totalResults"] is JsonValue total
                        && total.GetValueKind() == JsonValueKind.Number
                        && total.ToJsonString().All(char.IsAsciiDigit),
                    list
                );
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7643-2.3.5-date-time",
            Must,
            "a time has a date and a time of day, as xsd:dateTime",
            async server =>
            {
                var user = await server.MadeUserAsync();
                return Verdict.All(
                    new[] { "created", "lastModified" }.Select(name =>
                        Verdict.Of(
                            user.At($"meta.{name}").AsText() is { } time && DateTime().IsMatch(time),
                            $"meta.{name} is {user.At($"meta.{name}")?.ToJsonString() ?? "not there"}"
                        )
                    )
                );
            }
        )
        {
            Everywhere = Seen.Times,
            Needs = Feature.Users,
        },
        new(
            "RFC7643-2.3.6-binary",
            Must,
            "what is binary comes back as base64",
            async server =>
            {
                if (!server.Announced.HasWritable("x509Certificates"))
                    return Verdict.Skipped("users have no x509Certificates");
                // What it means is looked at by few; that it is base64 by all.
                const string Der = "MIIBszCCAVmgAwIBAgIBATAKBggqhkjOPQQDAjAA";
                var made = await server.PostAsync(
                    "Users",
                    Changed(
                        server.User(),
                        user => user["x509Certificates"] = new JsonArray(new JsonObject { ["value"] = Der })
                    )
                );
                return !made.IsFine
                    ? Verdict.Skipped($"no certificate was taken: {made}")
                    : Verdict.Of(
                        made.Json.Objects("x509Certificates").All(one => IsBase64(one.At("value").AsText())),
                        made
                    );
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7643-2.3.7-reference",
            Must,
            "a reference to a resource leads to it",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var group = await server.MadeGroupAsync(user.At("id").AsText()!);
                var read = await server.GetAsync(Server.At(group));
                if (
                    read.Json.Objects("members").Select(one => one.At("$ref").AsText()).FirstOrDefault()
                    is not { } place
                )
                    return Verdict.Skipped("members have no $ref");
                var led = await server.GetAsync(new Uri(server.Base, place).ToString());
                return Verdict.Of(led.Status == 200 && led.TextOf("id") == user.At("id").AsText(), led);
            }
        )
        {
            Needs = Feature.Users | Feature.Groups,
        },
        new(
            "RFC7643-2.3-as-said",
            Must,
            "each value is of the type that its schema says, and a list if it has several",
            async server =>
            {
                var user = await server.MadeUserAsync();
                await server.GetAsync(Server.At(user));
                await server.GetAsync("Groups?count=5");
                return server.Announced.Tell(user).Any()
                    ? Verdict.Kept
                    : Verdict.Skipped("there is no schema of users to look at");
            }
        )
        {
            Everywhere = Seen.Type,
            Needs = Feature.Users,
        },
        new(
            "RFC7643-2.3.8-complex",
            Must,
            "what is complex has no sub-attribute that is complex itself",
            server =>
            {
                // Schemas are described by themselves in RFC 7643 §8.7.2, deeper than what it says of others.
                var schemas = server
                    .Announced.Schemas.Where(schema => schema.At("id").AsText() != Words.Schema)
                    .ToList();
                var wrong = schemas
                    .SelectMany(schema => schema.Objects("attributes"))
                    .FirstOrDefault(attribute =>
                        attribute.Objects("subAttributes").Any(one => one.At("type").AsText() == "complex")
                    );
                return Task.FromResult(
                    schemas.Count == 0
                        ? Verdict.Skipped("there are no schemas to look at")
                        : Verdict.Of(wrong is null, $"'{wrong.At("name")}' has one")
                );
            }
        ),
        new(
            "RFC7643-2.3.8-order",
            Must,
            "the order of members means nothing",
            async server =>
            {
                var user = server.User();
                var turned = new JsonObject(
                    user.Reverse().Select(one => KeyValuePair.Create(one.Key, one.Value?.DeepClone()))
                );
                var made = await server.PostAsync("Users", turned);
                return Verdict.Of(made.IsFine, made);
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7643-2.4-primary",
            Must,
            "of several values one at most is primary: two are refused, or one of them is kept so",
            async server =>
            {
                var user = server.User();
                user["emails"]!
                    .AsArray()
                    .Add(
                        new JsonObject
                        {
                            ["value"] = $"{server.Name()}@example.com",
                            ["type"] = "home",
                            ["primary"] = true,
                        }
                    );
                var made = await server.PostAsync("Users", user);
                if (!made.IsFine)
                    return Verdict.Of(made.Status == 400, made);
                var read = await server.GetAsync(Server.At(made.WithResource().Json!));
                return Verdict.Of(
                    read.Json.Objects("emails").Count(email => email.At("primary").AsFlag() == true) <= 1,
                    read
                );
            }
        )
        {
            Everywhere = Seen.Primary,
            Needs = Feature.Users,
        },
        new(
            "RFC7643-2.4-twice",
            Should,
            "the same value of the same type is not returned twice",
            async server =>
            {
                var user = await server.MadeUserAsync();
                if (server.Announced.Has(Feature.Patch))
                    await server.PatchAsync(
                        Server.At(user),
                        Rfc7644.Patching.Operation(
                            "add",
                            "emails",
                            new JsonArray(
                                new JsonObject
                                {
                                    ["value"] = user.First("emails").At("value").AsText(),
                                    ["type"] = "work",
                                }
                            )
                        )
                    );
                var read = await server.GetAsync(Server.At(user));
                var values = read
                    .Json.Objects("emails")
                    .Select(email => (email.At("type").AsText(), email.At("value").AsText()))
                    .ToList();
                return Verdict.Of(values.Distinct().Count() == values.Count, read);
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7643-2.5-unassigned",
            Must,
            "what is null or an empty list is as if it were not there",
            async server =>
            {
                var user = await server.MadeUserAsync();
                user["displayName"] = null;
                user["phoneNumbers"] = new JsonArray();
                var put = await server.PutAsync(Server.At(user), user);
                return Verdict.Of(
                    put.Status == 200 && !put["displayName"].IsSomething() && !put["phoneNumbers"].IsSomething(),
                    put
                );
            }
        )
        {
            Needs = Feature.Users,
        },
        Requirement.NotSeen(
            "RFC7643-2.3.7-normal",
            Should,
            "URIs are normalised as RFC 3986 §6.2.1 has it",
            "which URI was meant is known to the server alone"
        ),
        Requirement.NotSeen(
            "RFC7643-2.4-canonical",
            Should,
            "values of several are canonicalised where that makes sense",
            "where it makes sense is the server's to say"
        ),
        new(
            "RFC7643-2.1-sub-names",
            Must,
            "names of sub-attributes are case insensitive in what is sent, too",
            async server =>
            {
                var made = await server.PostAsync(
                    "Users",
                    Values.Changed(
                        server.User(),
                        user => user["name"] = new JsonObject { ["GIVENNAME"] = "Con", ["familyname"] = "Former" }
                    )
                );
                if (!made.IsFine)
                    return Verdict.Broken(made);
                var read = await server.GetAsync(Server.At(made.WithResource().Json!));
                return Verdict.Of(read.Says("name.givenName", "Con") && read.Says("name.familyName", "Former"), read);
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7643-2.4-same-type",
            Must,
            "several values of one type are kept",
            async server =>
            {
                var name = server.Name();
                string[] both = [$"{name}-one@example.com", $"{name}-other@example.com"];
                var user = await server.MadeUserAsync(sent =>
                    sent["emails"] = new JsonArray([
                        .. both.Select(one => new JsonObject { ["value"] = one, ["type"] = "work" }),
                    ])
                );
                var read = await server.GetAsync(Server.At(user));
                return Verdict.Of(
                    both.All(one =>
                        read.Json.Objects("emails").Any(email => Steps.IsSame(email.At("value").AsText(), one))
                    ),
                    read
                );
            }
        )
        {
            Needs = Feature.Users,
        },
    ];

    private static bool IsOfShape(JsonObject user) =>
        user.At("name") is null or JsonObject
        && user.At("active") is var active
        && (active is null || active.AsFlag() is not null)
        && (user.At("emails") is not { } emails || AreComplex(emails))
        && user.Objects("emails").All(one => one.At("primary") is null || one.At("primary").AsFlag() is not null);

    private static bool AreComplex(JsonNode? values) =>
        values is JsonArray several && several.All(one => one is JsonObject);

    /// <summary>A resource with a change.</summary>
    public static JsonObject Changed(JsonObject resource, Action<JsonObject> change)
    {
        change(resource);
        return resource;
    }

    /// <summary>Whether a text is a time as xsd:dateTime has it.</summary>
    public static bool IsDateTime(string text) =>
        DateTime().IsMatch(text) && System.DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _);

    private static bool IsBase64(string? text) =>
        text is not null && Convert.TryFromBase64String(text, new byte[text.Length], out _);

    private static IEnumerable<string> AllNames(JsonNode schema) =>
        schema
            .Objects("attributes")
            .Concat(schema.Objects("subAttributes"))
            .SelectMany(attribute => AllNames(attribute).Prepend(attribute.At("name").AsText() ?? ""));

    [GeneratedRegex(@"^(\$ref|[A-Za-z][A-Za-z0-9_-]*)$", RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    [GeneratedRegex(@"^-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$", RegexOptions.CultureInvariant)]
    private static partial Regex DateTime();
}
