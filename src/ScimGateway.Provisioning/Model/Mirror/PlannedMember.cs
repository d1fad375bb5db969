namespace ScimGateway.Provisioning.Model.Mirror;

/// <summary>What a call to Slack does with one member.</summary>
/// <param name="Member">Who.</param>
/// <param name="Source">Whose row says so.</param>
/// <param name="Stamp">The row's stamp when it was planned.</param>
/// <param name="SlackId">The account.</param>
/// <param name="Adds">Whether the member comes in; else it goes.</param>
internal sealed record PlannedMember(ResourceId Member, int Source, long Stamp, string SlackId, bool Adds);
