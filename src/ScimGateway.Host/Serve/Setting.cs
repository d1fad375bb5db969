namespace ScimGateway.Host.Serve;

/// <summary>A setting: its key in appsettings.json, and in the environment with <c>Gateway__</c> before it.</summary>
/// <param name="Key">Its key, with colons between its parts.</param>
/// <param name="Default">What it is unless it is said.</param>
/// <param name="Says">What it is for.</param>
/// <param name="Flag">The same on the command line; null where it does not belong there, as a secret does not.</param>
internal sealed record Setting(string Key, string Default, string Says, string? Flag = null)
{
    /// <summary>As the environment names it.</summary>
    public string Variable => $"{ServeSettings.Prefix}{Key.Replace(":", "__", StringComparison.Ordinal)}";

    /// <summary>By all of its names.</summary>
    public override string ToString() => $"{Key} ({(Flag is null ? "" : $"{Flag}, ")}{Variable})";
}
