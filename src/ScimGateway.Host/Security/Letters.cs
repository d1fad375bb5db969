namespace ScimGateway.Host.Security;

/// <summary>What names for people are made of.</summary>
internal static class Letters
{
    /// <summary>
    /// Whether a character breaks a line, controls a terminal, or has what stands around it shown in another order
    /// (Unicode's Bidi_Control): it would let a name pass for another one.
    /// </summary>
    public static bool IsUnseen(char letter) =>
        char.IsControl(letter)
        || letter is '\u061C' or '\u200E' or '\u200F' or (>= '\u2028' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
