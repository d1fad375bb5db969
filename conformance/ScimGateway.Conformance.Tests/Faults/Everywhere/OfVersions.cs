using System.Globalization;
using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.Breakage;

namespace ScimGateway.Conformance.Tests.Faults.Everywhere;

/// <summary>Versions are no versions (RFC 7644 §3.14) and what is said of a resource is not so (RFC 7643 §3.1).</summary>
internal static class OfVersions
{
    private const string Conditions = "RFC7644-3.14";
    private const string Meta = "RFC7643-3.1";
    private static readonly string[] _conditions = ["if-match", "if-none-match"];

    public static readonly Breakage[] All =
    [
        new("version-stays", Conditions, "the version is the same for ever", Versioned(_ => "W/\"1\"")),
        new("version-turns-when-read", Conditions, "the version turns with each answer", Turning()),
        new(
            "version-missing",
            Meta,
            "there is no version though etag is announced",
            Shows(Always, (shown, _) => (shown["meta"] as JsonObject)?.Remove("version"))
        ),
        new(
            "version-not-in-lists",
            Meta,
            "there is no version in lists",
            Shows(IsList, (shown, _) => (shown["meta"] as JsonObject)?.Remove("version"))
        ),
        new(
            "version-not-the-etag",
            Meta,
            "meta.version is another than the header ETag",
            Shows(Always, shown => InMeta(shown, "version", "W/\"v\""))
        ),
        new(
            "version-without-weakness",
            Meta,
            "meta.version has no W/ though the header ETag has",
            Shows(Always, shown => InMeta(shown, "version", shown["meta"]?["version"].Text()?[2..]))
        ),
        new(
            "etag-missing",
            Conditions,
            "there is no header ETag though etag is announced",
            Answers(Always, (_, answer) => answer.Headers.Remove("ETag"))
        ),
        new(
            "etag-not-when-written",
            Conditions,
            "there is no header ETag in the answers to POST, PUT and PATCH",
            Answers(ask => ask.Method != "GET", (_, answer) => answer.Headers.Remove("ETag"))
        ),
        new(
            "etag-without-quotes",
            Conditions,
            "the header ETag has no quotation marks",
            Answers(
                Always,
                (_, answer) => Header(answer, "ETag", tag => tag.Replace("W/", "", StringComparison.Ordinal).Trim('"'))
            )
        ),
        new(
            "if-match-passed-over",
            Conditions,
            "If-Match is passed over",
            Asks(Always, ask => ask.WithHeader("if-match", null))
        ),
        new(
            "if-match-of-put-passed-over",
            Conditions,
            "If-Match of PUT is passed over",
            Asks(Replaces, ask => ask.WithHeader("if-match", null))
        ),
        new(
            "if-match-of-patch-passed-over",
            Conditions,
            "If-Match of PATCH is passed over",
            Asks(Patches, ask => ask.WithHeader("if-match", null))
        ),
        new(
            "if-match-of-delete-passed-over",
            Conditions,
            "If-Match of DELETE is passed over",
            Asks(Deletes, ask => ask.WithHeader("if-match", null))
        ),
        new(
            "if-match-of-groups-passed-over",
            Conditions,
            "If-Match of groups is passed over",
            Asks(
                ask => ask.Path.StartsWith("Groups", StringComparison.Ordinal),
                ask => ask.WithHeader("if-match", null)
            )
        ),
        new(
            "former-version-matches",
            Conditions,
            "each version that a resource has had is taken in If-Match",
            Asks(
                ask => ask.Header("if-match")?.StartsWith("W/\"", StringComparison.Ordinal) == true,
                ask => ask.WithHeader("if-match", null)
            )
        ),
        new(
            "if-match-never",
            Conditions,
            "no version is taken in If-Match",
            Instead(
                ask => ask.Header("if-match") is not (null or "*") && IsOfOne(ask),
                () => Refused(412, null, "The resource has changed.")
            )
        ),
        new(
            "if-match-star-never",
            Conditions,
            "* is not taken in If-Match",
            Instead(
                ask => ask.Header("if-match") == "*" && IsOfOne(ask),
                () => Refused(412, null, "The resource has changed.")
            )
        ),
        new(
            "if-match-conflict",
            Conditions,
            "a former version is answered with 409",
            Answers(Always, (_, answer) => Status(answer, 412, 409))
        ),
        new(
            "if-match-bad-request",
            Conditions,
            "a former version is answered with 400",
            Answers(Always, (_, answer) => Status(answer, 412, 400))
        ),
        new(
            "if-match-wanted",
            Conditions,
            "who says no version may not write",
            Instead(
                ask => (Replaces(ask) || Patches(ask)) && ask.Header("if-match") is null,
                () => Refused(412, null, "If-Match is wanted.")
            )
        ),
        new(
            "if-none-match-passed-over",
            Conditions,
            "If-None-Match is passed over",
            Asks(Always, ask => ask.WithHeader("if-none-match", null))
        ),
        new(
            "if-none-match-always",
            Conditions,
            "whatever If-None-Match says, nothing has changed",
            (ask, scim) =>
                Reads(ask) && ask.Header("if-none-match") is not null && Meant(ask, scim) is not null
                    ? new Answer(304)
                    : scim.Handle(ask)
        ),
        new(
            "if-none-match-precondition",
            Conditions,
            "a version that is known is answered with 412 where it is read",
            Answers(Always, (_, answer) => Status(answer, 304, 412))
        ),
    ];

    public static void InMeta(JsonObject shown, string name, string? value)
    {
        if (shown["meta"] is JsonObject meta && meta[name] is not null)
            meta[name] = value;
    }

    private static void Header(Answer answer, string name, Func<string, string> change)
    {
        if (answer.Headers.TryGetValue(name, out var value))
            answer.Headers[name] = change(value);
    }

    private static void Status(Answer answer, int from, int to)
    {
        if (answer.Status != from)
            return;
        answer.Status = to;
        if (answer.Body is JsonObject body)
            body["status"] = $"{to}";
    }

    // Shown and taken is another version than the sound server's.
    public static Detour Versioned(Func<Resource, string> version) =>
        (ask, scim) =>
        {
            if (Meant(ask, scim) is { } meant)
                foreach (var name in _conditions)
                    if (ask.Header(name) is { } given and not "*")
                        ask = ask.WithHeader(name, given == version(meant) ? meant.Version : "W/\"none\"");
            var answer = scim.Handle(ask);
            if (!answer.IsFine || !IsOfResources(ask))
                return answer;
            foreach (var shown in answer.Shown.ToList())
                if (scim.Resources.FirstOrDefault(one => one.Id == shown["id"].Text()) is { } kept)
                {
                    InMeta(shown, "version", version(kept));
                    if (answer.Headers.ContainsKey("ETag"))
                        answer.Headers["ETag"] = version(kept);
                }
            return answer;
        };

    private static Detour Turning()
    {
        var turns = 0;
        return Versioned(_ => $"W/\"{++turns}\"");
    }
}
