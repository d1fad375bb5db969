using System.Globalization;
using System.Text.Json;

namespace ScimGateway.SlackEmulator.Tuning;

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
