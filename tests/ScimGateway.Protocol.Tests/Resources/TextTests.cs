using System.Text;
using System.Text.Json.Nodes;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Patching;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;
using Xunit;

namespace ScimGateway.Protocol.Tests.Resources;

/// <summary>Every text has a bound, which its schema says; names are not blank.</summary>
public class TextTests
{
    [Theory]
    [InlineData("userName", 256)]
    [InlineData("displayName", 256)]
    [InlineData("externalId", 256)]
    [InlineData("title", 4_096)]
    [InlineData("profileUrl", 4_096)]
    [InlineData("name.familyName", 4_096)]
    [InlineData("emails.value", 254)]
    [InlineData("emails.display", 4_096)]
    [InlineData("phoneNumbers.value", 4_096)]
    [InlineData("photos.value", 262_144)]
    [InlineData("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", 4_096)]
    [InlineData("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value", 256)]
    public void A_text_is_kept_up_to_its_bound_and_refused_beyond_with_name_and_bound(string path, int most)
    {
        TextCheck.Require(null, With(path, new string('x', most)));
        TextCheck.Require(null, With(path, Repeated("😀", most))); // one character each, though two in UTF-16

        foreach (var text in new[] { new string('x', most + 1), Repeated("😀", most + 1) })
        {
            var refusal = Assert.Throws<ScimException>(() => TextCheck.Require(null, With(path, text)));

            Assert.Equal("invalidValue", refusal.ScimType);
            var name = path[(path.LastIndexOf(':') + 1)..];
            Assert.Equal($"'{name}' has {most + 1} characters; at most {most} are kept.", refusal.Message);
        }
    }

