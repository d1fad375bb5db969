using ScimGateway.Provisioning.Model;

namespace ScimGateway.Provisioning.Storage;

/// <summary>What of one tenant waits for a writer, in its order.</summary>
internal sealed class WriterLine<T>(TenantId tenant)
{
    private const int MostOfOne = 4096;

    /// <summary>Whose it is.</summary>
    public TenantId Tenant => tenant;

    /// <summary>Whether a writer has one of its works.</summary>
    public bool IsBusy { get; set; }

    /// <summary>Whether it is among those whose turn comes.</summary>
    public bool HasTurn { get; set; }

    /// <summary>How many rests have not ended.</summary>
    public int Resting { get; set; }

    /// <summary>How many wait for room.</summary>
    public int Joining { get; set; }

    /// <summary>What waits.</summary>
    public LinkedList<T> Works { get; } = [];

    /// <summary>The room that it has.</summary>
    public SemaphoreSlim Room { get; } = new(MostOfOne);
}
