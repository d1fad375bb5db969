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

    /// <summary>It was refused, of which <paramref name="Detail"/> may say more than the error does. Only a POST has no location then (RFC 7644 §3.7).</summary>
    public sealed record Failed(ScimException Error, string? Location, string? Detail = null) : BulkOutcome;
}

/// <summary>The answer to a bulk request (RFC 7644 §3.7.3), written while the operations are carried out.</summary>
public sealed class BulkResponse
{
    private readonly Utf8JsonWriter _json;
    private readonly int? _failOnErrors;
    private int _errors;

    /// <summary>Writes the answer's beginning.</summary>
    public BulkResponse(Utf8JsonWriter json, BulkRequest request)
    {
        _json = json;
        _failOnErrors = request.FailOnErrors;
        json.WriteStartObject();
        SchemaDefinition.WriteStrings(json, "schemas", [Urn.BulkResponse]);
        json.WriteStartArray("Operations");
    }

    /// <summary>Whether as many operations have failed as the client accepts: the rest is not to be carried out, and not part of the answer.</summary>
    public bool HasFailed => _errors >= _failOnErrors;

    /// <summary>Writes what became of the next operation.</summary>
    public void Add(BulkOperation operation, BulkOutcome outcome)
    {
        _json.WriteStartObject();
        _json.WriteString("method", operation.Method.ToString().ToUpperInvariant());
        if (operation.BulkId is not null)
            _json.WriteString("bulkId", operation.BulkId);
        switch (outcome)
        {
            case BulkOutcome.Done o:
                if (o.Version is { } version)
                    _json.WriteString("version", version.ToString());
                WriteEnd(o.Location, o.Status);
                break;
            case BulkOutcome.Failed o:
                _errors++;
                WriteEnd(o.Location, o.Error.Status);
                _json.WritePropertyName("response");
                o.Error.WriteTo(_json, o.Detail);
                break;
        }
        _json.WriteEndObject();
    }

    /// <summary>Writes the answer's end.</summary>
    public void End()
    {
        _json.WriteEndArray();
        _json.WriteEndObject();
    }

    private void WriteEnd(string? location, HttpStatusCode status)
    {
        if (location is not null)
            _json.WriteString("location", location);
        _json.WriteString("status", ((int)status).ToString(CultureInfo.InvariantCulture));
    }
}
