using System.Globalization;
using System.Text;
using ScimGateway.Protocol.Bounds;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Filters;
using ScimGateway.Protocol.Patching;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;
using Xunit;

namespace ScimGateway.Protocol.Tests.Properties;

/// <summary>
/// Hostile input: seeds of good requests, mutated. The same inputs in each run; SCIM_FUZZ=5000000 makes a longer one,
/// SCIM_FUZZ_SEED=n another.
/// </summary>
[Trait("speed", "slow")]
public class FuzzTests
{
    private static readonly TimeSpan _longest = TimeSpan.FromMilliseconds(50);

    private static readonly string[] _filters =
    [
        "userName eq \"vera@crew.example\" and not (emails[type eq \"work\" and value co \"@crew\"] or active eq true)",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq null or meta.created gt \"2026-01-01T00:00:00Z\"",
        "emails[type eq \"work\"].value eq \"\\u0041\\n\" and ((((title pr))))",
    ];

    private static readonly string[] _paths =
    [
        "emails[type eq \"work\" and primary eq \"True\"].value",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value",
        "urn:scim:schemas:extension:enterprise:1.0.department",
        "name.familyName",
        "members[value eq \"1\"]",
    ];

    private static readonly string[] _patches =
    [
        """{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"Add","path":"emails","value":[{"value":"a@b.example","primary":true}]},{"op":"replace","value":{"name.givenName":"K","id":"7","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department":"D","active":"False"}}]}""",
        """{"Operations":[{"op":"remove","path":"emails[type eq \"work\"].value","value":null},{"op":"Replace","path":"phoneNumbers[type eq \"mobile\"].value","value":"+1"},{"op":"replace","path":"roles","value":"[{\"value\":\"Admin\"}]"}]}""",
        """{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"add","path":"manager","value":["x"]},{"op":"add","path":"urn:x:y:z:q.r","value":{"a":[1,2e5,null]}},{"op":"remove","path":"addresses[country eq \"SE\"]"}]}""",
    ];

    private static readonly string[] _users =
    [
        """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"v@crew.example","active":"true","emails":{"value":"v@crew.example","primary":"true"},"name":{"familyName":null},"meta":{},"password":"x","urn:a:b:c":{"d":{"e":[{}]}}}""",
        """{"userName":["v"],"emails":[{"Value":"a","primary":true},{"value":"b","primary":true}],"x509Certificates":[{"value":"AAAA"}],"addresses":null,"roles":"{\"value\":1}"}""",
    ];

    private static readonly string[] _pieces =
    [
        "\"",
        "\\",
        "[",
        "]",
        "(",
        ")",
        "{",
        "}",
        ":",
        ".",
        ",",
        " ",
        "and",
        "or",
        "not",
        "eq",
        "pr",
        "null",
        "true",
        "\\ud800",
        "\ud800",
        "\0",
        "\u202e",
        "é",
        "😀",
        "1e999",
        "-0",
        "01",
        "urn:",
        "$ref",
        "members",
        "value",
        "[[[[",
        "((((((((",
        "\"value\":",
        "{\"a\":",
        "[1,",
        "]]]]",
    ];

    [Fact]
    public void Mutated_requests_end_in_success_or_a_refusal_and_soon()
    {
        var count = Setting("SCIM_FUZZ", 200_000);
        var random = new Random(Setting("SCIM_FUZZ_SEED", 20_261_120));
        var user = ScimResource.Read(ResourceTypes.User, Encoding.UTF8.GetBytes(_users[0]), ReadLimits.User);
        SchemaCheck.Admit(user, Reading.Everything());
        var group = new ScimResource(
            ResourceTypes.Group,
            ScimJson.ReadObject("{\"displayName\":\"Crew\",\"members\":[{\"value\":\"1\"}]}")
        );

        for (var i = 0; i < count; i++)
        {
            var reading = new Reading(random.Next(4) == 0 ? Dialect.Rfc : Dialect.Everything, new WorkLimit());
            switch (random.Next(4))
            {
                case 0:
                    var filter = Mutate(_filters, random);
                    Run(
                        filter,
                        () => Filter.Read(filter, ResourceTypes.User, reading).Matches(user, reading.WorkLimit)
                    );
                    break;
                case 1:
                    var path = Mutate(_paths, random);
                    Run(path, () => PatchPath.Parse(path, ResourceTypes.User, reading).ToString());
                    break;
                case 2:
                    var patch = Mutate(_patches, random);
                    Run(patch, () => Patch(random.Next(3) == 0 ? group : user, patch, reading));
                    break;
                default:
                    var body = Mutate(_users, random);
                    Run(body, () => Admit(body, reading));
                    break;
            }
        }

        // Mutations that are all refused at the first byte, or all harmless, would prove nothing.
        Assert.InRange(_understood, count / 20, count * 19 / 20);
    }

    private static void Patch(ScimResource resource, string patch, Reading reading)
    {
        var request = PatchRequest.Read(resource.Type, Encoding.UTF8.GetBytes(patch), ReadLimits.User, reading);
        if (resource.Type == ResourceTypes.Group)
            request = Membership.Split(request, reading).Document;
        ScimJson.ToUtf8(Patcher.Apply(resource, request, reading).Json);
    }

    private static void Admit(string body, Reading reading)
    {
        var resource = ScimResource.Read(ResourceTypes.User, Encoding.UTF8.GetBytes(body), ReadLimits.User);
        SchemaCheck.Admit(resource, reading);
        Projection
            .Read(resource.Type, ["emails.value", body.Length > 40 ? body[..40] : body], null, reading)
            .Apply(resource);
    }

    private int _understood;

    private void Run(string input, Action action)
    {
        // A collection of garbage is not the input's; what is slow is slow again.
        var cheapest = TimeSpan.MaxValue;
        for (var attempt = 0; attempt < 3 && cheapest > _longest; attempt++)
        {
            var time = ThreadTime.Of(() => Try(input, action, first: attempt == 0));
            cheapest = time < cheapest ? time : cheapest;
        }
        Assert.True(cheapest <= _longest, $"{cheapest} for {input}");
    }

    private void Try(string input, Action action, bool first)
    {
        try
        {
            action();
            _understood += first ? 1 : 0;
        }
        catch (ScimException) { }
        catch (Exception e)
        {
            Assert.Fail($"{e.GetType().Name}: {e.Message}\nfor {input}\n{e.StackTrace}");
        }
    }

    private static string Mutate(string[] seeds, Random random)
    {
        var text = new StringBuilder(seeds[random.Next(seeds.Length)]);
        for (var changes = random.Next(1, 6); changes > 0; changes--)
        {
            var at = random.Next(text.Length + 1);
            var length = Math.Min(random.Next(1, 12), text.Length - at);
            switch (random.Next(6))
            {
                case 0:
                    text.Remove(at, length);
                    break;
                case 1:
                    text.Insert(at, text.ToString(at, length));
                    break;
                case 2 when at < text.Length:
                    text[at] = (char)random.Next(1, 0x250);
                    break;
                case 3 when random.Next(20) == 0:
                    text.Insert(
                        at,
                        string.Concat(Enumerable.Repeat(_pieces[random.Next(_pieces.Length)], random.Next(1, 300)))
                    );
                    break;
                default:
                    text.Insert(at, _pieces[random.Next(_pieces.Length)]);
                    break;
            }
        }
        return text.ToString();
    }

    private static int Setting(string name, int usual) =>
        int.TryParse(
            Environment.GetEnvironmentVariable(name),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var value
        )
            ? value
            : usual;
}
