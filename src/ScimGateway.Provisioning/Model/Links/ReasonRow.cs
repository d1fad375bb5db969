namespace ScimGateway.Provisioning.Model.Links;

/// <summary>Who can end what a reason is about.</summary>
internal enum Actor
{
    /// <summary>Nobody has to: the gateway goes on by itself.</summary>
    Gateway,

    /// <summary>The identity provider's administrator.</summary>
    Provider,

    /// <summary>An operator of the gateway.</summary>
    Operator,

    /// <summary>An administrator of the Slack organization.</summary>
    Slack,
}

/// <summary>A line of the catalogue.</summary>
/// <param name="Code">The code.</param>
/// <param name="Says">The sentence, with {0} for what is particular.</param>
/// <param name="Remedy">What would end it.</param>
/// <param name="Who">Who can.</param>
internal sealed record ReasonRow(ReasonCode Code, string Says, string Remedy, Actor Who);
