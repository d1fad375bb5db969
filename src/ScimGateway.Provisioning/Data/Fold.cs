namespace ScimGateway.Provisioning.Data;

/// <summary>How the keys of unique indexes and filters are made of values: in one place, so that they always compare alike.</summary>
public static class Fold
{
    /// <summary>The key of a name or address whose case does not matter.</summary>
    public static string Key(string value) => value.Trim().ToUpperInvariant();
}
