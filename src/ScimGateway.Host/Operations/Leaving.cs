namespace ScimGateway.Host.Operations;

/// <summary>Whether this instance is about to end, so that balancers send it nothing more.</summary>
internal sealed class Leaving
{
    private volatile bool _isSo;

    /// <summary>Whether it is.</summary>
    public bool IsSo
    {
        get => _isSo;
        set => _isSo = value;
    }
}

/// <summary>Whether this instance does what one of them does for all: notifications, and forgetting what is old.</summary>
internal delegate bool DoesChores();

/// <summary>Which instance this is.</summary>
/// <param name="Address">Where the others of its cluster find it; null where it is alone.</param>
internal sealed record OwnInstance(string? Address);
