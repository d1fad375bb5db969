using System.Text;
using System.Text.Json.Nodes;
using ScimGateway.Protocol.Bounds;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Patching;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;
using Xunit;

namespace ScimGateway.Protocol.Tests.Patching;

public class PatchVectorTests
{
    public static IEnumerable<TheoryDataRow<string, string>> Cases() =>
        Vectors.Rows("patch.json", "vectors", row => $"{row["name"]}");

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_patch_ends_as_the_vector_says(string _, string json)
    {
        var row = JsonNode.Parse(json)!.AsObject();
        // What the RFC says holds in every dialect; a provider's habit is understood only where deviations are on.
        Dialect[] dialects =
            (string?)row["dialect"] == "rfc" ? [Dialect.Rfc, Dialect.Everything] : [Dialect.Everything];
        foreach (var dialect in dialects)
            Run(row, new Reading(dialect, new WorkLimit()));
    }

    private static void Run(JsonObject row, Reading reading)
    {
        var type = (string?)row["type"] == "Group" ? ResourceTypes.Group : ResourceTypes.User;
        var before = Resource(type, row["before"]!);
        var unchanged = before.Clone();
        ScimException? refusal = null;
        ScimResource? after = null;
        try
        {
            var request = PatchRequest.Read(type, Bytes(row["patch"]!), ReadLimits.User, reading);
            after = Patcher.Apply(before, request, reading);
        }
        catch (ScimException e)
        {
            refusal = e;
        }

        Assert.True(JsonNode.DeepEquals(unchanged.Json, before.Json), "the resource that is patched stays as it is");
        var outcomes = row["oneOf"] is JsonArray several ? several.Select(o => o!.AsObject()).ToList() : [row];
        Assert.True(
            outcomes.Any(outcome => IsOutcome(outcome, after, refusal)),
            $"{refusal?.ScimType} {refusal?.Message}\n{after?.Json.ToJsonString()}"
        );
        if (row["fires"] is JsonArray fires && reading.SwitchedOff.Count == 0)
            Assert.Equal(
                fires.Select(name => (string)name!).Order(),
                reading.Normalised.Select(n => n.Deviation.Name).Distinct().Order()
            );
    }

    private static bool IsOutcome(JsonObject outcome, ScimResource? after, ScimException? refusal)
    {
        if (outcome["error"] is not { } error)
            return after is not null && Vectors.Same(outcome["after"]!.AsObject(), after.Json);
        return refusal is not null
            && (int)error["status"]! == (int)refusal.Status
            && (error["scimType"] is not JsonArray types || types.Any(t => (string?)t == refusal.ScimType))
            && ((string?)error["says"] is not { } says || says == refusal.Message);
    }

    private static ScimResource Resource(ResourceTypeDefinition type, JsonNode json) =>
        ScimResource.Read(type, Bytes(json), ReadLimits.User);

    private static byte[] Bytes(JsonNode node) => Encoding.UTF8.GetBytes(node.ToJsonString());
}
