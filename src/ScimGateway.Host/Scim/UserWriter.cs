using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Mirror;
using ScimGateway.Provisioning.Users.Reads;

namespace ScimGateway.Host.Scim;

/// <summary>Writes users. The stored bytes go out as they are, with id and meta behind them: they hold nothing that is not shown by default. Only a projection takes them apart.</summary>
internal sealed class UserWriter(string baseUrl, Projection projection)
{
    private readonly JsonEncodedText _location = JsonEncodedText.Encode($"{baseUrl}{GatewayTypes.User.Endpoint}/");
    private readonly ArrayBufferWriter<byte> _bytes = new(4096);

    /// <summary>By default everything but what is shown on request.</summary>
    public UserWriter(string baseUrl)
        : this(baseUrl, Projection.Default(GatewayTypes.User)) { }

    public void Write(Utf8JsonWriter json, ShownUser user)
    {
        if (projection.IsDefault)
            json.WriteRawValue(AsStored(user), skipInputValidation: true);
        else
            projection.WriteTo(json, user.ToResource(baseUrl));
    }

    private ReadOnlySpan<byte> AsStored(ShownUser user)
    {
        _bytes.ResetWrittenCount();
        var members = user.Document.Span[..^1]; // all but the closing brace
        if (user.HidesExternalId)
            WriteWithoutExternalId(members);
        else
            _bytes.Write(members);
        if (_bytes.WrittenCount > 1)
            _bytes.Write(","u8);
        _bytes.Write("\"id\":\""u8);
        Id(user.Id);
        _bytes.Write("\",\"meta\":{\"resourceType\":\"User\",\"created\":\""u8);
        Moment(user.Created);
        _bytes.Write("\",\"lastModified\":\""u8);
        Moment(user.Modified);
        _bytes.Write("\",\"location\":\""u8);
        _bytes.Write(_location.EncodedUtf8Bytes);
        Id(user.Id);
        _bytes.Write("\",\"version\":\"W/\\\""u8);
        Utf8Formatter.TryFormat(user.Version, _bytes.GetSpan(20), out var written);
        _bytes.Advance(written);
        _bytes.Write("\\\"\"}}"u8);
        return _bytes.WrittenSpan;
    }

    // The member is cut out of the bytes, with the comma on one side of it.
    private void WriteWithoutExternalId(ReadOnlySpan<byte> members)
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
                _bytes.Write(members[..start]);
                _bytes.Write(members[end..]);
                return;
            }
            if (!reader.Read() || !reader.TrySkip())
                break;
        }
        _bytes.Write(members);
    }

    private void Id(Guid id)
    {
        Utf8Formatter.TryFormat(id, _bytes.GetSpan(36), out var written);
        _bytes.Advance(written);
    }

    private void Moment(long milliseconds)
    {
        DateTimeOffset
            .FromUnixTimeMilliseconds(milliseconds)
            .UtcDateTime.TryFormat(_bytes.GetSpan(32), out var written, Moments.Format, CultureInfo.InvariantCulture);
        _bytes.Advance(written);
    }
}
