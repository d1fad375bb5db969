using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>What is asked of the journal: all that is named has to hold.</summary>
internal sealed record OperationQuery
{
    /// <summary>Only those before a place, as the newest come first; the moment is when they came.</summary>
    public OperationPlace? Before { get; init; }

    /// <summary>Only those since then.</summary>
    public Instant? From { get; init; }

    /// <summary>Only those before then.</summary>
    public Instant? Until { get; init; }

    /// <summary>Only those of which this came, as the journal has the word.</summary>
    public string? Outcome { get; init; }

    /// <summary>Only those that a source asked for.</summary>
    public int? Source { get; init; }

    /// <summary>Only those of an account or group.</summary>
    public LinkId? Link { get; init; }

    /// <summary>Only those of a user or group.</summary>
    public ResourceId? Resource { get; init; }

    /// <summary>Only those of one who has this name.</summary>
    public string? Actor { get; init; }

    /// <summary>Only those of people and groups whose name, address or Slack id has this in it.</summary>
    public string? Person { get; init; }

    /// <summary>Whether one that is at hand is asked for, but for place, times and person, which the store tells.</summary>
    public bool Takes(Operation operation)
    {
        return (Outcome is null || operation.Outcome == Outcome)
            && (Source is null || operation.SourceId == Source)
            && (Link is null || operation.LinkId == Link)
            && (Actor is null || operation.Actor == Actor)
            && (
                Resource is not { } resource
                || operation.ResourceId == resource
                || (
                    operation.ResourceId is null
                    && operation.Request.Contains(resource.ToString(), StringComparison.OrdinalIgnoreCase)
                )
            );
    }
}

/// <summary>Where an operation stands in a list: by a moment of its own, and among those of the same by its id.</summary>
internal readonly record struct OperationPlace(Instant Moment, OperationId Id)
{
    /// <summary>Where one stands that came, or has ended: the later of the two.</summary>
    public static OperationPlace OfChange(Operation operation)
    {
        return new OperationPlace(operation.Finished ?? operation.At, operation.Id);
    }

    /// <summary>Before all of a moment.</summary>
    public static OperationPlace Before(Instant moment) => new(moment, new OperationId(Guid.Empty));
}
