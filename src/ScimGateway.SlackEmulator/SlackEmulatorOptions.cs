using System.Text.Json.Nodes;

namespace ScimGateway.SlackEmulator;

/// <summary>What an emulator starts with; seed and knobs are those of each organization as it is made.</summary>
public sealed record SlackEmulatorOptions
{
    /// <summary>Where it listens: http, on a loopback address; port 0 for any free one.</summary>
    public string Url { get; init; } = "http://127.0.0.1:0";

    /// <summary>How many members it has at the start, with a hundredth of them as groups.</summary>
    public int Seed { get; init; }

    /// <summary>Knobs by name; null for the defaults.</summary>
    public JsonObject? Knobs { get; init; }

    /// <summary>What time it is.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
