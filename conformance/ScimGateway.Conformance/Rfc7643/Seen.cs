using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScimGateway.Conformance.Rfc7643;

/// <summary>
/// What holds of every answer. It is looked at in all that a run asks, for whichever requirement: a server may keep it where
/// one looks for it, and nowhere else. Each says what is wrong, or null.
/// </summary>
internal static class Seen
{
    // What values of several have without any schema's word (RFC 7643 §2.4), and all resources (§3.1).
    private static readonly string[] _usual = ["value", "display", "type", "primary", "$ref", "operation"];
    private static readonly string[] _times = ["created", "lastModified"];
    private static readonly string[] _common = ["schemas", "id", "externalId", "meta"];

    /// <summary>No answer has what is never returned (RFC 7643 §7).</summary>
    public static string? Secret(Announced announced, Exchange answer) =>
        First(
            announced,
            answer,
            value =>
                (value.Path == "password" || value.Definition.At("returned").AsText() == "never")
                && value.Value is not null
                    ? $"{value.Path} is there"
                    : null
        );

    /// <summary>No answer has what is written only (RFC 7643 §7).</summary>
    public static string? WriteOnly(Announced announced, Exchange answer) =>
        First(
            announced,
            answer,
            value =>
                value.Definition.At("mutability").AsText() == "writeOnly" && value.Value.IsSomething()
                    ? $"{value.Path} is there, which is written only"
                    : null
        );

    /// <summary>What is returned on request alone is not there unasked (RFC 7643 §7).</summary>
    public static string? OnRequest(Announced announced, Exchange answer) =>
        answer.Method != HttpMethod.Get || answer.Asked("attributes").Count > 0
            ? null
            : First(
                announced,
                answer,
                value =>
                    value.Definition.At("returned").AsText() == "request" && value.Value.IsSomething()
                        ? $"{value.Path} is there, which is returned on request"
                        : null
            );

    /// <summary>The schemas of a resource are those of its type and of its extensions (RFC 7643 §3, §6).</summary>
    public static string? OfType(Announced announced, Exchange answer) =>
        answer
            .Shown.Select(resource => (Resource: resource, Type: announced.TypeOf(resource)))
            .Where(one => one.Type is not null)
            .SelectMany(one =>
                one.Resource.Strings("schemas")
                    .Concat(one.Resource.Select(member => member.Key).Where(IsUrn))
                    .Except(
                        one.Type.Objects("schemaExtensions")
                            .Select(extension => extension.At("schema").AsText()!)
                            .Append(one.Type.At("schema").AsText()!),
                        StringComparer.OrdinalIgnoreCase
                    )
            )
            .Select(schema => $"a resource has the schema {schema}, which its type does not have")
            .FirstOrDefault();

    /// <summary>Nothing is there that no schema defines.</summary>
    public static string? Undefined(Announced announced, Exchange answer) =>
        First(
            announced,
            answer,
            value =>
                value.Definition is null
                && !Steps.IsSame(value.Path, "meta")
                && !_usual.Contains(value.Path.Split('.')[^1], StringComparer.OrdinalIgnoreCase)
                    ? $"{value.Path} is there, which no schema defines"
                    : null
        );

    /// <summary>Each value is of the type that its schema says (RFC 7643 §2.3).</summary>
    public static string? Type(Announced announced, Exchange answer) => First(announced, answer, OtherType);

    /// <summary>One value at most is primary (RFC 7643 §2.4).</summary>
    public static string? Primary(Announced announced, Exchange answer) =>
        answer
            .Shown.SelectMany(resource => resource)
            .Where(member =>
                member.Value is JsonArray values && values.Count(one => one.At("primary").AsFlag() == true) > 1
            )
            .Select(member => $"{member.Key} has more than one that is primary")
            .FirstOrDefault();

    /// <summary>Each resource says which schemas it has (RFC 7643 §3).</summary>
    public static string? Schemas(Announced announced, Exchange answer) =>
        answer.Shown.Any(resource => resource.Strings("schemas").Count == 0) ? "a resource has no schemas" : null;

    /// <summary>Each resource has its id, whatever is asked for (RFC 7643 §3.1).</summary>
    public static string? Id(Announced announced, Exchange answer) =>
        answer.Shown.Any(resource => IsOfUs(resource) && resource.At("id").AsText() is not { Length: > 0 })
            ? "a resource has no id"
            : null;

    /// <summary>meta.location is the resource's own place, and so is Location (RFC 7643 §3.1, RFC 7644 §3.3).</summary>
    public static string? Place(Announced announced, Exchange answer)
    {
        foreach (var resource in answer.Shown.Where(IsOfUs))
            if (
                resource.At("meta.location").AsText() is { } place
                && resource.At("id").AsText() is { } id
                && !(
                    Uri.TryCreate(place, UriKind.Absolute, out var url)
                    && (
                        url.AbsolutePath.EndsWith($"/{id}", StringComparison.Ordinal)
                        || url.AbsolutePath.EndsWith($"/{Uri.EscapeDataString(id)}", StringComparison.Ordinal)
                    )
                )
            )
                return $"meta.location is '{place}'";
        return answer.Header("Location") is { } header && answer.TextOf("meta.location") is { } own && header != own
            ? $"Location is '{header}' and meta.location '{own}'"
            : null;
    }

