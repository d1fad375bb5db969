using System.Text.Json;
using ScimGateway.SlackEmulator.Spelling;
using ScimGateway.SlackEmulator.Tuning;

namespace ScimGateway.SlackEmulator.Lists;

/// <summary>A page of a list as Slack shows it: totals first (docs/slack.md 2.3).</summary>
internal static class ListWriter
{
    public static void Write<T>(
        Utf8JsonWriter writer,
        IReadOnlyList<T> found,
        Paging paging,
        KnobValues knobs,
        Action<Utf8JsonWriter, T> write
    )
    {
        var from = Math.Min(paging.StartIndex - 1, found.Count);
        var count = Math.Min(paging.Count, found.Count - from);
        var newestFirst = knobs.Get(KnobTable.Order) is ListOrder.Newest;

        writer.WriteStartObject();
        writer.WriteNumber("totalResults"u8, found.Count);
        if (!knobs.Get(KnobTable.OmitItemsPerPage))
            writer.WriteNumber("itemsPerPage"u8, count);
        writer.WriteNumber("startIndex"u8, paging.StartIndex);
        writer.WriteStartArray("schemas"u8);
        writer.WriteStringValue(Urns.Core);
        writer.WriteEndArray();
        writer.WriteStartArray("Resources"u8);
        for (var i = from; i < from + count; i++)
            write(writer, found[newestFirst ? found.Count - 1 - i : i]);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
