using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace ScimGateway.Slack.Wire;

/// <summary>A user in Slack's vocabulary, field by field: what is wanted, what was delivered, or what was seen. A field may have a value, be empty (null), or not be spoken of at all; of what was delivered, the last means that it is not known.</summary>
public sealed class SlackProfile : IEquatable<SlackProfile>
{
    private readonly ImmutableSortedDictionary<SlackField, string?> _fields;

    private SlackProfile(ImmutableSortedDictionary<SlackField, string?> fields) => _fields = fields;

    /// <summary>Nothing is spoken of.</summary>
    public static SlackProfile Nothing { get; } = new(ImmutableSortedDictionary<SlackField, string?>.Empty);

    /// <summary>Every field is known, and empty.</summary>
    public static SlackProfile Empty { get; } =
        Enum.GetValues<SlackField>().Aggregate(Nothing, (profile, field) => profile.With(field, null));

    /// <summary>The fields that are spoken of, in order.</summary>
    public IEnumerable<SlackField> Fields => _fields.Keys;

    /// <summary>The value of a field; null if it is empty or not spoken of.</summary>
    public string? this[SlackField field] => _fields.GetValueOrDefault(field);

    /// <summary>Whether the field is spoken of; its value then may still be null.</summary>
    public bool Says(SlackField field) => _fields.ContainsKey(field);

    /// <summary>Whether the account is active; null if that is not spoken of.</summary>
    public bool? Active =>
        this[SlackField.Active] switch
        {
            "true" => true,
            "false" => false,
            _ => null,
        };

    /// <summary>The profile with one field set; null and blank make it empty.</summary>
    public SlackProfile With(SlackField field, string? value) =>
        new(_fields.SetItem(field, string.IsNullOrWhiteSpace(value) ? null : value));

    /// <summary>The profile with <see cref="SlackField.Active"/> set.</summary>
    public SlackProfile With(bool active) => With(SlackField.Active, active ? "true" : "false");

    /// <summary>The profile with all that another says, which wins.</summary>
    public SlackProfile With(SlackProfile other) => new(_fields.SetItems(other._fields));

    /// <summary>The profile without a field: it is no longer known.</summary>
    public SlackProfile Without(SlackField field) => new(_fields.Remove(field));

    /// <summary>Only those of its fields.</summary>
    public SlackProfile Only(Func<SlackField, bool> kept) => new(_fields.RemoveRange(_fields.Keys.Where(f => !kept(f))));

    /// <summary>Reads what <see cref="WriteTo"/> wrote; a field that no longer exists is left out.</summary>
    public static SlackProfile Read(ReadOnlySpan<byte> utf8)
    {
        var fields = Nothing._fields.ToBuilder();
        var reader = new Utf8JsonReader(utf8);
        while (reader.Read())
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                var known = Enum.TryParse<SlackField>(reader.GetString(), ignoreCase: true, out var field);
                reader.Read();
                if (known)
                    fields[field] = reader.GetString();
            }
        return new SlackProfile(fields.ToImmutable());
    }

    /// <summary>Writes a flat JSON object, as links store it.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach (var (field, value) in _fields)
            json.WriteString(Name(field), value);
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
    public static string Name(SlackField field)
    {
        var name = field.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }

    /// <inheritdoc/>
    public bool Equals(SlackProfile? other) =>
        other is not null && _fields.Count == other._fields.Count && _fields.SequenceEqual(other._fields);

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => Equals(obj as SlackProfile);

    /// <inheritdoc/>
    public override int GetHashCode() => _fields.Aggregate(0, (hash, field) => HashCode.Combine(hash, field.Key, field.Value));

    /// <summary>The names of the fields and no values, which are personal data: this may end up in a log.</summary>
    public override string ToString() => string.Join(", ", _fields.Keys.Select(Name));
}
