using System.Text.Json;

namespace ScimGateway.Basics.Spelling;

/// <summary>
/// Words of which there are a few, as the admin API and the store spell them. Nothing else is one: .NET's own readers of
/// enumerations also take numbers, and lists whose sum is another word.
/// </summary>
public static class ClosedWords
{
    /// <summary>How one is spelled.</summary>
    public static string Of<T>(T one)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(one.ToString());

    /// <summary>What a word means; null if nothing.</summary>
    public static T? Read<T>(string? word)
        where T : struct, Enum
    {
        foreach (var one in Enum.GetValues<T>())
            if (Of(one) == word)
                return one;
        return null;
    }

    /// <summary>All the words there are, for sentences.</summary>
    public static string All<T>()
        where T : struct, Enum => string.Join(", ", Enum.GetValues<T>().Select(Of));
}
