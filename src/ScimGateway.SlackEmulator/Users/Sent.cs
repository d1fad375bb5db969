using System.Text.Json;
using ScimGateway.SlackEmulator.Errors;
using ScimGateway.SlackEmulator.Tuning;

namespace ScimGateway.SlackEmulator.Users;

internal enum Verb
{
    Post,
    Patch,
    Put,
}

/// <summary>One body, and how what it says, clears or leaves out changes a value: the rules of all
/// attributes at once (docs/slack.md 4.8).</summary>
internal sealed class Sent(JsonElement body, Verb verb, KnobValues knobs)
{
    public JsonElement Body { get; } = body;

    public Verb Verb { get; } = verb;

    public KnobValues Knobs { get; } = knobs;

    public JsonElement this[string name] => Member(Body, name);

    /// <summary>A member, or nothing (<c>Undefined</c>). What is inside null is null.</summary>
    public static JsonElement Member(JsonElement parent, string name) =>
        parent.ValueKind switch
        {
            JsonValueKind.Object when parent.TryGetProperty(name, out var member) => member,
            JsonValueKind.Null => parent,
            _ => default,
        };

    /// <summary>Whether something was said that is not null.</summary>
    public static bool Says(JsonElement value) =>
        value.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    /// <summary>The value after this write: what was said, or what was there, or nothing.</summary>
    /// <param name="value">What the body has in this place.</param>
    /// <param name="old">What is there.</param>
    /// <param name="unset">What an unset value is.</param>
    public string? Next(JsonElement value, string? old, string? unset)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Undefined:
                return Absent(old, unset);
            case JsonValueKind.Null:
                return NullClears() ? unset : old;
            default:
                var text = Text(value);
                if (text.Length == 0 && !Knobs.Get(KnobTable.EmptyClears))
                    return Absent(old, unset);
                return string.IsNullOrWhiteSpace(text) ? unset : text;
        }
    }

    /// <summary>Whether the body leaves what is there: nothing said in PATCH, or a null that does not clear.</summary>
    public bool Leaves(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Undefined => Verb is Verb.Patch,
            JsonValueKind.Null => !NullClears(),
            _ => false,
        };

    /// <summary>The text of a single value; numbers and booleans are taken as text.</summary>
    public static string Text(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
            _ => throw new SlackRefusal("invalid_attribute_format"),
        };

    private string? Absent(string? old, string? unset) => Verb is Verb.Patch ? old : unset;

    private bool NullClears() =>
        Knobs.Get(KnobTable.NullClears) switch
        {
            Tuning.NullClears.Always => true,
            Tuning.NullClears.Never => false,
            _ => Verb is not Verb.Patch,
        };
}

/// <summary>One entry of a multi-valued attribute.</summary>
internal readonly record struct Entry(JsonElement Element, string? Value, string? Type, bool? Primary, bool Deletes)
{
    /// <summary>The entries of a list; one object stands for a list of one
    /// (docs/slack.md 4.5). Plain texts are values.</summary>
    public static List<Entry> Read(JsonElement list, string malformed, KnobValues knobs)
    {
        if (list.ValueKind is JsonValueKind.Object && knobs.Get(KnobTable.ObjectAsList))
            return [One(list, malformed)];
        if (list.ValueKind is not JsonValueKind.Array)
            throw new SlackRefusal(malformed);
        var entries = new List<Entry>(list.GetArrayLength());
        foreach (var item in list.EnumerateArray())
            entries.Add(One(item, malformed));
        return entries;
    }

    private static Entry One(JsonElement item, string malformed)
    {
        if (item.ValueKind is JsonValueKind.String)
            return new Entry(item, item.GetString(), null, null, false);
        if (item.ValueKind is not JsonValueKind.Object)
            throw new SlackRefusal(malformed);
        return new Entry(
            item,
            Word(item, "value", malformed),
            Word(item, "type", malformed),
            Flag(item),
            "delete".Equals(Word(item, "operation", malformed), StringComparison.OrdinalIgnoreCase)
        );
    }

    private static string? Word(JsonElement item, string name, string malformed)
    {
        var value = Sent.Member(item, name);
        return value.ValueKind switch
        {
            JsonValueKind.Undefined or JsonValueKind.Null => null,
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
            _ => throw new SlackRefusal(malformed),
        };
    }

    // "primary":"true" stands in Slack's own sample (docs/slack.md 4.5); Entra sends "True".
    private static bool? Flag(JsonElement item)
    {
        var value = Sent.Member(item, "primary");
        return value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.String when bool.TryParse(value.GetString(), out var flag) => flag,
            _ => null,
        };
    }
}
