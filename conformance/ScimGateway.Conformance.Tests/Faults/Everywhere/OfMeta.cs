using System.Globalization;
using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.Breakage;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.OfVersions;

namespace ScimGateway.Conformance.Tests.Faults.Everywhere;

/// <summary>What meta says of a resource is not so (RFC 7643 §3.1).</summary>
internal static class OfMeta
{
    private const string Conditions = "RFC7644-3.14";
    private const string Meta = "RFC7643-3.1";
    private static readonly string[] _dates = ["created", "lastModified"];

    public static readonly Breakage[] All =
    [
        new(
            "last-modified-stays",
            Meta,
            "lastModified is never another than created",
            Shows(Always, shown => InMeta(shown, "lastModified", shown["meta"]?["created"].Text()))
        ),
        new(
            "last-modified-is-now",
            Meta,
            "lastModified is the time of the answer",
            Shows(Always, shown => InMeta(shown, "lastModified", Now()))
        ),
        new("last-modified-stays-with-put", Meta, "PUT does not move lastModified", Unmoved(Replaces)),
        new("last-modified-stays-with-patch", Meta, "PATCH does not move lastModified", Unmoved(Patches)),
        new("version-stays-with-put", Conditions, "PUT does not turn the version", Unturned(Replaces)),
        new("version-stays-with-patch", Conditions, "PATCH does not turn the version", Unturned(Patches)),
        new(
            "created-moves",
            Meta,
            "created is moved with each change",
            Shows(Always, shown => InMeta(shown, "created", shown["meta"]?["lastModified"].Text()))
        ),
        new(
            "created-is-now",
            Meta,
            "created is the time of the answer",
            Shows(Always, shown => InMeta(shown, "created", Now()))
        ),
        new(
            "modified-before-created",
            Meta,
            "lastModified is before created",
            Shows(Always, shown => InMeta(shown, "lastModified", "2001-01-01T00:00:00Z"))
        ),
        new(
            "dates-without-t",
            "RFC7643-2.3.5",
            "dates have a space between day and time",
            Dates(text => text.Replace('T', ' '))
        ),
        new("dates-as-days", "RFC7643-2.3.5", "dates are days without a time", Dates(text => text[..10])),
        new(
            "dates-of-http",
            "RFC7643-2.3.5",
            "dates are as HTTP has them",
            Dates(text =>
                DateTimeOffset.Parse(text, CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture)
            )
        ),
        new(
            "dates-as-numbers",
            "RFC7643-2.3.5",
            "dates are milliseconds since 1970",
            Shows(Always, shown => Numbered(shown))
        ),
        new("meta-missing", Meta, "there is no meta", Shows(Always, (shown, _) => shown.Remove("meta"))),
        new("meta-not-in-lists", Meta, "there is no meta in lists", Shows(IsList, (shown, _) => shown.Remove("meta"))),
        new(
            "meta-not-in-created",
            Meta,
            "there is no meta in the answer to POST",
            Shows(Creates, (shown, _) => shown.Remove("meta"))
        ),
        new(
            "kind-missing",
            Meta,
            "there is no meta.resourceType",
            Shows(Always, (shown, _) => (shown["meta"] as JsonObject)?.Remove("resourceType"))
        ),
        new(
            "kind-in-small-letters",
            Meta,
            "meta.resourceType is user and group",
            Shows(
                Always,
                shown => InMeta(shown, "resourceType", shown["meta"]?["resourceType"].Text()?.ToLowerInvariant())
            )
        ),
        new(
            "kind-always-user",
            Meta,
            "meta.resourceType is User for groups as well",
            Shows(Always, shown => InMeta(shown, "resourceType", "User"))
        ),
        new(
            "location-missing",
            Meta,
            "there is no meta.location",
            Shows(Always, (shown, _) => (shown["meta"] as JsonObject)?.Remove("location"))
        ),
        new("location-relative", Meta, "meta.location is a path", Located(location => new Uri(location).AbsolutePath)),
        new(
            "location-of-users",
            Meta,
            "meta.location of groups is under Users",
            Located(location => location.Replace("/Groups/", "/Users/", StringComparison.Ordinal))
        ),
        new(
            "location-of-endpoint",
            Meta,
            "meta.location is that of all",
            Located(location => location[..location.LastIndexOf('/')])
        ),
        new(
            "location-of-another-host",
            Meta,
            "meta.location is on a host that nobody reaches",
            Located(location => $"http://internal.invalid:8080{new Uri(location).AbsolutePath}")
        ),
        new(
            "location-doubled-slash",
            Meta,
            "meta.location has two slashes before the id",
            Located(location => location.Insert(location.LastIndexOf('/'), "/"))
        ),
        new("meta-of-client", Meta, "meta is as a client has it", OfClient),
    ];

    private static string Now() => TimeProvider.System.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);

    private static Detour Unmoved(Func<Ask, bool> when) =>
        Kept(when, (resource, changed, _) => resource.Changed = changed);

    private static Detour Unturned(Func<Ask, bool> when) => Kept(when, (resource, _, turns) => resource.Turns = turns);

    private static Detour Kept(Func<Ask, bool> when, Action<Resource, DateTimeOffset, int> keep) =>
        (ask, scim) =>
        {
            if (!when(ask) || Meant(ask, scim) is not { } resource)
                return scim.Handle(ask);
            var (changed, turns) = (resource.Changed, resource.Turns);
            var answer = scim.Handle(ask);
            if (!answer.IsFine)
                return answer;
            keep(resource, changed, turns);
            return scim.Handle(ask.WithHeader("if-none-match", null) with { Method = "GET" });
        };

    private static Detour Dates(Func<string, string> change) =>
        Shows(
            Always,
            shown =>
            {
                foreach (var name in _dates)
                    if (shown["meta"]?[name].Text() is { } text)
                        InMeta(shown, name, change(text));
            }
        );

    private static void Numbered(JsonObject shown)
    {
        foreach (var name in _dates)
            if (shown["meta"]?[name].Text() is { } text)
                shown["meta"]![name] = DateTimeOffset
                    .Parse(text, CultureInfo.InvariantCulture)
                    .ToUnixTimeMilliseconds();
    }

    private static Detour Located(Func<string, string> change) =>
        Answers(
            IsOfResources,
            (_, answer) =>
            {
                foreach (var shown in answer.Shown)
                    if (shown["meta"]?["location"].Text() is { } location)
                        InMeta(shown, "location", change(location));
            }
        );

    private static Answer OfClient(Ask ask, SoundScim scim)
    {
        var answer = scim.Handle(ask);
        if (
            !answer.IsFine
            || !(Creates(ask) || Replaces(ask))
            || (ask.Body as JsonObject)?["meta"] is not JsonObject given
        )
            return answer;
        foreach (var (name, value) in given)
            if (answer.Body!["meta"] is JsonObject meta)
                meta[name] = value?.DeepClone();
        return answer;
    }
}
