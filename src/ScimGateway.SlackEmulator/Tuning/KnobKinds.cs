using System.Globalization;
using System.Net;
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

/// <summary>A whole number between two bounds.</summary>
internal sealed record Whole(string Name, string Section, int Default, int Least, int Most, string Meaning)
    : Knob<int>(Name, Section, $"{Default}, any whole number from {Least} to {Most}", Default, Meaning)
{
    public override object Read(JsonElement value) =>
        value.ValueKind is JsonValueKind.Number
        && value.TryGetInt32(out var number)
        && number >= Least
        && number <= Most
            ? number
            : throw Wrong(value);

    public override void Write(Utf8JsonWriter writer, object? value) => writer.WriteNumberValue((int)value!);
}

/// <summary>A whole number, or null for what the plan says.</summary>
internal sealed record WholeOrPlan(string Name, string Section, int Most, string Meaning)
    : Knob<int?>(Name, Section, $"null (by plan), any whole number from 0 to {Most}", null, Meaning)
{
    public override object? Read(JsonElement value) =>
        value.ValueKind is JsonValueKind.Null ? null
        : value.ValueKind is JsonValueKind.Number && value.TryGetInt32(out var number) && number >= 0 && number <= Most
            ? number
        : throw Wrong(value);

    public override void Write(Utf8JsonWriter writer, object? value)
    {
        if (value is int number)
            writer.WriteNumberValue(number);
        else
            writer.WriteNullValue();
    }
}

/// <summary>A number between two bounds.</summary>
internal sealed record Ratio(string Name, string Section, double Default, double Least, double Most, string Meaning)
    : Knob<double>(
        Name,
        Section,
        string.Create(CultureInfo.InvariantCulture, $"{Default}, any number from {Least} to {Most}"),
        Default,
        Meaning
    )
{
    public override object Read(JsonElement value) =>
        value.ValueKind is JsonValueKind.Number
        && value.TryGetDouble(out var number)
        && number >= Least
        && number <= Most
            ? number
            : throw Wrong(value);

    public override void Write(Utf8JsonWriter writer, object? value) => writer.WriteNumberValue((double)value!);
}

/// <summary>Any text.</summary>
internal sealed record Text(string Name, string Section, string Default, string Meaning)
    : Knob<string>(Name, Section, $"\"{Default}\", any text", Default, Meaning)
{
    public override object Read(JsonElement value) =>
        value.ValueKind is JsonValueKind.String ? value.GetString()! : throw Wrong(value);

    public override void Write(Utf8JsonWriter writer, object? value) => writer.WriteStringValue((string)value!);
}

/// <summary>A list of texts; where <paramref name="Allowed"/> is given, of these only.</summary>
internal sealed record Words(string Name, string Section, string[] Default, string Meaning, string[]? Allowed = null)
    : Knob<string[]>(
        Name,
        Section,
        $"[{string.Join(", ", Default)}], any list of {(Allowed is null ? "texts" : string.Join(", ", Allowed))}",
        Default,
        Meaning
    )
{
    public override object Read(JsonElement value)
    {
        if (value.ValueKind is not JsonValueKind.Array)
            throw Wrong(value);
        var words = new List<string>();
        foreach (var item in value.EnumerateArray())
        {
            if (item.ValueKind is not JsonValueKind.String)
                throw Wrong(value);
            var word = item.GetString()!;
            if (Allowed is not null && !Allowed.Contains(word))
                throw Wrong(value);
            words.Add(word);
        }
        return words.ToArray();
    }

    public override void Write(Utf8JsonWriter writer, object? value)
    {
        writer.WriteStartArray();
        foreach (var word in (string[])value!)
            writer.WriteStringValue(word);
        writer.WriteEndArray();
    }
}

/// <summary>A list of http and https URLs.</summary>
internal sealed record Urls(string Name, string Section, string Meaning)
    : Knob<string[]>(Name, Section, "[], any list of absolute http and https URLs", [], Meaning)
{
    public override object Read(JsonElement value)
    {
        if (value.ValueKind is not JsonValueKind.Array)
            throw Wrong(value);
        return value.EnumerateArray().Select(item => Url(item) ?? throw Wrong(value)).ToArray();
    }

    public override void Write(Utf8JsonWriter writer, object? value)
    {
        writer.WriteStartArray();
        foreach (var url in (string[])value!)
            writer.WriteStringValue(url);
        writer.WriteEndArray();
    }

    private static string? Url(JsonElement item) =>
        item.ValueKind is JsonValueKind.String
        && item.GetString() is { } text
        && Uri.TryCreate(text, UriKind.Absolute, out var url)
        && url.Scheme is "http" or "https"
            ? text
            : null;
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

/// <summary>Addresses and ranges that may call, or off.</summary>
internal sealed record AllowList(string Name, string Section, string Meaning)
    : Knob<IPNetwork[]>(Name, Section, "off, a list of IPv4 addresses and ranges", [], Meaning)
{
    public override object Read(JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.False or JsonValueKind.Null)
            return Default;
        if (value.ValueKind is JsonValueKind.String && value.GetString() is "off")
            return Default;
        if (value.ValueKind is not JsonValueKind.Array)
            throw Wrong(value);
        return value.EnumerateArray().Select(item => Network(item) ?? throw Wrong(value)).ToArray();
    }

    public override void Write(Utf8JsonWriter writer, object? value)
    {
        var networks = (IPNetwork[])value!;
        if (networks.Length == 0)
        {
            writer.WriteStringValue("off");
            return;
        }
        writer.WriteStartArray();
        foreach (var network in networks)
            writer.WriteStringValue(network.ToString());
        writer.WriteEndArray();
    }

    private static IPNetwork? Network(JsonElement item) =>
        item.ValueKind is not JsonValueKind.String ? null
        : IPNetwork.TryParse(item.GetString(), out var network) ? network
        : IPAddress.TryParse(item.GetString(), out var address)
            ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
        : null;
}

/// <summary>A knob, or a value of one, that is not there; the message names it.</summary>
public sealed class KnobRefusedException : Exception
{
    /// <summary>A refusal without words.</summary>
    public KnobRefusedException() { }

    /// <summary>A refusal that names the knob and what it takes.</summary>
    public KnobRefusedException(string message)
        : base(message) { }

    /// <summary>A refusal that names the knob and has a cause.</summary>
    public KnobRefusedException(string message, Exception innerException)
        : base(message, innerException) { }
}
