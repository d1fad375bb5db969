using System.Globalization;
using ScimGateway.Basics.Spelling;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Host.Admin;

/// <summary>What the parameters of an administrator's query mean.</summary>
internal static class AdminQuery
{
    private const int LongestSearch = 256;

    /// <summary>What is searched for; null for nothing.</summary>
    /// <exception cref="Problem">It is too long.</exception>
    public static string? QuerySearch(this AdminCall call) =>
        call.Query("search") is not { } searched ? null
        : searched.Length <= LongestSearch ? searched
        : throw Problem.Invalid("search", $"It has {LongestSearch} letters at most.");

    /// <summary>A query parameter that is one of some words.</summary>
    /// <exception cref="Problem">It is none of them.</exception>
    public static TWord? Query<TWord>(this AdminCall call, string name)
        where TWord : struct, Enum
    {
        if (call.Query(name) is not { } value)
            return null;
        return ClosedWords.Read<TWord>(value)
            ?? throw Problem.Invalid(name, $"{name} is one of {ClosedWords.All<TWord>()}.");
    }

    /// <summary>A query parameter that is a time.</summary>
    /// <exception cref="Problem">It is none.</exception>
    public static Instant? QueryTime(this AdminCall call, string name) =>
        call.Query(name) is not { } value ? null
        : DateTimeOffset.TryParse(value, null, DateTimeStyles.AssumeUniversal, out var time) ? Instant.Of(time)
        : throw Problem.Invalid(name, "It is a time such as 2026-11-22T09:00:00Z.");

    /// <summary>A query parameter that is a number.</summary>
    /// <exception cref="Problem">It is none.</exception>
    public static long? QueryNumber(this AdminCall call, string name) =>
        call.Query(name) is not { } value ? null
        : long.TryParse(value, NumberStyles.None, null, out var number) ? number
        : throw Problem.Invalid(name, "It is a number.");

    /// <summary>A query parameter that is the number of a source.</summary>
    /// <exception cref="Problem">It is none.</exception>
    public static int? QuerySource(this AdminCall call, string name) =>
        call.QueryNumber(name) is not { } source ? null
        : source <= int.MaxValue ? (int)source
        : throw Problem.Invalid(name, "It is the number of a source.");

    /// <summary>A query parameter that is the SCIM id of a user or group.</summary>
    /// <exception cref="Problem">It is none.</exception>
    public static ResourceId? QueryResource(this AdminCall call, string name) =>
        call.Query(name) is not { } resource
            ? null
            : ResourceId.Parse(resource)
                ?? throw Problem.Invalid(
                    name,
                    "It is a SCIM id, a UUID. To find a user or group by a name or an address, use search."
                );

    /// <summary>A query parameter that is true or false.</summary>
    /// <exception cref="Problem">It is neither.</exception>
    public static bool QueryFlag(this AdminCall call, string name) =>
        call.Query(name) switch
        {
            null or "false" => false,
            "true" => true,
            _ => throw Problem.Invalid(name, "It is true or false."),
        };

    /// <summary>Requires that what cannot be undone was named once more.</summary>
    /// <exception cref="Problem">It was not.</exception>
    public static void RequireConfirmed(this AdminCall call, string name)
    {
        if (call.Query("confirm") != name)
            throw Problem.Invalid("confirm", $"This cannot be undone. Add ?confirm={Uri.EscapeDataString(name)}.");
    }
}
