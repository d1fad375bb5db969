using System.Text;
using System.Text.Json.Nodes;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Patching;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;
using Xunit;

namespace ScimGateway.Protocol.Tests.Resources;

/// <summary>
/// The examples that RFC 7643 and RFC 7644 print, by the RFCs alone: read as they are, written as they were.
/// </summary>
public class RfcExampleTests
{
    private static readonly string? _folder =
        Vectors.Shared is not null
        && Path.Combine(Vectors.Shared, "vectors", "rfc-examples") is var folder
        && Directory.Exists(folder)
            ? folder
            : null;

    /// <summary>The examples of that name, as rows; one that says why it is skipped where they are not there.</summary>
    public static IEnumerable<TheoryDataRow<string>> Named(string pattern) =>
        _folder is null
            ?
            [
                new TheoryDataRow<string>("")
                {
                    Skip = "there is no ../shared/vectors/rfc-examples",
                    TestDisplayName = pattern,
                },
            ]
            : Directory
                .EnumerateFiles(_folder, pattern)
                .Select(path => Path.GetFileName(path))
                .Order(StringComparer.Ordinal)
                .Select(file => new TheoryDataRow<string>(file) { TestDisplayName = file });

    /// <summary>An example by its file's name.</summary>
    public static JsonObject Read(string file) => Vectors.Read(Path.Combine(_folder!, file));

    public static IEnumerable<TheoryDataRow<string>> All() => Named("*.json");

    public static IEnumerable<TheoryDataRow<string>> Resources() => That(example => TypeOf(example) is not null);

    public static IEnumerable<TheoryDataRow<string>> Patches() =>
        That(example => Schemas(example).Contains(Urn.PatchOp));

    public static IEnumerable<TheoryDataRow<string>> Errors() =>
        That(example => Schemas(example).Contains(ScimException.Schema));

    [Theory]
    [MemberData(nameof(All))]
    public void An_example_is_written_as_it_was_read(string file)
    {
        var bytes = File.ReadAllBytes(Path.Combine(_folder!, file));

        var read = ScimJson.ReadObject(bytes, ReadLimits.User);

        var written = JsonNode.Parse(ScimJson.ToUtf8(read));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(bytes), written), written!.ToJsonString());
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public void A_resource_is_admitted_and_loses_only_what_the_server_sets(string file)
    {
        var example = Read(file);
        var type = TypeOf(example)!;
        var resource = ScimResource.Read(type, Encoding.UTF8.GetBytes(example.ToJsonString()), ReadLimits.User);
        var reading = Reading.Rfc();
        if (example["userName"] is null && type == ResourceTypes.User)
        {
            // RFC 7644 §3.9 and the bulk answers show parts of users; they are no resources to be created.
            Assert.Throws<ScimException>(() => SchemaCheck.Admit(resource, reading));
            return;
        }

        SchemaCheck.Admit(resource, reading);

        Assert.All(reading.Ignored, note => Assert.Contains(note.Why, (string[])["read-only", "taken and not kept"]));
        foreach (var name in (string[])["id", "meta", "groups", "password"])
            example.Remove(name);
        foreach (var (name, _) in example.Where(member => member.Value is JsonArray { Count: 0 }).ToList())
            example.Remove(name);
        foreach (var member in example["members"]?.AsArray() ?? [])
            member!.AsObject().Remove("display");
        (example[Urn.EnterpriseUser]?["manager"] as JsonObject)?.Remove("displayName");
        Assert.True(JsonNode.DeepEquals(example, resource.Json), resource.Json.ToJsonString());
    }

    [Theory]
    [MemberData(nameof(Patches))]
    public void A_patch_is_read(string file)
    {
        var example = Read(file);
        // One figure has a filter without the blank that the RFC's own grammar asks for: members[value eq"…"].
        foreach (var operation in example["Operations"]!.AsArray())
            if ((string?)operation!["path"] is { } path)
                operation["path"] = path.Replace("eq\"", "eq \"", StringComparison.Ordinal);
        var type = example.ToJsonString().Contains("members", StringComparison.Ordinal)
            ? ResourceTypes.Group
            : ResourceTypes.User;
        var reading = Reading.Rfc();

        var request = PatchRequest.Read(type, Encoding.UTF8.GetBytes(example.ToJsonString()), ReadLimits.User, reading);

        Assert.Equal(
            example["Operations"]!.AsArray().Select(o => ((string)o!["op"]!, (string?)o["path"])),
            request.Operations.Select(o => (o.Verb.ToString().ToLowerInvariant(), o.Path?.ToString()))
        );
        Assert.Empty(reading.Ignored);
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public void An_error_has_a_keyword_that_is_made_here(string file)
    {
        var example = Read(file);
        var refusal = ((string?)example["status"], (string?)example["scimType"]) switch
        {
            ("404", null) => ScimException.NotFound((string)example["detail"]!),
            ("413", null) => ScimException.PayloadTooLarge((string)example["detail"]!),
            ("400", "mutability") => ScimException.Mutability((string)example["detail"]!),
            ("400", "invalidSyntax") => ScimException.InvalidSyntax((string)example["detail"]!),
            var other => throw new NotSupportedException(other.ToString()),
        };

        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new System.Text.Json.Utf8JsonWriter(buffer))
            refusal.WriteTo(json);

        Assert.True(
            JsonNode.DeepEquals(example, JsonNode.Parse(buffer.WrittenSpan)),
            Encoding.UTF8.GetString(buffer.WrittenSpan)
        );
    }

    private static IEnumerable<TheoryDataRow<string>> That(Func<JsonObject, bool> meets) =>
        _folder is null ? Named("*.json") : Named("*.json").Where(row => meets(Read(row.Data)));

    private static ResourceTypeDefinition? TypeOf(JsonObject example) =>
        Schemas(example).Contains(Urn.User) ? ResourceTypes.User
        : Schemas(example).Contains(Urn.Group) ? ResourceTypes.Group
        : null;

    private static IEnumerable<string?> Schemas(JsonObject example) =>
        (example["schemas"] as JsonArray ?? []).Select(urn => (string?)urn);
}
