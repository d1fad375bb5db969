using System.Globalization;
using System.Net;
using System.Text.Json;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Schemas;

namespace ScimGateway.Protocol.Messages;

/// <summary>What became of a bulk operation. These two are all there are.</summary>
public abstract record BulkOutcome
{
    private BulkOutcome() { }

    /// <summary>It was carried out; what DELETE leaves has no version.</summary>
    public sealed record Done(HttpStatusCode Status, string Location, EntityTag? Version = null) : BulkOutcome;

    /// <summary>
    /// It was refused, of which <paramref name="Detail"/> may say more than the error does. Only a POST that has made
    /// nothing has no location then (RFC 7644 §3.7).
    /// </summary>
    public sealed record Failed(ScimException Error, string? Location, string? Detail = null) : BulkOutcome;
}

/// <summary>The answer to a bulk request (RFC 7644 §3.7.3).</summary>
public static class BulkResponse
{
    /// <summary>Writes what became of the operations that were carried out.</summary>
    public static void Write(
        Utf8JsonWriter json,
        IEnumerable<(BulkOperation Operation, BulkOutcome Outcome)> carriedOut
    )
    {
        json.WriteStartObject();
        SchemaDefinition.WriteStrings(json, "schemas", [Urn.BulkResponse]);
        json.WriteStartArray("Operations");
        foreach (var (operation, outcome) in carriedOut)
            Write(json, operation, outcome);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, BulkOperation operation, BulkOutcome outcome)
    {
        json.WriteStartObject();
        json.WriteString("method", operation.Method.ToString().ToUpperInvariant());
        if (operation.BulkId is not null)
            json.WriteString("bulkId", operation.BulkId);
        switch (outcome)
        {
            case BulkOutcome.Done done:
                if (done.Version is { } version)
                    json.WriteString("version", version.ToString());
                WriteEnd(json, done.Location, done.Status);
                break;
            case BulkOutcome.Failed failed:
                WriteEnd(json, failed.Location, failed.Error.Status);
                json.WritePropertyName("response");
                failed.Error.WriteTo(json, failed.Detail);
                break;
        }
        json.WriteEndObject();
    }

    private static void WriteEnd(Utf8JsonWriter json, string? location, HttpStatusCode status)
    {
        if (location is not null)
            json.WriteString("location", location);
        json.WriteString("status", ((int)status).ToString(CultureInfo.InvariantCulture));
    }
}
