using System.Text.Json;
using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.Breakage;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.OfPatches;

namespace ScimGateway.Conformance.Tests.Faults.Everywhere;

/// <summary>A PATCH is not done as a whole, or answered otherwise (RFC 7644 §3.5.2).</summary>
internal static class OfPatchAnswers
{
    private const string Section = "RFC7644-3.5.2";

    public static readonly Breakage[] All =
    [
        new(
            "first-operation-only",
            Section,
            "of several operations only the first is carried out",
            Of(all => all.Take(1))
        ),
        new(
            "last-operation-only",
            Section,
            "of several operations only the last is carried out",
            Of(all => all.TakeLast(1))
        ),
        new("backwards", Section, "operations are carried out from the last to the first", Of(all => all.Reverse())),
        new(
            "removes-first",
            Section,
            "what is to be removed is removed before anything else is done",
            Of(all => all.OrderBy(one => one!["op"].Text() != "remove"))
        ),
        new("not-atomic", Section, "what comes before an operation that fails stays done", Stepwise(stops: true)),
        new(
            "failed-passed-over",
            Section,
            "an operation that fails is passed over, and the answer is 200",
            Stepwise(stops: false)
        ),
        new(
            "stale-answer",
            Section,
            "the answer shows the resource as it was before",
            (ask, scim) =>
            {
                var before = Patches(ask) ? scim.Handle(ask with { Method = "GET" }) : null;
                var answer = scim.Handle(ask);
                if (answer.Status == 200 && before?.Status == 200)
                    answer.Body = before.Body;
                return answer;
            }
        ),
        new(
            "changed-part-only",
            Section,
            "the answer shows only what was changed",
            Answers(
                Patches,
                (ask, answer) =>
                {
                    if (answer.IsFine && OperationsOf(ask) is { } operations)
                        foreach (var (name, _) in answer.Body!.AsObject().ToList())
                            if (
                                name is not ("id" or "schemas" or "meta")
                                && !operations.ToJsonString().Contains(name, StringComparison.OrdinalIgnoreCase)
                            )
                                answer.Body.AsObject().Remove(name);
                }
            )
        ),
        new(
            "no-content-in-spite-of-attributes",
            Section,
            "the answer is 204 even where attributes are asked for",
            Answers(
                Patches,
                (_, answer) =>
                {
                    if (answer.IsFine)
                        (answer.Status, answer.Body) = (204, null);
                }
            )
        ),
        new(
            "empty-body",
            Section,
            "the answer is 200 without a body",
            Answers(Patches, (_, answer) => answer.Body = answer.IsFine ? null : answer.Body)
        ),
        new(
            "accepted-only",
            Section,
            "the answer is 202",
            Answers(Patches, (_, answer) => answer.Status = answer.IsFine ? 202 : answer.Status)
        ),
        new(
            "nothing-is-fine",
            Section,
            "no operation at all is answered with 200",
            Asks(
                ask => Patches(ask) && OperationsOf(ask) is null or { Count: 0 },
                ask => ask.Method == "PATCH" ? ask with { Method = "GET" } : ask
            )
        ),
        new(
            "creates-unknown",
            Section,
            "a user that there is not is answered as if it had been changed",
            (ask, scim) => Patches(ask) && Meant(ask, scim) is null ? new Answer(204) : scim.Handle(ask)
        ),
        new(
            "of-groups-refused",
            Section,
            "groups are not changed by PATCH",
            Instead(
                ask => Patches(ask) && ask.Path.StartsWith("Groups", StringComparison.Ordinal),
                () => Refused(501, null, "Groups are not patched.")
            )
        ),
        new(
            "same-value-is-a-change",
            "RFC7644-3.5.2.1",
            "an operation that changes nothing changes lastModified and version",
            (ask, scim) =>
            {
                var answer = scim.Handle(ask);
                if (Patches(ask) && answer.IsFine && Meant(ask, scim) is { } resource)
                {
                    (resource.Turns, resource.Changed) = (resource.Turns + 1, TimeProvider.System.GetUtcNow());
                    return scim.Handle(ask with { Method = "GET" });
                }
                return answer;
            }
        ),
        new("added-twice", "RFC7644-3.5.2.1", "a value that is there already is added once more", Twice),
        new("all-but-patched-is-lost", Section, "what is not named is lost, as if PATCH were PUT", Lossy),
        new(
            "extension-not-in-schemas",
            "RFC7643-3",
            "schemas does not name an extension that a PATCH has brought",
            Schemaless
        ),
    ];

    // Each operation as a PATCH of its own.
    private static Detour Stepwise(bool stops) =>
        (ask, scim) =>
        {
            if (!Patches(ask) || OperationsOf(ask) is not { Count: > 0 } operations)
                return scim.Handle(ask);
            Answer? fine = null,
                failed = null;
            foreach (var one in operations)
            {
                var answer = scim.Handle(ask.With(body => body["Operations"] = new JsonArray(one!.DeepClone())));
                if (answer.Status is 404 or 412)
                    return answer;
                ask = ask.WithHeader("if-match", null);
                (fine, failed) = answer.IsFine ? (answer, failed) : (fine, answer);
                if (stops && failed is not null)
                    return failed;
            }
            return stops ? fine! : scim.Handle(ask with { Method = "GET" });
        };

    private static Answer Twice(Ask ask, SoundScim scim)
    {
        var before = Meant(ask, scim)?.Written;
        var answer = scim.Handle(ask);
        if (!Patches(ask) || !answer.IsFine || before is null || Meant(ask, scim) is not { } resource)
            return answer;
        var written = Copy(resource.Written);
        foreach (var operation in OperationsOf(ask)!.OfType<JsonObject>().Where(one => one["op"].Text() == "add"))
        foreach (
            var name in Name.Of(resource.Type, operation["path"].Text() ?? "")
                is { Attribute.Many: true, Sub: null } named
                ? [named.Attribute.Name]
                : (operation["value"] as JsonObject ?? []).Select(one => one.Key)
        )
        foreach (
            var value in Documents
                .Objects((operation["path"] is null ? operation["value"]![name] : operation["value"]))
                .Where(_ => written[name] is JsonArray)
        )
            if (before.Values(name).Any(one => JsonNode.DeepEquals(one["value"], value["value"])))
                written[name]!.AsArray().Add(value.DeepClone());
        resource.Written = written;
        return scim.Handle(ask with { Method = "GET" });
    }

    private static Answer Lossy(Ask ask, SoundScim scim)
    {
        var answer = scim.Handle(ask);
        if (!Patches(ask) || !answer.IsFine || Meant(ask, scim) is not { } resource)
            return answer;
        var (written, named) = (Copy(resource.Written), OperationsOf(ask)!.ToJsonString());
        foreach (var (name, _) in resource.Written)
            if (
                name is not ("schemas" or "userName" or "displayName")
                && !named.Contains(name, StringComparison.OrdinalIgnoreCase)
            )
                written.Remove(name);
        resource.Written = written;
        return scim.Handle(ask with { Method = "GET" });
    }

    private static Answer Schemaless(Ask ask, SoundScim scim)
    {
        var before = Meant(ask, scim)?.Written["schemas"];
        var answer = scim.Handle(ask);
        if (!Patches(ask) || !answer.IsFine || before is null || Meant(ask, scim) is not { } resource)
            return answer;
        var written = Copy(resource.Written);
        written["schemas"] = before.DeepClone();
        resource.Written = written;
        return scim.Handle(ask with { Method = "GET" });
    }
}
