using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using FluentValidation;

namespace ScimGateway.Host.Admin;

/// <summary>Lists, a page at a time: a page says by a cursor where the next one begins.</summary>
internal static class AdminPages
{
    private const int MostInPage = 1_000;
    private const int InPage = 100;

    /// <summary>The place of a list that goes by numbers; another one for its beginning.</summary>
    /// <exception cref="Problem">The cursor is none of such a list.</exception>
    public static long Numbered(string? place, long beginning = 0) =>
        place is null ? beginning
        : long.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw NoCursor();

    /// <summary>Answers one page of a list: at most as many items as were asked for, from the cursor on.</summary>
    /// <param name="call">What was asked.</param>
    /// <param name="read">So many after a place, which is null for the beginning.</param>
    /// <param name="place">The place of one.</param>
    /// <param name="show">One as it is shown.</param>
    /// <param name="page">What is answered, with the items and the next cursor; null for these alone.</param>
    public static async Task<IResult> PageAsync<T>(
        this AdminCall call,
        Func<string?, int, ValueTask<List<T>>> read,
        Func<T, string> place,
        Func<T, object> show,
        Func<IReadOnlyList<object>, string?, object>? page = null
    )
    {
        var most = call.QueryNumber("limit") is { } limit
            ? limit is > 0 and <= MostInPage
                ? (int)limit
                : throw Problem.Invalid("limit", $"It is from 1 to {MostInPage}.")
            : InPage;
        var found = await read(Place(call), most + 1);
        var items = found.Take(most).Select(show).ToList();
        var next = found.Count > most ? CursorOf(call, place(found[most - 1])) : null;
        return Results.Json(page?.Invoke(items, next) ?? new { Items = items, Next = next }, AdminJson.Options);
    }

    // A cursor is good for its list and filters alone, so that it never leads somewhere by mistake; it is no secret.
    private static string CursorOf(AdminCall call, string place) =>
        Convert.ToHexStringLower([.. ListTag(call), .. Encoding.UTF8.GetBytes(place)]);

    private static string? Place(AdminCall call)
    {
        if (call.Query("cursor") is not { } cursor)
            return null;
        var tag = ListTag(call);
        try
        {
            var bytes = Convert.FromHexString(cursor);
            if (bytes.AsSpan().StartsWith(tag))
                return Encoding.UTF8.GetString(bytes.AsSpan(tag.Length));
        }
        catch (FormatException)
        {
            // as any other that is none
        }
        throw NoCursor();
    }

    private static Problem NoCursor() =>
        Problem.Invalid("cursor", "It is of another list or of other filters; begin without one.");

    private static byte[] ListTag(AdminCall call)
    {
        var asked = call
            .Http.Request.Query.Where(parameter => parameter.Key is not ("cursor" or "limit"))
            .OrderBy(parameter => parameter.Key, StringComparer.Ordinal)
            .Select(parameter => $"{parameter.Key}={parameter.Value}");
        return SHA256.HashData(Encoding.UTF8.GetBytes($"{call.Http.Request.Path}\n{string.Join('\n', asked)}"))[..6];
    }
}
