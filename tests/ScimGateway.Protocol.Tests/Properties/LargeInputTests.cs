using System.Text;
using System.Text.Json.Nodes;
using ScimGateway.Protocol.Bounds;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Filters;
using ScimGateway.Protocol.Messages;
using ScimGateway.Protocol.Patching;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;
using Xunit;

namespace ScimGateway.Protocol.Tests.Properties;

/// <summary>
/// The largest inputs that the limits allow, of the shapes that once took seconds: each is refused or done soon.
/// </summary>
[Trait("speed", "slow")]
public class LargeInputTests
{
    // Far above what each takes, far below what a quadratic one took: 3 to 14 s.
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(1);

    [Fact]
    public void Thousands_of_paths_as_keys_of_one_operation() =>
        Soon(() =>
            Patch(
                User("[]"),
                $$"""{"op":"add","value":{{{Many(6_000, i => $"\"ims[value eq \\\"{i}\\\"].type\":\"x\"")}}} }"""
            )
        );

    [Fact]
    public void A_remove_that_meets_a_thousand_addresses() =>
        Soon(() => Patch(User($"[{Addresses(1_000)}]"), """{"op":"remove","path":"emails[type eq \"work\"]"}"""));

    [Fact]
    public void A_hundred_adds_to_nine_hundred_addresses() =>
        Soon(() =>
            Patch(
                User($"[{Addresses(900)}]"),
                Many(100, i => $$"""{"op":"add","path":"emails","value":[{"value":"n{{i}}@crew.example"}]}""")
            )
        );

    [Fact]
    public void Adds_beyond_the_most_values_of_an_attribute()
    {
        var refusal = Assert.Throws<ScimException>(() =>
            Patch(
                User($"[{Addresses(999)}]"),
                $$"""{"op":"add","path":"emails","value":[{"value":"x@crew.example"},{"value":"y@crew.example"}]}"""
            )
        );
        Assert.Equal("'emails' has more than 1000 values.", refusal.Message);
    }

    [Fact]
    public void Tens_of_thousands_of_extensions_and_unknown_members() =>
        Soon(() => Admit($$"""{"userName":"v",{{Many(20_000, i => $"\"urn:a:{i}\":{{}},\"x{i}\":1")}} }"""));

    [Fact]
    public void Values_added_to_a_long_list_of_an_extension_that_nobody_described()
    {
        string Values(int from) => Many(900, i => $$"""{"kind":"badge","number":{{from + i}}}""");
        var user = new ScimResource(
            ResourceTypes.User,
            Kept($$"""{"userName":"ada","urn:x:own":{"list":[{{Values(0)}}]} }""")
        );
        Soon(() => Patch(user, $$"""{"op":"add","path":"urn:x:own:list","value":[{{Values(9_000)}}]}"""));
    }

    [Fact]
    public void A_thousand_adds_to_numbers_of_thousands_of_letters()
    {
        var user = User("[]");
        string Numbers(int from, int many) =>
            Many(many, i => $$"""{"value":"{{from + i}}{{new string('ü', 4_000)}}","type":"work"}""");
        user.Json["phoneNumbers"] = ScimJson.ReadObject($$"""{"list":[{{Numbers(0, 100)}}]}""")["list"]!.DeepClone();
        var adds = Many(
            1_000,
            i => $$"""{"op":"add","path":"phoneNumbers","value":[{"value":"n{{i}}","type":"work"}]}"""
        );

        Soon(() => Patch(user, adds));
        Assert.Equal("tooMany", Assert.Throws<ScimException>(() => Patch(user, adds)).ScimType);
    }

    [Fact]
    public void A_long_text_of_another_script_compared_with_many_values()
    {
        var user = User($"[{Addresses(1_000)}]");
        var filter = Filter.Read($"emails.display eq \"{new string('ü', 8_000)}\"", user.Type, Reading.Everything());
        foreach (var email in user.Json["emails"]!.AsArray())
            email!["display"] = "Zoë";

        Soon(() =>
        {
            for (var times = 0; times < 100; times++)
                filter.Matches(user, new WorkLimit());
        });
    }

