using ScimGateway.Protocol.Resources;

namespace ScimGateway.Provisioning.Model;

/// <summary>
/// How the keys of unique indexes and filters are made of values: in one place, so that they always compare alike.
/// </summary>
internal static class Fold
{
    /// <summary>
    /// The key of a name or address, of which neither case nor composition matters: two keys are equal exactly if a filter's <c>eq</c>
    /// holds of the values.
    /// </summary>
    public static string Key(string value) => Spelling.Folded(value);
}
