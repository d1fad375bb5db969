using System.Text;
using System.Text.Json.Nodes;
using ScimGateway.Protocol.Bounds;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;
using Xunit;

namespace ScimGateway.Protocol.Tests.Resources;

public class ProjectionVectorTests
{
    // "secret" is never shown, "hint" only on request, so that every kind of "returned" is met.
    private static readonly ResourceTypeDefinition _user = ResourceTypes.User.With(
        new SchemaDefinition(
            "urn:example:params:scim:badge:1.0:User",
            "Badge",
            "An extension for tests.",
            [
                new AttributeDefinition("number", AttributeType.Text, "Always shown.") { Returned = Returned.Always },
                new AttributeDefinition("color", AttributeType.Text, "Shown by default."),
                new AttributeDefinition("hint", AttributeType.Text, "Shown on request.")
                {
                    Returned = Returned.Request,
                },
                new AttributeDefinition("secret", AttributeType.Text, "Never shown.") { Returned = Returned.Never },
            ]
        )
    );

    public static IEnumerable<TheoryDataRow<string, string>> Cases() =>
        Vectors.Rows("projection.json", "vectors", row => $"{row["name"]}");

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_answer_shows_what_the_vector_says(string _, string json)
    {
        var row = JsonNode.Parse(json)!;
        // What the RFC says holds in every dialect; what a provider's habit shows without deviations is under "strict".
        var strict = (string?)row["dialect"] == "rfc" ? row["shows"] : row["strict"];
        Dialect[] dialects = strict is null ? [Dialect.Everything] : [Dialect.Rfc, Dialect.Everything];
        foreach (var dialect in dialects)
        {
            var shows = dialect == Dialect.Rfc ? strict! : row["shows"]!;
            var resource = ScimResource.Read(
                _user,
                Encoding.UTF8.GetBytes(row["resource"]!.ToJsonString()),
                ReadLimits.User
            );
            var projection = Projection.Read(
                _user,
                Names(row["attributes"]),
                Names(row["excludedAttributes"]),
                new Reading(dialect, new WorkLimit())
            );
            Assert.Equal(shows.ToJsonString(), ScimJson.ToText(projection.Apply(resource)));
        }
    }

    private static List<string>? Names(JsonNode? names) => names?.AsArray().Select(name => (string)name!).ToList();
}
