using System.Buffers;

namespace ScimGateway.SlackEmulator.Spelling;

/// <summary>What a token may be used for: a word such as <c>admin</c> or
/// <c>users:read</c>. It travels in a header, too.</summary>
internal static class Scope
{
    private static readonly SearchValues<char> _allowed = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyz0123456789_.:"
    );

    public static bool IsWord(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExcept(_allowed);
}