    [Fact]
    public void Thousands_of_members_of_a_bulk_request_that_hundreds_of_POSTs_are_still_to_make()
    {
        string[] called = [.. Enumerable.Range(0, 900).Select(i => $"g{i}")];
        var posts = Many(900, i => $$"""{"method":"POST","path":"/Groups","bulkId":"g{{i}}","data":{} }""");
        var members = Many(50_000, i => $$"""{"value":"bulkId:g{{899 - (i % 20)}}"}""");
        var all = $$"""{"method":"POST","path":"/Groups","bulkId":"all","data":{"members":[{{members}}]} }""";
        var group = BulkRequest
            .Read(
                Encoding.UTF8.GetBytes($$"""{"Operations":[{{posts}},{{all}}]}"""),
                new BulkLimits(1_000, 4 << 20),
                Reading.Everything()
            )
            .Operations[900];

        Soon(() =>
        {
            Assert.Empty(group.WithoutMembers(called).Data!["members"]!.AsArray());
            Assert.NotNull(group.AddingMembers("id", called));
        });
    }

    [Fact]
    public void A_thousand_operations_that_each_look_through_a_long_list() =>
        Soon(() =>
            Patch(
                User($"[{Addresses(900)}]"),
                Many(
                    1_000,
                    i =>
                        $$"""{"op":"replace","path":"emails[value co \"m{{i}}@\" or type co \"x\"].display","value":"x"}"""
                )
            )
        );

    [Fact]
    public void A_list_of_members_half_of_them_null() =>
        Soon(() =>
            Patch(
                new ScimResource(ResourceTypes.Group, ScimJson.ReadObject("{\"displayName\":\"Crew\"}")),
                $$"""{"op":"add","path":"members","value":[{{Many(40_000, i => $"null,{{\"value\":\"{i}\"}}")}}]}"""
            )
        );

    [Fact]
    public void A_long_value_searched_for_a_long_text_that_almost_fits()
    {
        var user = User("[]");
        user.Json["displayName"] = new string('a', 1_000_000);

        Soon(() =>
            Filter
                .Read($"displayName co \"{new string('a', 255)}b\"", user.Type, Reading.Everything())
                .Matches(user, new WorkLimit())
        );
        Soon(() =>
            Filter
                .Read($"displayName co \"{new string('a', 8_000)}b\"", user.Type, Reading.Everything())
                .Matches(user, new WorkLimit())
        );
    }

    [Fact]
    public void A_million_members_that_are_none() =>
        Soon(() =>
            ScimJson.ReadObject(
                Encoding.UTF8.GetBytes($"{{\"members\":[{Many(1_000_000, _ => "1")}]}}"),
                ReadLimits.Group
            )
        );

    private static void Soon(Action action)
    {
        // Once to warm up; of two more the cheaper counts.
        var times = Enumerable.Range(0, 3).Select(_ => ThreadTime.Of(() => Try(action))).ToList();
        Assert.True(times.Min() < _soon, $"{times.Min()}");
    }

    private static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (ScimException) { }
    }

    private static void Patch(ScimResource before, string operations)
    {
        var body = $$"""{"schemas":["{{Urn.PatchOp}}"],"Operations":[{{operations}}] }""";
        var request = PatchRequest.Read(
            before.Type,
            Encoding.UTF8.GetBytes(body),
            ReadLimits.Group,
            Reading.Everything()
        );
        Patcher.Apply(before, request, Reading.Everything());
    }

    private static void Admit(string body) =>
        SchemaCheck.Admit(
            ScimResource.Read(ResourceTypes.User, Encoding.UTF8.GetBytes(body), ReadLimits.User),
            Reading.Everything()
        );

    private static ScimResource User(string emails) =>
        ScimResource.Read(
            ResourceTypes.User,
            Encoding.UTF8.GetBytes($$"""{"userName":"v","emails":{{emails}} }"""),
            ReadLimits.Group
        );

    private static string Addresses(int count) =>
        Many(count, i => $$"""{"value":"m{{i}}@crew.example","type":"work"}""");

    private static string Many(int count, Func<int, string> one) =>
        string.Join(',', Enumerable.Range(0, count).Select(one));

    // As it was admitted once, by whatever limits there were.
    private static JsonObject Kept(string text) => ScimJson.ReadObject(Encoding.UTF8.GetBytes(text), ReadLimits.Kept);
}
