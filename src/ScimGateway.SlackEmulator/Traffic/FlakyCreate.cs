using System.Text.Json;
using ScimGateway.SlackEmulator.Errors;
using ScimGateway.SlackEmulator.Http;
using ScimGateway.SlackEmulator.Tuning;
using ScimGateway.SlackEmulator.Users;

namespace ScimGateway.SlackEmulator.Traffic;

/// <summary>Creation that fails at first and works one second later (FACTS 4.6). Under the workspace's gate.</summary>
internal sealed class FlakyCreate
{
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, DateTimeOffset> _first = [];

    public void RefuseFirstCreate(ScimCall call, Operation operation)
    {
        if (operation.Class is not CallClass.CreateUser || !call.Knobs.Get(KnobTable.FlakyCreate))
            return;
        var name = Sent.Member(call.Body, "userName");
        var key = name.ValueKind is JsonValueKind.String ? name.GetString()! : "";
        if (_first.TryAdd(key, call.Now) || call.Now < _first[key] + _pause)
            throw new SlackRefusal("invited_user_not_created");
    }

    public void Forget() => _first.Clear();
}
