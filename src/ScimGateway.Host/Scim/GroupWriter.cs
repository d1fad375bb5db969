using System.Text.Json;
using System.Text.Json.Nodes;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;
using ScimGateway.Provisioning.Groups.Reads;
using ScimGateway.Provisioning.Links;
using ScimGateway.Provisioning.Mirror;

namespace ScimGateway.Host.Scim;

/// <summary>Writes groups, their members a slice at a time, so that a group of any size costs no more memory than a small one.</summary>
internal sealed class GroupWriter(string baseUrl, Projection projection, GroupReads groups)
{
    private static readonly JsonEncodedText _members = JsonEncodedText.Encode("members");
    private static readonly JsonEncodedText _value = JsonEncodedText.Encode("value");
    private static readonly JsonEncodedText _ref = JsonEncodedText.Encode("$ref");
    private static readonly JsonEncodedText _type = JsonEncodedText.Encode("type");
    private static readonly JsonEncodedText _user = JsonEncodedText.Encode("User");
    private static readonly JsonEncodedText _group = JsonEncodedText.Encode("Group");

    private readonly string _users = $"{baseUrl}{GatewayTypes.User.Endpoint}/";
    private readonly string _groups = $"{baseUrl}{GatewayTypes.Group.Endpoint}/";

    // Whether the rows of members are read at all.
    private readonly bool _withMembers = projection.Shows("members");

    public async Task WriteAsync(Utf8JsonWriter json, ShownGroup group, CancellationToken gone)
    {
        json.WriteStartObject();
        foreach (var (name, value) in projection.Apply(Resource(group)))
        {
            json.WritePropertyName(name);
            if (value is null)
                json.WriteNullValue();
            else
                value.WriteTo(json);
        }
        if (_withMembers)
            await WriteMembersAsync(json, group, gone);
        json.WriteEndObject();
    }

    // A group without members has no such attribute (RFC 7643 §2.5).
    private async Task WriteMembersAsync(Utf8JsonWriter json, ShownGroup group, CancellationToken gone)
    {
        var any = false;
        foreach (var slice in groups.Members(group))
        {
            if (!any)
                json.WriteStartArray(_members);
            any = true;
            foreach (var member in slice)
            {
                json.WriteStartObject();
                json.WriteString(_value, member.Id);
                json.WriteString(_ref, $"{(member.Kind == Kind.User ? _users : _groups)}{member.Id}");
                json.WriteString(_type, member.Kind == Kind.User ? _user : _group);
                json.WriteEndObject();
            }
            await json.FlushAsync(gone);
        }
        if (any)
            json.WriteEndArray();
    }

    private ScimResource Resource(ShownGroup group)
    {
        var json = ScimJson.ReadObject(group.Document.Span, ReadLimits.User);
        if (group.HidesExternalId)
            json.Remove("externalId");
        json["id"] = group.Id.ToString();
        var meta = ScimJson.NewObject();
        meta["resourceType"] = GatewayTypes.Group.Name;
        meta["created"] = Moments.ToText(DateTimeOffset.FromUnixTimeMilliseconds(group.Created));
        meta["lastModified"] = Moments.ToText(DateTimeOffset.FromUnixTimeMilliseconds(group.Modified));
        meta["location"] = $"{_groups}{group.Id}";
        meta["version"] = group.Tag.ToString();
        json["meta"] = meta;
        if (group.Link is not null)
        {
            json[LinkSchema.Id] = group.Link.ToJson();
            (json["schemas"] as JsonArray)?.Add(LinkSchema.Id);
        }
        return new ScimResource(GatewayTypes.Group, json);
    }
}
