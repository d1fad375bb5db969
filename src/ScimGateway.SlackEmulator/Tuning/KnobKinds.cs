using System.Globalization;
using System.Text.Json;
using ScimGateway.SlackEmulator.Errors;

namespace ScimGateway.SlackEmulator.Tuning;

/// <summary>One knob: a behaviour of Slack that a test may change (docs/slack.md 10).</summary>
/// <param name="Name">Its name, as it stands in JSON.</param>
/// <param name="Section">The section of docs/slack.md that tells of it; <c>own</c> where
/// Slack has nothing of the kind.</param>
/// <param name="Values">The values it takes, default first.</param>
/// <param name="Meaning">What it changes.</param>
internal abstract record Knob(string Name, string Section, string Values, string Meaning)
{
    /// <summary>Its place in the table, and in each set of values.</summary>
    public int Index { get; set; } = -1;

    /// <summary>The value it has when nobody sets it.</summary>
    public abstract object? Untouched { get; }

    /// <summary>Reads a value as it stands in JSON.</summary>
    /// <exception cref="KnobRefusedException">The knob has no such value.</exception>
    public abstract object? Read(JsonElement value);

    /// <summary>Writes a value as it stands in JSON.</summary>
    public abstract void Write(Utf8JsonWriter writer, object? value);

    protected KnobRefusedException Wrong(JsonElement value) =>
        new($"{Name}: {value.GetRawText()} is not one of: {Values}");
}

/// <summary>A knob whose values are of one type.</summary>
internal abstract record Knob<T>(string Name, string Section, string Values, T Default, string Meaning)
    : Knob(Name, Section, Values, Meaning)
{
    public override object? Untouched => Default;
}

/// <summary>True or false; <c>"on"</c> and <c>"off"</c> are understood, and written
/// by a knob that is spelled so.</summary>
internal sealed record Switch(string Name, string Section, bool Default, string Meaning, bool OnOff = false)
    : Knob<bool>(Name, Section, Spelled(Default, OnOff) + ", " + Spelled(!Default, OnOff), Default, Meaning)
{
    public override object Read(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.String when value.GetString() is "on" or "true" => true,
            JsonValueKind.String when value.GetString() is "off" or "false" => false,
            _ => throw Wrong(value),
        };

    public override void Write(Utf8JsonWriter writer, object? value)
    {
        if (OnOff)
            writer.WriteStringValue(Spelled((bool)value!, OnOff));
        else
            writer.WriteBooleanValue((bool)value!);
    }

    private static string Spelled(bool value, bool onOff) =>
        (value, onOff) switch
        {
            (true, true) => "on",
            (false, true) => "off",
            (true, false) => "true",
            (false, false) => "false",
        };
}

/// <summary>One of a few words, default first.</summary>
internal sealed record Choice<T>(string Name, string Section, (string Word, T Value)[] Options, string Meaning)
    : Knob<T>(Name, Section, string.Join(", ", Options.Select(o => o.Word)), Options[0].Value, Meaning)
    where T : struct
{
    // A value may be written with blanks ("on read", "as observed"): the same word.
    public override object Read(JsonElement value)
    {
        var word = value.ValueKind is JsonValueKind.String ? value.GetString()!.Replace(' ', '-') : value.GetRawText();
        foreach (var option in Options)
            if (option.Word == word)
                return option.Value;
        throw Wrong(value);
    }

    public override void Write(Utf8JsonWriter writer, object? value)
    {
        var word = Options.First(o => o.Value.Equals(value)).Word;
        if (word is "null")
            writer.WriteNullValue();
        else if (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            writer.WriteNumberValue(number);
        else
            writer.WriteStringValue(word);
    }
}

/// <summary>Any text.</summary>
internal sealed record Text(string Name, string Section, string Default, string Meaning)
    : Knob<string>(Name, Section, $"\"{Default}\", any text", Default, Meaning)
{
    public override object Read(JsonElement value) =>
        value.ValueKind is JsonValueKind.String ? value.GetString()! : throw Wrong(value);

    public override void Write(Utf8JsonWriter writer, object? value) => writer.WriteStringValue((string)value!);
}

/// <summary>The HTTP status of a code. Of a clash, null leaves it to
/// <c>conflict.status</c>; a number that is set wins.</summary>
internal sealed record CodeStatus(ErrorCode Code, string Section)
    : Knob<int?>(
        "errors.status." + Code.Name,
        Section,
        (Code.MayConflict ? $"null ({Code.Status}, conflict.status for a clash)" : $"{Code.Status}")
            + $", any whole number from {Least} to {Most}",
        null,
        "the status of " + Code.Name
    )
{
    private const int Least = 400;
    private const int Most = 599;

    public override object Read(JsonElement value) =>
        value.ValueKind is JsonValueKind.Number && value.TryGetInt32(out var number) && number is >= Least and <= Most
            ? number
            : throw Wrong(value);

    public override void Write(Utf8JsonWriter writer, object? value)
    {
        if (value is int number)
            writer.WriteNumberValue(number);
        else if (Code.MayConflict)
            writer.WriteNullValue();
        else
            writer.WriteNumberValue(Code.Status);
    }
}
