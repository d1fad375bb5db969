using System.Buffers.Text;
using System.Text.Json;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Reads;

namespace ScimGateway.Host.Scim;

/// <summary>
/// Writes users, and groups without their members. The stored bytes go out as they are, with id and meta behind them:
/// they hold nothing that is not shown by default. Only a projection takes them apart.
/// </summary>
/// <param name="baseUrl">The SCIM base without a slash at its end.</param>
/// <param name="projections">What is shown, one for each kind that is written.</param>
internal sealed class ResourceWriter(string baseUrl, params IReadOnlyList<Projection> projections)
{
    private readonly JsonEncodedText _base = JsonEncodedText.Encode(baseUrl);

    public void Write(RentedBuffer to, StoredResource resource)
    {
        Open(to, resource);
        to.Write("}"u8);
    }

    /// <summary>Writes all but the closing brace.</summary>
    public void Open(RentedBuffer to, StoredResource resource)
    {
        var projection = Projection(resource.Type);
        if (projection.IsDefault)
        {
            OpenAsStored(to, resource);
            return;
        }
        using (var json = new Utf8JsonWriter(to, ScimJson.WriterOptions))
            projection.WriteTo(json, resource.ToResource(baseUrl));
        to.TakeBack(1);
    }

    private Projection Projection(ResourceTypeDefinition type) =>
        projections[0].Type == type ? projections[0] : projections[1];

    private void OpenAsStored(RentedBuffer to, StoredResource resource)
    {
        var members = resource.Document[..^1]; // all but the closing brace
        var start = to.WrittenCount;
        if (resource.HidesExternalId)
            WriteWithoutExternalId(to, members);
        else
            to.Write(members);
        if (to.WrittenCount > start + 1)
            to.Write(","u8);
        to.Write("\"id\":\""u8);
        WriteId(to, resource.Id);
        to.Write(
            resource.Kind == Kind.User
                ? "\",\"meta\":{\"resourceType\":\"User"u8
                : "\",\"meta\":{\"resourceType\":\"Group"u8
        );
        to.Write("\",\"created\":\""u8);
        WriteMoment(to, resource.Created);
        to.Write("\",\"lastModified\":\""u8);
        WriteMoment(to, resource.Modified);
        to.Write("\",\"location\":\""u8);
        WriteLocation(to, resource.Kind, resource.Id);
        to.Write("\",\"version\":\"W/\\\""u8);
        WriteVersion(to, resource);
        to.Write("\\\"\"}"u8);
        if (!resource.Groups.IsEmpty)
            WriteGroups(to, resource.Groups);
    }

    private static void WriteVersion(RentedBuffer to, StoredResource resource)
    {
        Utf8Formatter.TryFormat(resource.Version, to.GetSpan(20), out var written);
        to.Advance(written);
        if (resource.Tag.Hash is { } hash)
        {
            to.Write("-"u8);
            to.Advance(System.Text.Encoding.UTF8.GetBytes(hash, to.GetSpan(hash.Length)));
        }
    }

    private void WriteGroups(RentedBuffer to, UserGroups groups)
    {
        var any = false;
        foreach (var group in groups)
        {
            to.Write(any ? ",{\"value\":\""u8 : ",\"groups\":[{\"value\":\""u8);
            any = true;
            WriteId(to, group.Id);
            to.Write("\",\"$ref\":\""u8);
            WriteLocation(to, Kind.Group, group.Id);
            to.Write("\",\"display\":"u8);
            using (var json = new Utf8JsonWriter(to, ScimJson.WriterOptions))
                json.WriteStringValue(group.Name);
            to.Write(",\"type\":\"direct\"}"u8);
        }
        to.Write("]"u8);
    }

    private void WriteLocation(RentedBuffer to, Kind kind, ResourceId id)
    {
        to.Write(_base.EncodedUtf8Bytes);
        to.Write(kind == Kind.User ? "/Users/"u8 : "/Groups/"u8);
        WriteId(to, id);
    }

    // The member is cut out of the bytes, with the comma on one side of it.
    private static void WriteWithoutExternalId(RentedBuffer to, ReadOnlySpan<byte> members)
    {
        var reader = new Utf8JsonReader(members, isFinalBlock: false, default);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (start, found) = ((int)reader.TokenStartIndex, reader.ValueTextEquals("externalId"u8));
            if (found)
            {
                reader.Read();
                var end = (int)reader.BytesConsumed;
                if (end < members.Length && members[end] == (byte)',')
                    end++;
                else if (members[start - 1] == (byte)',')
                    start--;
                to.Write(members[..start]);
                to.Write(members[end..]);
                return;
            }
            if (!reader.Read() || !reader.TrySkip())
                break;
        }
        to.Write(members);
    }

    private static void WriteId(RentedBuffer to, ResourceId id)
    {
        Utf8Formatter.TryFormat(id.Value, to.GetSpan(36), out var written);
        to.Advance(written);
    }

    private static void WriteMoment(RentedBuffer to, Instant at)
    {
        Moments.TryFormat(at.ToTime(), to.GetSpan(Moments.MostBytes), out var written);
        to.Advance(written);
    }
}
