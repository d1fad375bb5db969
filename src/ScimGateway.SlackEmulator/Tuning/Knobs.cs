using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimGateway.SlackEmulator.Errors;

namespace ScimGateway.SlackEmulator.Tuning;

/// <summary>The knobs of one organization: what nobody knows of Slack, and what a test may want (docs/slack.md 10).
/// <c>GET /_emulator/knobs</c> lists them.</summary>
public sealed class Knobs
{
    private static readonly FrozenDictionary<string, Knob> _byName = KnobTable.All.ToFrozenDictionary(k => k.Name);

    private readonly Lock _gate = new();
    private readonly KnobValues _atStart;
    private volatile KnobValues _current;

    internal Knobs()
        : this(KnobValues.Untouched) { }

    internal Knobs(KnobValues atStart) => _atStart = _current = atStart;

    /// <summary>What the knobs say now; a request reads it once.</summary>
    internal KnobValues Current => _current;

    /// <summary>Runs under the gate, after a change: (before, now).</summary>
    internal Action<KnobValues, KnobValues>? Changed { get; set; }

    /// <summary>The names of all knobs.</summary>
    public static IReadOnlyCollection<string> Names => _byName.Keys;

    /// <summary>Sets one knob; null puts it back to its default.</summary>
    /// <exception cref="KnobRefusedException">There is no such knob, or it has no such value.</exception>
    public void Set(string name, JsonNode? value) => Set(new JsonObject { [name] = value?.DeepClone() });

    /// <summary>Sets several knobs: all of them, or none if one is refused.</summary>
    /// <exception cref="KnobRefusedException">Names each unknown knob and each wrong value.</exception>
    public void Set(JsonObject values)
    {
        ArgumentNullException.ThrowIfNull(values);
        using var document = JsonDocument.Parse(values.ToJsonString());
        Set(document.RootElement);
    }

    internal void Set(JsonElement values)
    {
        if (values.ValueKind is not JsonValueKind.Object)
            throw new KnobRefusedException("knobs are a JSON object: {\"name\": value, …}");
        var refusals = new List<string>();
        var read = new List<(Knob Knob, object? Value)>();
        foreach (var member in values.EnumerateObject())
        {
            if (!_byName.TryGetValue(member.Name, out var knob))
                refusals.Add($"{member.Name}: there is no such knob");
            else if (member.Value.ValueKind is JsonValueKind.Null)
                read.Add((knob, knob.Untouched));
            else
                TryRead(knob, member.Value, read, refusals);
        }
        if (refusals.Count > 0)
            throw new KnobRefusedException(string.Join("; ", refusals));
        lock (_gate)
            Become(_current.With(read));
    }

    /// <summary>What one knob says.</summary>
    public JsonNode? Get(string name) => Read()[name]?.DeepClone();

    /// <summary>What every knob says.</summary>
    public JsonObject Read()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
            Write(writer);
        return JsonNode.Parse(stream.ToArray())!.AsObject();
    }

    /// <summary>Puts every knob back to what it was when the emulator started.</summary>
    public void Restore()
    {
        lock (_gate)
            Become(_atStart);
    }

    internal void Write(Utf8JsonWriter writer)
    {
        var values = _current;
        writer.WriteStartObject();
        foreach (var knob in KnobTable.All)
        {
            writer.WritePropertyName(knob.Name);
            knob.Write(writer, values.Raw(knob));
        }
        writer.WriteEndObject();
    }

    private static void TryRead(Knob knob, JsonElement value, List<(Knob, object?)> read, List<string> refusals)
    {
        try
        {
            read.Add((knob, knob.Read(value)));
        }
        catch (KnobRefusedException refusal)
        {
            refusals.Add(refusal.Message);
        }
    }

    private void Become(KnobValues next)
    {
        var before = _current;
        _current = next;
        Changed?.Invoke(before, next);
    }
}

/// <summary>What all knobs say at one moment; never changes.</summary>
internal sealed class KnobValues
{
    public static readonly KnobValues Untouched = new([.. KnobTable.All.Select(k => k.Untouched)]);

    private readonly object?[] _values;

    private KnobValues(object?[] values) => _values = values;

    public T Get<T>(Knob<T> knob) => (T)_values[knob.Index]!;

    public object? Raw(Knob knob) => _values[knob.Index];

    public KnobValues With(IEnumerable<(Knob Knob, object? Value)> changes)
    {
        var values = (object?[])_values.Clone();
        foreach (var (knob, value) in changes)
            values[knob.Index] = value;
        return new KnobValues(values);
    }

    /// <summary>The HTTP status of a refusal: its own knob if set, else <c>conflict.status</c> for clashes, else the
    /// table (docs/slack.md 4.6, 8.3).</summary>
    public int StatusOf(SlackRefusal refusal)
    {
        if (ErrorCode.Find(refusal.Code) is not { } code)
            return 400;
        return Get(KnobTable.Statuses[code.Name])
            ?? (code.Conflict || refusal.IsConflict ? Get(KnobTable.ConflictStatus) : code.Status);
    }
}