    /// <summary>meta has times of the form that they have (RFC 7643 §2.3.5).</summary>
    public static string? Times(Announced announced, Exchange answer) =>
        answer
            .Shown.Where(IsOfUs)
            .SelectMany(resource => _times.Select(name => (Name: name, Value: resource.At($"meta.{name}"))))
            .Where(time => time.Value is not null && !(time.Value.AsText() is { } text && Values.IsDateTime(text)))
            .Select(time => $"meta.{time.Name} is {time.Value!.ToJsonString()}")
            .FirstOrDefault();

    /// <summary>A list has the form of one, and its numbers are true (RFC 7644 §3.4.2).</summary>
    public static string? List(Announced announced, Exchange answer)
    {
        if (!answer.IsFine || answer["totalResults"] is null && answer["Resources"] is null)
            return null;
        if (!answer.Json.Strings("schemas").Contains(Words.List))
            return "a list has not the schema of one";
        if (answer["totalResults"].AsNumber() is not { } total)
            return "totalResults is no whole number";
        if (total < answer.Resources.Count)
            return $"totalResults is {total}, and there are {answer.Resources.Count}";
        return null;
    }

    /// <summary>Where a list says how many it has, it has so many.</summary>
    public static string? PageSize(Announced announced, Exchange answer) =>
        answer["itemsPerPage"].AsNumber() is { } page && page != answer.Resources.Count && answer.Resources.Count > 0
            ? $"itemsPerPage is {page}, and there are {answer.Resources.Count}"
            : null;

    /// <summary>No list has a resource twice.</summary>
    public static string? Twice(Announced announced, Exchange answer)
    {
        var ids = answer.Resources.Select(one => one.At("id").AsText()).OfType<string>().ToList();
        return ids.Distinct().Count() == ids.Count ? null : "a resource is there twice";
    }

    /// <summary>An answer with a body is SCIM's JSON (RFC 7644 §3.1, §3.8).</summary>
    public static string? MediaType(Announced announced, Exchange answer) =>
        answer.Bytes.Length == 0
        || answer.Status >= 400 && !answer.HasErrorForm
        || answer is { Status: < 400, Json: null } // as RFC7644-3.8-json tells
        || (answer.MediaType == Words.MediaType || answer.MediaType == Words.Json && WantsJson(answer))
            && HasUtf8(answer.Header("Content-Type")!)
            ? null
            : $"Content-Type is {answer.Header("Content-Type") ?? "not said"}";

    /// <summary>An answer with a body is JSON in UTF-8 (RFC 7644 §3.8).</summary>
    public static string? NoJson(Announced announced, Exchange answer) =>
        answer.Bytes.Length == 0 || answer.Status >= 400 || answer is { IsUtf8: true, Json: not null }
            ? null
            : "it is no JSON";

    /// <summary>What is refused is refused in an error's form (RFC 7644 §3.12).</summary>
    public static string? Error(Announced announced, Exchange answer) =>
        answer.Status < 400 || !IsOfScim(answer) || answer.Json.Strings("schemas").Contains(Words.Error)
            ? null
            : "it has not the schema of an error";

    /// <summary>An error's status is that of HTTP, as a text (RFC 7644 §3.12).</summary>
    public static string? ErrorStatus(Announced announced, Exchange answer) =>
        answer.Status < 400
        || !answer.Json.Strings("schemas").Contains(Words.Error)
        || answer.TextOf("status") == answer.Status.ToString(CultureInfo.InvariantCulture)
            ? null
            : $"status is {answer["status"]?.ToJsonString() ?? "not there"}";

    /// <summary>Nobody is told how the server is made (RFC 7644 §3.12: details are for people).</summary>
    public static string? Inner(Announced announced, Exchange answer) =>
        answer.Status >= 400
        && _inner.FirstOrDefault(one => answer.Text.Contains(one, StringComparison.Ordinal)) is { } word
            ? $"it has '{word}' in it, which is of the server's inside"
            : null;

    /// <summary>An answer has the tag of the version that it shows (RFC 7644 §3.14).</summary>
    public static string? Tag(Announced announced, Exchange answer) =>
        announced.Has(Feature.ETag)
        && answer is { IsFine: true }
        && answer["Resources"] is null
        && answer.Header("ETag") is { } tag
        && answer.TextOf("meta.version") is { } version
        && tag != version
            ? $"ETag is '{tag}' and meta.version '{version}'"
            : null;

