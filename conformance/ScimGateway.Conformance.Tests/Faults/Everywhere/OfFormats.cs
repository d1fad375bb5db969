using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.Breakage;

namespace ScimGateway.Conformance.Tests.Faults.Everywhere;

/// <summary>What is answered is not the JSON that it should be (RFC 7644 §3.1, RFC 7643 §2).</summary>
internal static class OfFormats
{
    private const string Section = "RFC7644-3.1";
    private static readonly JsonSerializerOptions _plain = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static readonly Breakage[] All =
    [
        Sent("type-json", "answers are of type application/json", "application/json"),
        Sent("type-text", "answers are of type text/plain", "text/plain"),
        Sent("type-html", "answers are of type text/html", "text/html; charset=utf-8"),
        Sent("type-latin-1", "answers are said to be ISO-8859-1", "application/scim+json; charset=iso-8859-1"),
        new(
            "type-missing",
            Section,
            "answers have no type",
            Answers(Always, (_, answer) => answer.Headers.Remove("Content-Type"))
        ),
        new(
            "type-json-of-lists",
            Section,
            "lists are of type text/json",
            Answers(IsList, (_, answer) => answer.Headers["Content-Type"] = "text/json")
        ),
        new(
            "type-json-of-errors",
            Section,
            "errors are of type application/problem+json",
            Answers(
                Always,
                (_, answer) =>
                {
                    if (!answer.IsFine)
                        answer.Headers["Content-Type"] = "application/problem+json";
                }
            )
        ),
        Accepting("accept-json-refused", "who accepts application/json is refused", "application/json"),
        Accepting("accept-scim-refused", "who accepts application/scim+json is refused", "application/scim+json"),
        Accepting("accept-any-refused", "who accepts */* is refused", "*/*"),
        Sending(
            "sent-json-refused",
            "a body of type application/json is refused",
            type => type.StartsWith("application/json", StringComparison.OrdinalIgnoreCase)
        ),
        Sending(
            "sent-scim-refused",
            "a body of type application/scim+json is refused",
            type => type.StartsWith("application/scim+json", StringComparison.OrdinalIgnoreCase)
        ),
        Sending(
            "sent-charset-refused",
            "a body whose type names its charset is refused",
            type => type.Contains("charset", StringComparison.OrdinalIgnoreCase)
        ),
        Sending(
            "sent-scim-unread",
            "a body of type application/scim+json is read as none",
            type => type.StartsWith("application/scim+json", StringComparison.OrdinalIgnoreCase),
            400
        ),
        Bytes(
            "mark-before",
            "RFC7644-3.1",
            "there is a byte order mark before each answer",
            text => [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(text)]
        ),
        Bytes(
            "latin-1",
            "RFC7644-3.1",
            "answers are in ISO-8859-1",
            text => Encoding.Latin1.GetBytes(JsonNode.Parse(text)!.ToJsonString(_plain))
        ),
        Bytes(
            "twice-encoded",
            "RFC7644-3.1",
            "letters beyond ASCII are encoded twice",
            text =>
                Encoding.UTF8.GetBytes(
                    Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(JsonNode.Parse(text)!.ToJsonString(_plain)))
                )
        ),
        Bytes(
            "as-text",
            "RFC7644-3.1",
            "each answer is a text with JSON within",
            text => JsonSerializer.SerializeToUtf8Bytes(text)
        ),
        Bytes(
            "cut",
            "RFC7644-3.1",
            "the last letter of each answer is missing",
            text => Encoding.UTF8.GetBytes(text[..^1])
        ),
        Bytes(
            "comma-behind",
            "RFC7644-3.1",
            "there is a comma behind the last member of each answer",
            text => Encoding.UTF8.GetBytes(text[..^1] + "," + text[^1])
        ),
        Bytes(
            "member-twice",
            "RFC7644-3.1",
            "each answer has its schemas twice",
            text => Encoding.UTF8.GetBytes(text[..^1] + ",\"schemas\":[]}")
        ),
        Bytes(
            "single-quotes",
            "RFC7644-3.1",
            "answers have single quotation marks",
            text => Encoding.UTF8.GetBytes(text.Replace('"', '\''))
        ),
    ];

    private static Breakage Sent(string name, string says, string type) =>
        new(name, Section, says, Answers(Always, (_, answer) => answer.Headers["Content-Type"] = type));

    private static Breakage Accepting(string name, string says, string type) =>
        new(
            name,
            Section,
            says,
            Instead(ask => Is(ask.Header("accept") ?? "*/*", type), () => Refused(406, null, "That is not made here."))
        );

    private static Breakage Sending(string name, string says, Func<string, bool> which, int status = 415) =>
        new(
            name,
            Section,
            says,
            Instead(
                ask => ask.Text.Length > 0 && which(ask.Header("content-type") ?? ""),
                () => Refused(status, null, "That is not read here.")
            )
        );

    private static Breakage Bytes(string name, string section, string says, Func<string, byte[]> change) =>
        new(
            $"bytes-{name}",
            section,
            says,
            Answers(
                IsOfResources,
                (_, answer) =>
                {
                    if (answer.Body is JsonObject body)
                        answer.Bytes = change(body.ToJsonString());
                }
            )
        );
}
