using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using ScimGateway.Basics.Spelling;
using ScimGateway.Provisioning.Model.Journal;

namespace ScimGateway.Host.Admin;

/// <summary>Operations as a file: lines of JSON, or a table for a spreadsheet.</summary>
internal static class OperationsFile
{
    private const string Columns =
        "id,at,actor,source,name,userName,address,what,request,resource,link,outcome,status,error,finished,counted\r\n";

    /// <summary>A line of JSON for each.</summary>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> LinesAsync(
        IAsyncEnumerable<IReadOnlyList<Operation>> operations,
        [EnumeratorCancellation] CancellationToken gone = default
    )
    {
        await foreach (var some in operations.WithCancellation(gone))
        {
            var piece = new ArrayBufferWriter<byte>();
            foreach (var one in some)
            {
                using (var json = new Utf8JsonWriter(piece))
                    JsonSerializer.Serialize(json, ShownOperation.Of(one), AdminJson.Options);
                piece.Write("\n"u8);
            }
            yield return piece.WrittenMemory;
        }
    }

    /// <summary>A row for each (RFC 4180), below the names of the columns.</summary>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> TableAsync(
        IAsyncEnumerable<IReadOnlyList<Operation>> operations,
        [EnumeratorCancellation] CancellationToken gone = default
    )
    {
        var head = Columns;
        await foreach (var some in operations.WithCancellation(gone))
        {
            var piece = new StringBuilder(head);
            foreach (var one in some)
                Write(piece, ShownOperation.Of(one));
            head = "";
            yield return Encoding.UTF8.GetBytes(piece.ToString());
        }
    }

    private static void Write(StringBuilder table, ShownOperation one) =>
        table
            .AppendJoin(
                ',',
                one.Id,
                Time(one.At),
                SpreadsheetText.Cell(one.Actor),
                Number(one.Source),
                SpreadsheetText.Cell(one.Name),
                SpreadsheetText.Cell(one.UserName),
                SpreadsheetText.Cell(one.Address),
                SpreadsheetText.Cell(one.What),
                SpreadsheetText.Cell(one.Request),
                one.Resource,
                Number(one.Link),
                one.Outcome,
                Number(one.Status),
                SpreadsheetText.Cell(one.Error),
                one.Finished is { } ended ? Time(ended) : "",
                Number(one.Counted)
            )
            .Append("\r\n");

    private static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    private static string Number(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";
}
