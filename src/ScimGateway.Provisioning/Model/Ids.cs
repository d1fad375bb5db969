using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ScimGateway.Provisioning.Model;

/// <summary>What is a number in the store and in JSON, and of a type of its own here, so that no two are swapped.</summary>
internal interface INumbered
{
    /// <summary>The number.</summary>
    long Value { get; }
}

/// <summary>What can be made of its number again.</summary>
internal interface INumbered<TSelf> : INumbered
    where TSelf : struct, INumbered<TSelf>
{
    /// <summary>What has a number.</summary>
    static abstract TSelf Of(long value);
}

/// <summary>The number of a tenant.</summary>
[JsonConverter(typeof(NumberedJson<TenantId>))]
internal readonly record struct TenantId(long Value) : INumbered<TenantId>
{
    /// <inheritdoc/>
    public static TenantId Of(long value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The number of a link; 0 before it is written.</summary>
[JsonConverter(typeof(NumberedJson<LinkId>))]
internal readonly record struct LinkId(long Value) : INumbered<LinkId>
{
    /// <inheritdoc/>
    public static LinkId Of(long value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The number of a hold.</summary>
[JsonConverter(typeof(NumberedJson<HoldId>))]
internal readonly record struct HoldId(long Value) : INumbered<HoldId>
{
    /// <inheritdoc/>
    public static HoldId Of(long value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The number of a job, or of a preview that may become one.</summary>
[JsonConverter(typeof(NumberedJson<JobId>))]
internal readonly record struct JobId(long Value) : INumbered<JobId>
{
    /// <inheritdoc/>
    public static JobId Of(long value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The number of a source's credential.</summary>
[JsonConverter(typeof(NumberedJson<CredentialId>))]
internal readonly record struct CredentialId(long Value) : INumbered<CredentialId>
{
    /// <inheritdoc/>
    public static CredentialId Of(long value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The number of an admin key.</summary>
[JsonConverter(typeof(NumberedJson<AdminKeyId>))]
internal readonly record struct AdminKeyId(long Value) : INumbered<AdminKeyId>
{
    /// <inheritdoc/>
    public static AdminKeyId Of(long value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The number of a line of the audit trail.</summary>
[JsonConverter(typeof(NumberedJson<AuditEntryId>))]
internal readonly record struct AuditEntryId(long Value) : INumbered<AuditEntryId>
{
    /// <inheritdoc/>
    public static AuditEntryId Of(long value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Writes and reads the number alone.</summary>
internal sealed class NumberedJson<T> : JsonConverter<T>
    where T : struct, INumbered<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        T.Of(reader.GetInt64());

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value.Value);
}
