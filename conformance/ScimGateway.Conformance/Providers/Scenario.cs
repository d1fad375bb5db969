using System.Text.Json.Nodes;

namespace ScimGateway.Conformance.Providers;

/// <summary>What an identity provider sends in one situation, and what it has to get for it to go on well.</summary>
internal sealed record Scenario
{
    /// <summary>Whose: <c>entra</c>.</summary>
    public required string Provider { get; init; }

    /// <summary>Its name among those of the provider.</summary>
    public required string Name { get; init; }

    /// <summary>What is so, in a sentence.</summary>
    public required string Title { get; init; }

    /// <summary>How much a provider needs it.</summary>
    public Level Level { get; init; } = Level.Must;

    /// <summary>Why the provider does so, and what to change where it goes wrong.</summary>
    public string? Change { get; init; }

    /// <summary>Whether the requests are published by nobody and follow from what is said of settings.</summary>
    public bool IsInferred { get; init; }

    /// <summary>What the RFCs have instead, if this rests on more than they say.</summary>
    public string? Beyond { get; init; }

    /// <summary>What a server may lack: attributes, or words that are told with <c>--lacks</c>.</summary>
    public IReadOnlyList<string> Requires { get; init; } = [];

    /// <summary>Values of this run, in order; each may use those before it.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Variables { get; init; } = [];

    /// <summary>Headers of each request; null takes one away.</summary>
    public IReadOnlyDictionary<string, string?> Headers { get; init; } = new Dictionary<string, string?>();

    /// <summary>What is sent, in order.</summary>
    public required IReadOnlyList<Step> Steps { get; init; }

    /// <summary>What is deleted in the end, beside all that was made.</summary>
    public IReadOnlyList<string> CleanUp { get; init; } = [];
}

/// <summary>One request of a scenario and what is expected back.</summary>
internal sealed record Step
{
    /// <summary>What it is for.</summary>
    public string? Name { get; init; }

    /// <summary>Whether it only prepares what the provider finds.</summary>
    public bool IsSetup { get; init; }

    public required HttpMethod Method { get; init; }

    /// <summary>Path and query as they are sent, under the base URL.</summary>
    public required string Path { get; init; }

    public IReadOnlyDictionary<string, string?> Headers { get; init; } = new Dictionary<string, string?>();

    public JsonNode? Body { get; init; }

    /// <summary>A body that is no JSON.</summary>
    public string? RawBody { get; init; }

    public required Expectation Expects { get; init; }

    /// <summary>Values for later steps, by the place where the answer has them.</summary>
    public IReadOnlyList<KeyValuePair<string, JsonPath>> Captures { get; init; } = [];

    /// <summary>The endpoint that it is about: <c>Users</c>.</summary>
    public string Endpoint => Path.TrimStart('/').Split('/', '?')[0];

    /// <summary>The operations of a PATCH; none if it is none.</summary>
    public IReadOnlyList<JsonObject> Operations => Method == HttpMethod.Patch ? Body.Objects("Operations") : [];
}
