using System.Text.Json;
using ScimGateway.SlackEmulator.Errors;
using ScimGateway.SlackEmulator.Tuning;

namespace ScimGateway.SlackEmulator.Traffic;

/// <summary>Creation that fails at first and works one second later
/// (docs/slack.md 4.6). Under the workspace's gate.</summary>
internal sealed class FlakyCreate
{
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, DateTimeOffset> _first = [];

    public void RefuseFirstCreate(CallClass kind, JsonElement body, DateTimeOffset now, KnobValues knobs)
    {
        if (kind is not CallClass.CreateUser || !knobs.Get(KnobTable.FlakyCreate))
            return;
        var isNamed = body.TryGetProperty("userName", out var name) && name.ValueKind is JsonValueKind.String;
        var key = isNamed ? name.GetString()! : "";
        if (_first.TryAdd(key, now) || now < _first[key] + _pause)
            throw new SlackRefusal("invited_user_not_created");
    }

    public void Forget() => _first.Clear();
}
