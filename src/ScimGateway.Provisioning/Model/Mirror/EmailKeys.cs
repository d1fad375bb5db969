namespace ScimGateway.Provisioning.Model.Mirror;

/// <summary>
/// All addresses of a user in one column, each between two separators: so that a part of any of them is found without a
/// look at another table.
/// </summary>
internal static class EmailKeys
{
    private const char Separator = '\u0001';
    private const char Instead = '\u0002';

    /// <summary>The column of folded addresses; null for none.</summary>
    public static string? Of(IReadOnlyCollection<string> keys) =>
        keys.Count == 0
            ? null
            : $"{Separator}{string.Join(Separator, keys.Select(key => key.Replace(Separator, Instead)))}{Separator}";

    /// <summary>Whether a folded text can be looked for here: one that may run over a separator cannot.</summary>
    public static bool CanHold(string key) =>
        !key.Contains(Separator, StringComparison.Ordinal) && !key.Contains(Instead, StringComparison.Ordinal);

    /// <summary>The start of an address.</summary>
    public static string Starting(string key) => Separator + key;

    /// <summary>The end of an address.</summary>
    public static string Ending(string key) => key + Separator;
}
