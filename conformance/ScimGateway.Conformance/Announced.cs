using System.Text.Json.Nodes;

namespace ScimGateway.Conformance;

/// <summary>What a server says of itself. What cannot be read counts as announced where the RFCs have it everywhere.</summary>
internal sealed class Announced
{
    private readonly Exchange? _config;
    private readonly Exchange? _types;
    private readonly Exchange? _schemas;

    public Announced(Exchange? config, Exchange? types, Exchange? schemas) =>
        (_config, _types, _schemas) = (config, types, schemas);

    /// <summary>Of a server that was not asked.</summary>
    public static Announced Nothing { get; } = new(null, null, null);

    /// <summary>Whether all of these are announced.</summary>
    public bool Has(Feature features) =>
        Enum.GetValues<Feature>().Where(feature => feature != Feature.None && features.HasFlag(feature)).All(HasOne);

    /// <summary>Which of these is not announced.</summary>
    public string Missing(Feature features) =>
        string.Join(
            ", ",
            Enum.GetValues<Feature>()
                .Where(feature => feature != Feature.None && features.HasFlag(feature) && !HasOne(feature))
        );

    /// <summary>The most operations that a bulk request may have; null if that is not said.</summary>
    public long? MostOperations => _config?["bulk.maxOperations"].AsNumber();

    /// <summary>The most bytes that a bulk request may have; null if that is not said.</summary>
    public long? MostPayload => _config?["bulk.maxPayloadSize"].AsNumber();

    /// <summary>The schemas there are.</summary>
    public IReadOnlyList<JsonObject> Schemas => _schemas?.Resources ?? [];

    /// <summary>The resource types there are.</summary>
    public IReadOnlyList<JsonObject> Types => _types?.Resources ?? [];

    /// <summary>A schema by its URN; null if there is none.</summary>
    public JsonObject? Schema(string? id) => Schemas.FirstOrDefault(one => one.At("id").AsText() == id);

    /// <summary>A resource type by its name; null if there is none.</summary>
    public JsonObject? Type(string name) => Types.FirstOrDefault(one => one.At("name").AsText() == name);

    /// <summary>The resource type of a resource, by its schemas; null if there is none.</summary>
    public JsonObject? TypeOf(JsonObject resource)
    {
        var named = resource.Strings("schemas");
        return Types.FirstOrDefault(type => type.At("schema").AsText() is { } schema && named.Contains(schema));
    }

    /// <summary>An attribute of a schema as it is defined, by names with dots between; null if it is not.</summary>
    public JsonObject? Attribute(string schema, string path)
    {
        JsonNode? at = Schema(schema);
        var among = "attributes";
        foreach (var name in path.Split('.'))
        {
            at = at.Objects(among)
                .FirstOrDefault(one =>
                    string.Equals(one.At("name").AsText(), name, StringComparison.OrdinalIgnoreCase)
                );
            among = "subAttributes";
        }
        return at as JsonObject;
    }

    /// <summary>A value of a resource, and how its schema defines it.</summary>
    /// <param name="Path">Its name; of a sub-attribute with that of its attribute and a dot before.</param>
    /// <param name="Value">What it is.</param>
    /// <param name="Definition">How it is defined; null if it is not.</param>
    /// <param name="Schema">By which schema.</param>
    /// <param name="IsExtension">Whether that is an extension.</param>
    internal sealed record Told(string Path, JsonNode? Value, JsonObject? Definition, string? Schema, bool IsExtension);

    /// <summary>What a resource says, with how it is defined; nothing, where its schema cannot be read.</summary>
    public IEnumerable<Told> Tell(JsonObject resource)
    {
        var named = resource.Strings("schemas");
        var core = Types
            .Select(type => type.At("schema").AsText())
            .FirstOrDefault(schema => named.Contains(schema) && Schema(schema) is not null);
        if (core is null)
            return [];
        return resource.SelectMany(member =>
            member.Key.StartsWith("urn:", StringComparison.OrdinalIgnoreCase)
                ? Tell(member.Value as JsonObject, member.Key, isExtension: true)
                : Tell(member, core, Attribute(core, member.Key), isExtension: false)
        );
    }

