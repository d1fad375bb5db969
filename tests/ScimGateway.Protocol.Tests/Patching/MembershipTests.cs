using System.Text;
using System.Text.Json.Nodes;
using ScimGateway.Protocol.Bounds;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Filters;
using ScimGateway.Protocol.Patching;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;
using Xunit;

namespace ScimGateway.Protocol.Tests.Patching;

public class MembershipTests
{
    private static readonly AttributeDefinition _members = CoreSchemas.Group.Attribute("members")!;

    // Whether the members are patched as part of the document or as changes of rows, the same people are in.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Changes_of_members_end_as_the_patched_document_does(int seed)
    {
        var chance = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            var before = Group(new JsonObject { ["displayName"] = "Rope Crew", ["members"] = Several(chance) });
            var rows = Members(before).ToDictionary(m => m.Value);
            var body = Patch(Enumerable.Range(0, chance.Next(1, 6)).Select(_ => AnOperation(chance)).ToList());

            ScimResource after;
            try
            {
                after = Patcher.Apply(before, Read(body, Reading.Everything()), Reading.Everything());
            }
            catch (ScimException e) when (e.ScimType == "noTarget")
            {
                continue; // a replace of someone who is not in, which only the whole document can tell
            }

            foreach (var change in Membership.Split(Read(body, Reading.Everything()), Reading.Everything()).Members)
                Apply(change, rows);
            Assert.True(
                Members(after).Select(m => m.Value).ToHashSet().SetEquals(rows.Keys),
                $"seed {seed}, round {round}: {before.Json.ToJsonString()} patched by {body.ToJsonString()}"
            );
        }
    }

    [Fact]
    public void A_group_that_names_no_members_is_told_from_one_that_names_none()
    {
        Assert.Null(Membership.Take(Group("""{"displayName":"Rope Crew"}"""), Reading.Rfc()));
        Assert.Null(Membership.Take(Group("""{"displayName":"Rope Crew","members":null}"""), Reading.Rfc()));
        Assert.Empty(Membership.Take(Group("""{"displayName":"Rope Crew","members":[]}"""), Reading.Rfc())!);
    }

    [Fact]
    public void The_members_of_a_whole_group_are_taken_out_of_it()
    {
        var group = Group(
            """{"displayName":"Rope Crew","Members":[{"value":"u-1","type":"User","$ref":"../Users/u-1"},{"VALUE":"u-2"},{"value":"u-1"}]}"""
        );

        var taken = Membership.Take(group, Reading.Rfc())!;

        Assert.Equal([new Member("u-1", "User", "../Users/u-1"), new Member("u-2")], taken);
        Assert.Equal("""{"displayName":"Rope Crew"}""", ScimJson.ToText(group.Json));
    }

    [Fact]
    public void A_member_of_a_whole_group_without_a_value_is_refused()
    {
        var group = Group("""{"displayName":"Rope Crew","members":[{"type":"User"}]}""");

        Assert.Equal(
            "invalidValue",
            Assert.Throws<ScimException>(() => Membership.Take(group, Reading.Rfc())).ScimType
        );
    }

    [Fact]
    public void Members_of_a_whole_group_given_as_bare_ids_are_understood_and_noted()
    {
        var reading = Reading.Everything();

        var taken = Membership.Take(Group("""{"displayName":"Rope Crew","members":["u-1","u-2"]}"""), reading)!;

        Assert.Equal(["u-1", "u-2"], taken.Select(m => m.Value));
        Assert.Equal([Deviation.BareValue], reading.Normalised.Select(n => n.Deviation).Distinct());
    }

    // RFC 7643 §8.7.1: a member's type is immutable; RFC 7644 §3.5.2: "a client MUST NOT modify an attribute that has
    // mutability readOnly or immutable".
    [Fact]
    public void A_member_who_is_added_again_keeps_the_type_that_was_set()
    {
        var before = Group("""{"displayName":"Rope Crew","members":[{"value":"u-1","type":"User"}]}""");
        var body = Patch(Operation("add", "members", new JsonArray(Element(new Member("u-1", "Group")))));

        ScimResource after;
        try
        {
            after = Patcher.Apply(before, Read(body, Reading.Rfc()), Reading.Rfc());
        }
        catch (ScimException e)
        {
            Assert.Equal("mutability", e.ScimType);
            return;
        }
        Assert.Equal("User", (string?)after.Json["members"]![0]!["type"]);
    }

    [Fact]
    public void A_group_of_50_000_is_read_from_one_body()
    {
        var members = new JsonArray([
            .. Enumerable.Range(0, 50_000).Select(i => new JsonObject { ["value"] = $"u-{i}" }),
        ]);
        var whole = new JsonObject { ["displayName"] = "Everybody", ["members"] = members };
        var body = Patch(Operation("replace", "members", members.DeepClone()));

        Assert.Equal(50_000, Membership.Take(Group(whole), Reading.Rfc())!.Count);
        var change = Assert.Single(Membership.Split(Read(body, Reading.Rfc()), Reading.Rfc()).Members);
        Assert.Equal(50_000, Assert.IsType<MembershipChange.ReplaceAll>(change).Members.Count);
    }

    [Fact]
    public void A_list_that_long_of_anything_else_is_refused()
    {
        var mail = new JsonArray([
            .. Enumerable.Range(0, 10_001).Select(i => new JsonObject { ["value"] = $"u-{i}@crew.example" }),
        ]);
        var body = Patch(Operation("add", "emails", mail));

        var refusal = Assert.Throws<ScimException>(() =>
            PatchRequest.Read(ResourceTypes.User, Utf8(body), ReadLimits.Group, Reading.Rfc())
        );

        Assert.Equal("invalidValue", refusal.ScimType);
    }

    // The group is not asked for: what one member costs is told by the request alone.
    [Fact]
    public void One_member_is_added_at_the_cost_of_one_member()
    {
        var body = Utf8(Patch(Operation("add", "members", new JsonArray(Someone(1)))));
        Split(); // what is made once is made now

        var start = GC.GetAllocatedBytesForCurrentThread();
        Split();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - start, 0, 16 * 1024);

        void Split()
        {
            var request = PatchRequest.Read(ResourceTypes.Group, body, ReadLimits.Group, Reading.Rfc());
            var (document, members) = Membership.Split(request, Reading.Rfc());
            Assert.Empty(document.Operations);
            Assert.Equal(
                "u-1",
                Assert.Single(Assert.IsType<MembershipChange.Add>(Assert.Single(members)).Members).Value
            );
        }
    }

    // Ten whom a group may have; who is a group is told by the number.
    private static JsonObject Someone(Random chance) => Someone(chance.Next(10));

    private static JsonObject Someone(int number) =>
        new() { ["value"] = $"u-{number}", ["type"] = number < 7 ? "User" : "Group" };

    private static JsonArray Several(Random chance) =>
        [.. Enumerable.Range(0, 10).Where(_ => chance.Next(4) == 0).Select(Someone)];

    private static JsonObject AnOperation(Random chance)
    {
        var one = $"members[value eq \"u-{chance.Next(10)}\"]";
        var two = $"members[value eq \"u-{chance.Next(10)}\" or value eq \"u-{chance.Next(10)}\"]";
        return chance.Next(12) switch
        {
            0 => Operation("add", null, new JsonObject { ["members"] = Several(chance) }),
            1 => Operation("Add", "members", Several(chance)),
            2 => Operation("add", "members", new JsonArray($"u-{chance.Next(7)}")),
            3 => Operation("replace", "members", Several(chance)),
            4 => Operation(
                "replace",
                null,
                new JsonObject { ["displayName"] = "Sail Crew", ["members"] = Several(chance) }
            ),
            5 => Operation("replace", one, Someone(chance)),
            6 => Operation("replace", null, new JsonObject { ["displayName"] = $"Crew {chance.Next(9)}" }),
            7 => Operation("remove", one),
            8 => Operation("remove", two),
            9 => Operation("remove", "members[type eq \"Group\"]"),
            10 => Operation("remove", chance.Next(3) == 0 ? "members" : "members[value sw \"u-1\"]"),
            _ => Operation("Remove", "members", Several(chance)),
        };
    }

    private static JsonObject Operation(string op, string? path, JsonNode? value = null)
    {
        var operation = new JsonObject { ["op"] = op };
        if (path is not null)
            operation["path"] = path;
        if (value is not null)
            operation["value"] = value;
        return operation;
    }

    private static void Apply(MembershipChange change, Dictionary<string, Member> rows)
    {
        switch (change)
        {
            case MembershipChange.Add c:
                foreach (var member in c.Members)
                    rows.TryAdd(member.Value, member);
                break;
            case MembershipChange.Remove c:
                foreach (var value in c.Values)
                    rows.Remove(value);
                break;
            case MembershipChange.RemoveWhere c:
                foreach (
                    var member in rows
                        .Values.Where(m => c.Element.MatchesElement(_members, Element(m), new WorkLimit()))
                        .ToList()
                )
                    rows.Remove(member.Value);
                break;
            case MembershipChange.ReplaceAll c:
                rows.Clear();
                foreach (var member in c.Members)
                    rows.Add(member.Value, member);
                break;
            case MembershipChange.RemoveAll:
                rows.Clear();
                break;
        }
    }

    private static JsonObject Element(Member member) => new() { ["value"] = member.Value, ["type"] = member.Type };

    private static IEnumerable<Member> Members(ScimResource group) =>
        (group.Json["members"] as JsonArray ?? []).Select(m => new Member((string)m!["value"]!, (string?)m["type"]));

    private static ScimResource Group(JsonObject json) => Group(json.ToJsonString());

    private static ScimResource Group(string json) =>
        ScimResource.Read(ResourceTypes.Group, Encoding.UTF8.GetBytes(json), ReadLimits.Group);

    private static JsonObject Patch(params IEnumerable<JsonObject> operations) =>
        new() { ["schemas"] = new JsonArray(Urn.PatchOp), ["Operations"] = new JsonArray([.. operations]) };

    private static PatchRequest Read(JsonObject patch, Reading reading) =>
        PatchRequest.Read(ResourceTypes.Group, Utf8(patch), ReadLimits.Group, reading);

    private static byte[] Utf8(JsonNode node) => Encoding.UTF8.GetBytes(node.ToJsonString());
}
