using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace ScimGateway.Slack.Wire;

/// <summary>
/// A user in Slack's vocabulary, field by field: what is wanted, what was delivered, or what was seen. A field may have
/// a value, be empty (null), or not be spoken of at all; of what was delivered, the last means that it is not known.
/// </summary>
public sealed class SlackProfile : IEquatable<SlackProfile>
{
    private static readonly int _count = Enum.GetValues<SlackField>().Length;

    // A profile is read and written several times for each write of a user.
    private static readonly JsonEncodedText[] _names =
    [
        .. Enum.GetValues<SlackField>()
            .Select(field => JsonEncodedText.Encode(JsonNamingPolicy.CamelCase.ConvertName(field.ToString()))),
    ];

    // A bit for each field that is spoken of, and the values by field; what is not spoken of has none. Never changed
    // once they are here.
    private readonly ulong _said;
    private readonly string?[] _values;

    private SlackProfile(ulong said, string?[] values) => (_said, _values) = (said, values);

    /// <summary>Nothing is spoken of.</summary>
    public static SlackProfile Nothing { get; } = new(0, new string?[_count]);

    /// <summary>Every field is known, and empty.</summary>
    public static SlackProfile Empty { get; } =
        Enum.GetValues<SlackField>().Aggregate(Nothing, (profile, field) => profile.With(field, null));

    /// <summary>The fields that are spoken of, in order.</summary>
    public IEnumerable<SlackField> Fields
    {
        get
        {
            for (var rest = _said; rest != 0; rest &= rest - 1)
                yield return (SlackField)BitOperations.TrailingZeroCount(rest);
        }
    }

    /// <summary>The value of a field; null if it is empty or not spoken of.</summary>
    public string? this[SlackField field] => _values[(int)field];

    /// <summary>Whether the field is spoken of; its value then may still be null.</summary>
    public bool Says(SlackField field) => (_said & Bit(field)) != 0;

    /// <summary>
    /// Whether this shows the account of a guest that Slack has ended at its time, as clocks differ by less than a
    /// minute.
    /// </summary>
    public bool ShowsEnd(DateTimeOffset at) => Active == false && GuestEnds <= at.AddMinutes(1);

    /// <summary>When a guest's account ends; null where it does not, or that cannot be read.</summary>
    public DateTimeOffset? GuestEnds =>
        DateTimeOffset.TryParse(
            this[SlackField.GuestExpiration],
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var ends
        )
            ? ends
            : null;

    /// <summary>Whether the account is active; null if that is not spoken of.</summary>
    public bool? Active =>
        this[SlackField.Active] switch
        {
            "true" => true,
            "false" => false,
            _ => null,
        };

    /// <summary>
    /// A profile of these fields; null and blank make a field empty, and of a field that is named twice the last
    /// counts.
    /// </summary>
    public static SlackProfile Of(params ReadOnlySpan<(SlackField Field, string? Value)> fields)
    {
        var (said, values) = (0UL, new string?[_count]);
        foreach (var (field, value) in fields)
        {
            said |= Bit(field);
            values[(int)field] = Given(value);
        }
        return new SlackProfile(said, values);
    }

    /// <summary>The profile with one field set; null and blank make it empty.</summary>
    public SlackProfile With(SlackField field, string? value)
    {
        var values = (string?[])_values.Clone();
        values[(int)field] = Given(value);
        return new SlackProfile(_said | Bit(field), values);
    }

    /// <summary>The profile with <see cref="SlackField.Active"/> set.</summary>
    public SlackProfile With(bool active) => With(SlackField.Active, active ? "true" : "false");

    /// <summary>The profile with all that another says, which wins.</summary>
    public SlackProfile With(SlackProfile other)
    {
        var values = (string?[])_values.Clone();
        foreach (var field in other.Fields)
            values[(int)field] = other[field];
        return new SlackProfile(_said | other._said, values);
    }

    /// <summary>The profile without a field: it is no longer known.</summary>
    public SlackProfile Without(SlackField field) => Only(other => other != field);

    /// <summary>Only those of its fields.</summary>
    public SlackProfile Only(Func<SlackField, bool> kept)
    {
        var (said, values) = (0UL, new string?[_count]);
        foreach (var field in Fields)
            if (kept(field))
            {
                said |= Bit(field);
                values[(int)field] = this[field];
            }
        return new SlackProfile(said, values);
    }

    /// <summary>Reads what <see cref="WriteTo"/> wrote; a field that no longer exists is left out.</summary>
    public static SlackProfile Read(ReadOnlySpan<byte> utf8)
    {
        var (said, values) = (0UL, new string?[_count]);
        var reader = new Utf8JsonReader(utf8);
        var after = -1;
        while (reader.Read())
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                var found = IndexOf(ref reader, after + 1);
                reader.Read();
                if (found < 0)
                    continue;
                after = found;
                said |= Bit((SlackField)found);
                values[found] = reader.GetString();
            }
        return new SlackProfile(said, values);
    }

    // The fields were written in their order, so mostly the next one is meant.
    private static int IndexOf(ref Utf8JsonReader name, int next)
    {
        for (var i = 0; i < _count; i++)
        {
            var at = (next + i) % _count;
            if (name.ValueTextEquals(_names[at].EncodedUtf8Bytes))
                return at;
        }
        return -1;
    }

    /// <summary>Writes a flat JSON object, as links store it.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach (var field in Fields)
            json.WriteString(_names[(int)field], this[field]);
        json.WriteEndObject();
    }

    /// <summary>The profile as UTF-8 JSON.</summary>
    public byte[] ToUtf8()
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer, Protocol.Resources.ScimJson.WriterOptions))
            WriteTo(writer);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The name of a field as JSON and people see it.</summary>
    public static string Name(SlackField field) => _names[(int)field].Value;

    /// <inheritdoc/>
    public bool Equals(SlackProfile? other) =>
        other is not null && _said == other._said && _values.AsSpan().SequenceEqual(other._values);

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => Equals(obj as SlackProfile);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        Fields.Aggregate(0, (hash, field) => HashCode.Combine(hash, field, this[field]));

    /// <summary>The names of the fields and no values, which are personal data: this may end up in a log.</summary>
    public override string ToString() => string.Join(", ", Fields.Select(Name));

    private static string? Given(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;

    private static ulong Bit(SlackField field) => 1UL << (int)field;
}
