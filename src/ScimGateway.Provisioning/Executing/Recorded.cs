using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;

namespace ScimGateway.Provisioning.Executing;

/// <summary>What follows from an outcome for the requests that wait, for other links and for the tenant.</summary>
/// <param name="Outcome">The result for requests that wait; null until the planned wish is done.</param>
/// <param name="Version">The wish that it is the outcome of.</param>
/// <param name="Renewed">Links that have something to do by it.</param>
internal sealed record Recorded(Outcome? Outcome, long Version, IReadOnlyList<LinkId> Renewed)
{
    /// <summary>Why Slack cannot be written at all; null if it can.</summary>
    public Reason? Shut { get; init; }

    /// <summary>Whether wishes have come since that are still to be told.</summary>
    public bool HasMore { get; init; }

    /// <summary>
    /// The wish up to which all is settled but for the refused one, for those who wait beside it; null if there is
    /// none.
    /// </summary>
    public long? Settled { get; init; }

    /// <summary>Whether there is nothing left that was wished of, so that all who wait are refused.</summary>
    public bool IsGone { get; init; }

    /// <summary>Whether Slack did what nobody told it, so that it is told nothing more.</summary>
    public bool Halts { get; init; }

    /// <summary>Until when each account is looked at before it is updated; null where that stays as it is.</summary>
    public Instant? CarefulUntil { get; init; }
}