    private IEnumerable<Told> Tell(JsonObject? members, string schema, bool isExtension) =>
        Schema(schema) is not null
            ? (members ?? []).SelectMany(member => Tell(member, schema, Attribute(schema, member.Key), isExtension))
            : [];

    private static IEnumerable<Told> Tell(
        KeyValuePair<string, JsonNode?> member,
        string schema,
        JsonObject? definition,
        bool isExtension
    )
    {
        if (definition is null && member.Key.ToUpperInvariant() is "SCHEMAS" or "ID" or "EXTERNALID")
            yield break;
        yield return new Told(member.Key, member.Value, definition, schema, isExtension);
        if (definition?.Objects("subAttributes") is not { Count: > 0 } subs)
            yield break;
        foreach (
            var value in member.Value is JsonArray values
                ? values.OfType<JsonObject>()
                : [member.Value as JsonObject ?? []]
        )
        foreach (var (name, sub) in value)
            yield return new Told(
                $"{member.Key}.{name}",
                sub,
                subs.FirstOrDefault(one =>
                    string.Equals(one.At("name").AsText(), name, StringComparison.OrdinalIgnoreCase)
                ),
                schema,
                isExtension
            );
    }

    /// <summary>The attributes of a type's own schema as they are defined; none, where they cannot be read.</summary>
    public IReadOnlyList<JsonObject> Definitions(string type) =>
        Schema(Type(type).At("schema").AsText()).Objects("attributes");

    /// <summary>The attributes of a type: those of its own schema, and of each extension that it has.</summary>
    public IReadOnlyList<Placed> Attributes(string type) =>
        [
            .. Definitions(type).Select(one => new Placed(null, one)),
            .. Type(type)
                .Objects("schemaExtensions")
                .Select(one => one.At("schema").AsText())
                .SelectMany(urn => Schema(urn).Objects("attributes").Select(one => new Placed(urn, one))),
        ];

    /// <summary>Whether users have an attribute that clients may write; all of the RFC, where no schema can be read.</summary>
    public bool HasWritable(string path, string schema = Words.User) =>
        Schemas.Count == 0
        || Attribute(schema, path) is { } attribute && attribute.At("mutability").AsText() is null or "readWrite";

    /// <summary>Whether the schema of users has a password.</summary>
    public bool HasPassword => Attribute(Words.User, "password") is not null;

    /// <summary>Whether it says of a feature that it is not there; who says nothing does not.</summary>
    public bool Denies(string feature) =>
        _config is { IsFine: true } && _config[$"{feature}.supported"].AsFlag() == false;

    private bool HasOne(Feature feature) =>
        feature switch
        {
            Feature.Patch => IsSupported("patch"),
            Feature.Bulk => IsSupported("bulk"),
            Feature.Filter => IsSupported("filter"),
            Feature.Sort => IsSupported("sort"),
            Feature.ETag => IsSupported("etag"),
            Feature.ChangePassword => IsSupported("changePassword"),
            // RFC 9865 §4: where nothing is said of paging, it is by index, as before.
            Feature.IndexPaging => _config?["pagination"] is null || _config["pagination.index"].AsFlag() == true,
            Feature.CursorPaging => _config?["pagination.cursor"].AsFlag() == true,
            Feature.Users => HasType("User"),
            Feature.Groups => HasType("Group"),
            Feature.Enterprise => Types.Any(type =>
                type.Objects("schemaExtensions").Any(one => one.At("schema").AsText() == Words.Enterprise)
            ),
            _ => true,
        };

    // Where a server says nothing of itself, what every provider uses is asked for all the same.
    private bool IsSupported(string feature) =>
        _config is { IsFine: true, Json: JsonObject }
            ? _config[$"{feature}.supported"].AsFlag() == true
            : feature is "patch" or "filter" && _config is not null;

    private bool HasType(string name) => Types.Count == 0 || Type(name) is not null;
}
