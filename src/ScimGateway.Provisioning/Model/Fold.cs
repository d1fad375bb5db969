using System.Text;
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

    // An index of PostgreSQL holds a third of a page, 2,704 bytes, with all that stands beside the text.
    private const int MostBytes = 2_560;

    /// <summary>
    /// Whether a text that Slack says can be a key. What providers say is bounded before; Slack's own bounds are not known.
    /// </summary>
    public static bool CanBeKey(string? value) => value is null || Encoding.UTF8.GetByteCount(Key(value)) <= MostBytes;
}
