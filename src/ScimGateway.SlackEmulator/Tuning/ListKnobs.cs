using System.Net;
using System.Text.Json;

namespace ScimGateway.SlackEmulator.Tuning;

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
