using System.Buffers.Text;
using System.Text.Json;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Mirror;
using ScimGateway.Provisioning.Users.Reads;

namespace ScimGateway.Host.Scim;

/// <summary>Writes users. The stored bytes go out as they are, with id and meta behind them: they hold nothing that is not shown by default. Only a projection takes them apart.</summary>
internal sealed class UserWriter(string baseUrl, Projection projection)
{
    private readonly JsonEncodedText _location = JsonEncodedText.Encode($"{baseUrl}{GatewayTypes.User.Endpoint}/");

    /// <summary>By default everything but what is shown on request.</summary>
    public UserWriter(string baseUrl)
        : this(baseUrl, Projection.Default(GatewayTypes.User)) { }

    public void Write(RentedBuffer to, StoredUser user)
    {
        if (projection.IsDefault)
        {
            WriteAsStored(to, user);
            return;
        }
        using var json = new Utf8JsonWriter(to, ScimJson.WriterOptions);
        projection.WriteTo(json, user.ToResource(baseUrl));
    }

    private void WriteAsStored(RentedBuffer to, StoredUser user)
    {
        var members = user.Document[..^1]; // all but the closing brace
        var start = to.WrittenCount;
        if (user.HidesExternalId)
            WriteWithoutExternalId(to, members);
        else
            to.Write(members);
        if (to.WrittenCount > start + 1)
            to.Write(","u8);
        to.Write("\"id\":\""u8);
        WriteId(to, user.Id);
        to.Write("\",\"meta\":{\"resourceType\":\"User\",\"created\":\""u8);
        WriteMoment(to, user.Created);
        to.Write("\",\"lastModified\":\""u8);
        WriteMoment(to, user.Modified);
        to.Write("\",\"location\":\""u8);
        to.Write(_location.EncodedUtf8Bytes);
        WriteId(to, user.Id);
        to.Write("\",\"version\":\"W/\\\""u8);
        Utf8Formatter.TryFormat(user.Version, to.GetSpan(20), out var written);
        to.Advance(written);
        to.Write("\\\"\"}}"u8);
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

    private static void WriteId(RentedBuffer to, Guid id)
    {
        Utf8Formatter.TryFormat(id, to.GetSpan(36), out var written);
        to.Advance(written);
    }

    private static void WriteMoment(RentedBuffer to, long milliseconds)
    {
        Moments.TryFormat(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), to.GetSpan(Moments.MostBytes), out var written);
        to.Advance(written);
    }
}
