using System.Text.Json.Nodes;
using ScimGateway.Protocol.Paths;
using ScimGateway.Protocol.Resources;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Slack.Translation;

/// <summary>Which way a value goes.</summary>
public enum Direction
{
    /// <summary>To Slack and back.</summary>
    Both,

    /// <summary>To Slack when the account is made, and back.</summary>
    OnCreate,

    /// <summary>Kept by the gateway: Slack has no room for it.</summary>
    MirrorOnly,
}

/// <summary>How Slack is told that a value is gone (docs/slack.md 4.3 to 4.5, 4.8).</summary>
public enum Clearing
{
    /// <summary>It cannot be told.</summary>
    KeptBySlack,

    /// <summary>The path stands in <c>meta.attributes</c>.</summary>
    MetaAttributes,

    /// <summary>The value is sent once more with <c>"operation":"delete"</c>, so it must be known.</summary>
    DeleteByValue,

    /// <summary>The whole it is part of is sent without it, or cleared with its last part.</summary>
    WithItsWhole,

    /// <summary>Nothing to tell.</summary>
    Nothing,
}

/// <summary>
/// One line of the map: a SCIM 2.0 attribute, where it goes, and how its value is found and put back.
/// </summary>
/// <param name="Scim">The SCIM 2.0 path as documentation writes it.</param>
/// <param name="Asserted">The path that a provider must have asserted for the value to be wanted.</param>
/// <param name="Field">Slack's field; null where Slack has none.</param>
/// <param name="Slack">Slack's v1 path.</param>
/// <param name="Direction">Which way it goes.</param>
/// <param name="Clearing">How it is cleared.</param>
/// <param name="Meta">What stands in <c>meta.attributes</c> to clear it.</param>
/// <param name="Remark">What a reader should know.</param>
public sealed record AttributeRow(
    string Scim,
    AttributePath? Asserted,
    SlackField? Field,
    string Slack,
    Direction Direction,
    Clearing Clearing,
    string? Meta,
    string Remark
)
{
    /// <summary>Finds the value in a SCIM document.</summary>
    internal Func<ScimResource, string?>? Find { get; init; }

    /// <summary>Puts the value into a SCIM document.</summary>
    internal Action<JsonObject, string>? Put { get; init; }
}
