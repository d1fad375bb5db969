using System.Text.Json;
using ScimGateway.Protocol.Resources;

namespace ScimGateway.Protocol.Filters;

/// <summary>What a filter compares with: a JSON string, number, boolean or null.</summary>
public abstract record Literal
{
    private Literal() { }

    /// <summary>A string.</summary>
    public sealed record Text(string Value) : Literal
    {
        // Once, when the filter is read, and not for each value that it is compared with.
        internal string Folded { get; } = Spelling.Folded(Value);

        /// <inheritdoc/>
        public override string ToString() => $"\"{JsonEncodedText.Encode(Value, ScimJson.WriterOptions.Encoder)}\"";
    }

    /// <summary>A number, in the digits it was written in.</summary>
    public sealed record Number(string Digits) : Literal
    {
        /// <inheritdoc/>
        public override string ToString() => Digits;
    }

    /// <summary>True or false.</summary>
    public sealed record Flag(bool Value) : Literal
    {
        /// <inheritdoc/>
        public override string ToString() => Value ? "true" : "false";
    }

    /// <summary>Null, which is the same as no value (RFC 7643 §2.5).</summary>
    public sealed record Null : Literal
    {
        /// <inheritdoc/>
        public override string ToString() => "null";
    }
}
