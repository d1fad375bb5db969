using System.Globalization;
using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Host.Admin;

/// <summary>Whether the audit trail is as it was written.</summary>
internal static class SealEndpoints
{
    private const int MostAtOnce = 1_000;

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapMethods("/audit/seals", ReadMethods.All, VerifyAsync)
            .Called("verifyAudit", Role.Owner, ofAll: true)
            .Asks("head");

    // Line by line from the first, since each seal says all before it.
    private static async Task<IResult> VerifyAsync(AdminCall call)
    {
        var noted = call.Query("head") is { } head ? Head(head) : default((long Line, string Seal)?);
        var (line, seal) = (0L, (string?)null);
        var broken = await call.Store.AskAsync(AuditSeals.BeforeFirst) is { } put
            ? new Broken(put.Line!.Value, put.Id.Value, "The first line is 1: this one was put in.")
            : null;
        while (broken is null)
        {
            call.Gone.ThrowIfCancellationRequested();
            var page = await call.Store.AskAsync(session => AuditSeals.Behind(session, line, MostAtOnce));
            foreach (var entry in page)
            {
                broken = Found(entry, line + 1, seal, noted);
                if (broken is not null)
                    break;
                (line, seal) = (entry.Line!.Value, entry.Seal);
            }
            if (page.Count == 0)
                break;
        }
        if (broken is null && noted is { } known && known.Line > line)
            broken = new Broken(
                known.Line,
                null,
                "It was there when the head was noted, and is not any more: lines were deleted, or the store was restored since, which a line 'storeRestored' says."
            );
        return Results.Json(
            new
            {
                Lines = line,
                Head = seal is null ? null : $"{line}:{seal}",
                UnderWay = await call.Store.AskAsync(AuditSeals.UnderWay),
                Broken = broken,
            },
            AdminJson.Options
        );
    }

    private static Broken? Found(AuditEntry entry, long expected, string? before, (long Line, string Seal)? noted) =>
        entry.Line != expected ? new Broken(expected, null, "It is not there: it was deleted.")
        : entry.Seal != AuditSeals.Of(entry, before)
            ? new Broken(expected, entry.Id.Value, "It is not what was sealed: it was changed, or put between.")
        : noted is { } known && known.Line == expected && known.Seal != entry.Seal
            ? new Broken(
                expected,
                entry.Id.Value,
                "Its seal is another than was noted: it, or a line before, was changed and sealed anew; or the store was restored since, which a line 'storeRestored' says."
            )
        : null;

    private static (long Line, string Seal) Head(string head) =>
        head.Split(':') is [var line, { Length: 64 } seal]
        && long.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number > 0
        && seal.All(char.IsAsciiHexDigitLower)
            ? (number, seal)
            : throw Problem.Invalid(
                "head",
                "It is a number, a colon and 64 hexadecimal digits, as this has answered before."
            );

    private sealed record Broken(long Line, long? Entry, string Why);
}
