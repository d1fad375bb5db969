using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ScimGateway.Provisioning.Model;

/// <summary>What is a UUID in the store and in JSON, and of a type of its own here, so that no two are swapped.</summary>
internal interface IIdentified
{
    /// <summary>The UUID.</summary>
    Guid Value { get; }
}

/// <summary>What can be made of its UUID again.</summary>
internal interface IIdentified<TSelf> : IIdentified
    where TSelf : struct, IIdentified<TSelf>
{
    /// <summary>What has a UUID.</summary>
    static abstract TSelf Of(Guid value);
}

/// <summary>The SCIM id of a user or of a group.</summary>
[JsonConverter(typeof(IdentifiedJson<ResourceId>))]
internal readonly record struct ResourceId(Guid Value) : IIdentified<ResourceId>
{
    /// <inheritdoc/>
    public static ResourceId Of(Guid value) => new(value);

    /// <summary>A new one: a UUIDv7 of its time.</summary>
    public static ResourceId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    /// <summary>A group is a resource.</summary>
    public static implicit operator ResourceId(GroupId group) => group.ToResourceId();

    /// <summary>
    /// The id that a text is, as the gateway spells ids, which are caseExact (RFC 7643 §3.1); null if it is none.
    /// </summary>
    public static ResourceId? Parse(ReadOnlySpan<char> text) =>
        text.Length == 36 && text.IndexOfAnyInRange('A', 'F') < 0 && Guid.TryParseExact(text, "D", out var uuid)
            ? new(uuid)
            : null;

    /// <summary>The id that a member's value means, which is not caseExact (RFC 7643 §8.7.1); null for none.</summary>
    public static ResourceId? ParseReference(string text) => Parse(text.ToLowerInvariant());

    /// <summary>As that of a group, which it is known to be.</summary>
    public GroupId AsGroup() => new(Value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>The SCIM id of a group. A type of its own keeps it from being swapped with the id of a member.</summary>
[JsonConverter(typeof(IdentifiedJson<GroupId>))]
internal readonly record struct GroupId(Guid Value) : IIdentified<GroupId>
{
    /// <inheritdoc/>
    public static GroupId Of(Guid value) => new(value);

    /// <summary>As the resource that it is.</summary>
    public ResourceId ToResourceId() => new(Value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>The id of an operation in the journal.</summary>
[JsonConverter(typeof(IdentifiedJson<OperationId>))]
internal readonly record struct OperationId(Guid Value) : IIdentified<OperationId>
{
    /// <inheritdoc/>
    public static OperationId Of(Guid value) => new(value);

    /// <summary>
    /// A new one: a UUIDv7 of its time, with what is left of the millisecond behind it (RFC 9562 §6.2, method 3), so that
    /// operations that follow each other stand in their order. Of a whole millisecond that is left to chance.
    /// </summary>
    public static OperationId New(DateTimeOffset now)
    {
        var uuid = Guid.CreateVersion7(now);
        if (now.Ticks % TimeSpan.TicksPerMillisecond is not (> 0 and var rest))
            return new(uuid);
        Span<byte> bytes = stackalloc byte[16];
        uuid.TryWriteBytes(bytes, bigEndian: true, out _);
        const int Version7 = 0x7000;
        var fraction = (int)(rest * 0x1000 / TimeSpan.TicksPerMillisecond);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], (ushort)(Version7 | fraction));
        return new(new Guid(bytes, bigEndian: true));
    }

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>Writes and reads the UUID alone.</summary>
internal sealed class IdentifiedJson<T> : JsonConverter<T>
    where T : struct, IIdentified<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        T.Of(reader.GetGuid());

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);
}
