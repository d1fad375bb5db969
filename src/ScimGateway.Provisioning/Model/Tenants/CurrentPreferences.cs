namespace ScimGateway.Provisioning.Model.Tenants;

/// <summary>What a tenant allows as it is now: whoever decides by it asks each time.</summary>
internal sealed class CurrentPreferences(Preferences first)
{
    private volatile Preferences _now = first;

    /// <summary>The preferences.</summary>
    public Preferences Now
    {
        get => _now;
        internal set => _now = value;
    }
}
