using System.Text.Json;
using ScimGateway.SlackEmulator.Access;
using ScimGateway.SlackEmulator.Http;
using ScimGateway.SlackEmulator.Organization;
using ScimGateway.SlackEmulator.Traffic;
using ScimGateway.SlackEmulator.Tuning;

namespace ScimGateway.SlackEmulator.Scim;

/// <summary>What an operation is given when it runs under the gate.</summary>
/// <param name="Exchange">The call.</param>
/// <param name="Workspace">What Slack has.</param>
/// <param name="Caller">Who calls; null where nobody need say.</param>
/// <param name="Id">The id in the path, or empty.</param>
/// <param name="Body">The body; nothing where the verb has none.</param>
/// <param name="Now">The moment.</param>
internal sealed record ScimCall(
    Exchange Exchange,
    Workspace Workspace,
    Caller? Caller,
    string Id,
    JsonElement Body,
    DateTimeOffset Now
)
{
    public KnobValues Knobs => Exchange.Knobs;

    public Reading Read(bool ofOwnWrite = false) =>
        new(Workspace, Knobs, Now, Exchange.BaseUrl, Exchange.IsGov, ofOwnWrite);
}

/// <summary>One operation (docs/slack.md 2.1): a verb, a path, a limit, and what happens.</summary>
internal sealed class Operation(string method, string path, CallClass kind, Action<ScimCall, Reply> run)
{
    private readonly string[] _segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);

    public string Method { get; } = method;

    /// <summary>As calls are counted: <c>PATCH /Users/{id}</c>.</summary>
    public string Name { get; } = $"{method} {path}";

    public CallClass Class { get; } = kind;

    public Action<ScimCall, Reply> Run { get; } = run;

    /// <summary>Answers without a valid token.</summary>
    public bool IsPublic { get; init; }

    /// <summary>Answers without a valid token if the knob <c>auth.schemas_public</c> says so.</summary>
    public bool IsSchema { get; init; }

    /// <summary>Whether it answers without a valid token, as the knobs say now.</summary>
    public bool IsOpen(KnobValues knobs) => IsPublic || (IsSchema && knobs.Get(KnobTable.SchemasPublic));

    public bool Writes => Method is not "GET";

    public bool HasBody => Method is "POST" or "PATCH" or "PUT";

    public bool HasId => _segments is [_, "{id}"];

    public bool OfGroups => _segments[0] is "Groups";

    /// <summary>Whether the path is this one, whatever the verb.</summary>
    public bool IsAt(ReadOnlySpan<string> segments)
    {
        if (segments.Length != _segments.Length)
            return false;
        for (var i = 0; i < segments.Length; i++)
            if (_segments[i] is not "{id}" && _segments[i] != segments[i])
                return false;
        return true;
    }
}