    /// <summary>An answer that shows a resource has its tag (RFC 7644 §3.14).</summary>
    public static string? NoTag(Announced announced, Exchange answer) =>
        announced.Has(Feature.ETag)
        && answer.IsFine
        && answer["Resources"] is null
        && answer.Shown.Any(IsOfUs)
        && answer.Url.Segments.Any(segment => segment.TrimEnd('/') is "Users" or "Groups")
        && answer.Header("ETag") is null
            ? "there is no ETag"
            : null;

    /// <summary>What is asked for alone is answered alone, and what is excluded is left out (RFC 7644 §3.9).</summary>
    public static string? Projection(Announced announced, Exchange answer)
    {
        var (wanted, excluded) = (answer.Asked("attributes"), answer.Asked("excludedAttributes"));
        if (wanted.Count == 0 && excluded.Count == 0)
            return null;
        return First(
            announced,
            answer,
            value =>
                IsAlways(value) || !value.Value.IsSomething() || value.Path.Contains('.', StringComparison.Ordinal)
                    ? null
                : wanted.Count > 0 && !wanted.Any(one => IsMeant(one, value))
                    ? $"{value.Path} is there and was not asked for"
                : excluded.Any(one => Bare(one).Equals(value.Path, StringComparison.OrdinalIgnoreCase))
                    ? $"{value.Path} is there and was excluded"
                : null
        );
    }

    private static readonly string[] _inner =
    [
        "   at ",
        "\n\tat ",
        "Traceback (most recent",
        "NullReferenceException",
        "NullPointerException",
        "node_modules",
        "goroutine ",
        "SQLSTATE",
        "ORA-0",
    ];

    // Who takes application/json alone is answered so (RFC 7644 §3.8, RFC 9110 §12.5.1).
    private static bool WantsJson(Exchange answer) =>
        answer.SentHeaders.Any(header => Steps.IsSame(header.Key, "Accept") && header.Value == Words.Json);

    // A charset may be said, which for JSON is always the same (RFC 8259 §8.1).
    private static bool HasUtf8(string type) =>
        type.IndexOf("charset=", StringComparison.OrdinalIgnoreCase) is var at
        && (
            at < 0
            || type[(at + "charset=".Length)..].Trim('"', ' ').StartsWith("utf-8", StringComparison.OrdinalIgnoreCase)
        );

    private static bool IsMeant(string name, Announced.Told value) =>
        Bare(name).Split('.')[0].Equals(value.Path, StringComparison.OrdinalIgnoreCase)
        || value.Schema is { } schema
            && name.StartsWith(schema, StringComparison.OrdinalIgnoreCase)
            && value.IsExtension;

    private static bool IsAlways(Announced.Told value) =>
        value.Path.ToUpperInvariant() is "SCHEMAS" or "ID"
        || value.Definition.At("returned").AsText() == "always"
        || value.IsExtension;

    // A name without the URN before it.
    private static string Bare(string name) => IsUrn(name) ? name[(name.LastIndexOf(':') + 1)..] : name;

    private static bool IsUrn(string name) => name.StartsWith("urn:", StringComparison.OrdinalIgnoreCase);

    // What is answered beside the endpoints of SCIM comes from what stands before it.
    private static bool IsOfScim(Exchange answer) =>
        answer.Status is not (401 or 403 or 404 or 405 or >= 500)
        || answer.Url.Segments.Any(segment => segment.TrimEnd('/') is "Users" or "Groups");

    private static bool IsOfUs(JsonObject resource) =>
        resource.Strings("schemas") is var schemas && (schemas.Contains(Words.User) || schemas.Contains(Words.Group));

    private static string? First(Announced announced, Exchange answer, Func<Announced.Told, string?> wrong) =>
        answer.Shown.SelectMany(announced.Tell).Select(wrong).FirstOrDefault(one => one is not null);

    private static string? OtherType(Announced.Told value)
    {
        if (
            value.Definition is not { } definition
            || value.Value is null
            || _common.Contains(value.Path, StringComparer.OrdinalIgnoreCase)
        )
            return null;
        var isMany = definition.At("multiValued").AsFlag() == true;
        if (isMany != value.Value is JsonArray)
            return isMany ? $"{value.Path} is no list" : $"{value.Path} is a list";
        var type = definition.At("type").AsText();
        return (value.Value as JsonArray ?? [value.Value.DeepClone()]).All(one => IsOf(type, one))
            ? null
            : $"{value.Path} is not of the type {type}";
    }

    private static bool IsOf(string? type, JsonNode? value) =>
        value is null
        || type switch
        {
            "string" or "reference" or "binary" => value.GetValueKind() == JsonValueKind.String,
            "dateTime" => value.AsText() is { } text && Values.IsDateTime(text),
            "boolean" => value.AsFlag() is not null,
            "integer" => value.AsNumber() is not null,
            "decimal" => value.GetValueKind() == JsonValueKind.Number,
            "complex" => value is JsonObject,
            _ => true,
        };
}