    [Fact]
    public void Schemas_say_how_long_a_text_may_be()
    {
        Assert.EndsWith(" At most 256 characters.", Description("userName"), StringComparison.Ordinal);
        Assert.EndsWith(" At most 4096 characters.", Description("title"), StringComparison.Ordinal);
        Assert.DoesNotContain("At most", Description("active"), StringComparison.Ordinal);
        Assert.DoesNotContain("At most", Description("groups"), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_longer_and_was_there_may_be_repeated_and_stay_but_not_move_or_grow()
    {
        var (title, address) = (new string('x', 5_000), $"{new string('x', 300)}@corp.example");
        var before = With("title", title);
        before.Json["emails"] = new JsonArray(new JsonObject { ["value"] = address, ["type"] = "work" });

        TextCheck.Require(before, before.Clone());
        Assert.Equal(title, Patched(before, "nickName", "\"ann\"").Text("title"));
        Assert.Equal(title, Patched(before, "title", $"\"{title}\"").Text("title"));

        Assert.Throws<ScimException>(() => Patched(before, "title", $"\"{title}x\""));
        Assert.Throws<ScimException>(() => Patched(before, "nickName", $"\"{title}\""));
        Assert.Throws<ScimException>(() => Patched(before, "emails[type eq \\\"work\\\"].display", $"\"{title}\""));
        Assert.Throws<ScimException>(() => Patched(before, "emails[type eq \\\"work\\\"].value", $"\"x{address}\""));
    }

    [Theory]
    [InlineData("title", "\"{0}\"")]
    [InlineData("name.givenName", "\"{0}\"")]
    [InlineData("name", "{{\"givenName\":\"{0}\"}}")]
    [InlineData("phoneNumbers[type eq \\\"work\\\"].value", "\"{0}\"")]
    [InlineData("phoneNumbers", "[{{\"value\":\"{0}\"}}]")]
    [InlineData("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "\"{0}\"")]
    [InlineData("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", "{{\"department\":\"{0}\"}}")]
    public void A_PATCH_that_brings_a_text_beyond_its_bound_is_refused(string path, string value)
    {
        var before = With("title", "x");
        before.Json["phoneNumbers"] = new JsonArray(new JsonObject { ["type"] = "work" });

        var refusal = Assert.Throws<ScimException>(() =>
            Patched(before, path, string.Format(null, value, new string('y', 4_097)))
        );

        Assert.Contains("at most 4096 are kept", refusal.Message, StringComparison.Ordinal);
        Patched(before, path, string.Format(null, value, new string('y', 4_096)));
    }

    [Theory]
    [InlineData("userName", " ")]
    [InlineData("userName", "\u200b")]
    [InlineData("displayName", " ")]
    [InlineData("displayName", "\t\r\n")]
    [InlineData("displayName", "\u00a0\u2003\u3000")]
    [InlineData("displayName", "\u200b\u00ad\ufeff")]
    [InlineData("displayName", "\u3164\u2800")]
    [InlineData("externalId", " ")]
    [InlineData("emails.value", " ")]
    public void A_name_is_not_blank(string path, string blank)
    {
        var refusal = Assert.Throws<ScimException>(() =>
        {
            var user = With(path, blank);
            SchemaCheck.RequireComplete(user);
            TextCheck.Require(null, user);
        });

        Assert.Equal("invalidValue", refusal.ScimType);
        Assert.Contains($"'{path}'", refusal.Message, StringComparison.Ordinal);
        Assert.ThrowsAny<ScimException>(() =>
            Patched(With("emails.value", "x@y.example"), path, JsonValue.Create(blank).ToJsonString())
        );
    }

    [Fact]
    public void What_is_no_name_may_be_blank()
    {
        TextCheck.Require(null, With("title", " "));
    }

    [Theory]
    [InlineData(" ", "blank")]
    [InlineData("{0}", "at most 256 are kept")]
    public void The_id_of_a_member_is_bounded_and_not_blank(string value, string says)
    {
        var group = new ScimResource(
            ResourceTypes.Group,
            ScimJson.ReadObject(
                $$"""{"displayName":"g","members":[{"value":"{{string.Format(null, value, new string('x', 257))}}"}]}"""
            )
        );

        var refusal = Assert.Throws<ScimException>(() => Membership.Take(group, Reading.Everything()));

        Assert.Contains("'members.value'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(says, refusal.Message, StringComparison.Ordinal);
    }

    internal static ScimResource Patched(ScimResource before, string path, string value) =>
        Patcher.Apply(
            before,
            PatchRequest.Read(
                before.Type,
                Encoding.UTF8.GetBytes(
                    $$"""{"schemas":["{{Urn.PatchOp}}"],"Operations":[{"op":"replace","path":"{{path}}","value":{{value}}}]}"""
                ),
                ReadLimits.User,
                Reading.Everything()
            ),
            Reading.Everything()
        );

    private static ScimResource Put(ScimResource before, ScimResource user)
    {
        TextCheck.Require(before, user);
        return user;
    }

    // A user who has a text at a path, of which the last part may be a sub-attribute.
    private static ScimResource With(string path, string text)
    {
        var user = new ScimResource(
            ResourceTypes.User,
            ScimJson.ReadObject($$"""{"schemas":["{{Urn.User}}"],"userName":"ann"}""")
        );
        var (json, name) = (user.Json, path);
        if (path.LastIndexOf(':') is > 0 and var colon)
        {
            json[path[..colon]] = ScimJson.NewObject();
            (json, name) = ((JsonObject)json[path[..colon]]!, path[(colon + 1)..]);
        }
        if (name.Split('.') is not [var outer, var part])
            json[name] = text;
        else if (outer is "name" or "manager")
            json[outer] = new JsonObject { [part] = text };
        else
            json[outer] = new JsonArray(new JsonObject { [part] = text });
        return user;
    }

    private static string Description(string attribute) =>
        (string)
            JsonNode.Parse(Messages.Written.Text(json => ResourceTypes.User.Schema.WriteTo(json, "http://x.example")))![
                "attributes"
            ]!
                .AsArray()
                .Single(a => (string?)a!["name"] == attribute)!["description"]!;

    private static string Repeated(string text, int times) => string.Concat(Enumerable.Repeat(text, times));
}
