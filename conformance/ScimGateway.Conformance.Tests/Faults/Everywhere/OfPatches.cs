using System.Text.Json;
using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.Breakage;

namespace ScimGateway.Conformance.Tests.Faults.Everywhere;

/// <summary>What operations do is something else (RFC 7644 §3.5.2).</summary>
internal static class OfPatches
{
    private const string Section = "RFC7644-3.5.2";

    public static readonly Breakage[] All =
    [
        Done("add-as-replace", "add replaces the values that there are", operation => Op(operation, "add", "replace")),
        Done(
            "replace-as-add",
            "replace adds to the values that there are",
            operation => Op(operation, "replace", "add")
        ),
        Done("add-passed-over", "add does nothing", operation => operation["op"].Text() == "add" ? null : operation),
        Done(
            "without-path-passed-over",
            "an operation without a path does nothing",
            operation => IsBare(operation) ? null : operation
        ),
        Done(
            "add-without-path-passed-over",
            "add without a path does nothing",
            operation => IsBare(operation) && operation["op"].Text() == "add" ? null : operation
        ),
        Done(
            "extension-without-path-passed-over",
            "without a path nothing is done to an extension",
            operation => Members(operation, (name, _) => !name.StartsWith("urn:", StringComparison.Ordinal))
        ),
        Done(
            "first-member-only",
            "of a value without a path only the first attribute is taken",
            operation => Members(operation, (name, members) => members.First().Key == name)
        ),
        Done(
            "complex-without-path-passed-over",
            "without a path nothing is done to attributes with sub-attributes",
            operation =>
                Members(
                    operation,
                    (name, members) =>
                        members[name] is not (JsonObject or JsonArray)
                        || name.StartsWith("urn:", StringComparison.Ordinal)
                )
        ),
        Done(
            "keys-case-exact",
            "without a path names in other letters than the schema's are passed over",
            operation =>
                Members(
                    operation,
                    (name, _) =>
                        Known.Types.All(type => Name.Of(type, name) is not { } known || known.Attribute.Name == name)
                )
        ),
        Done(
            "falsy-passed-over",
            "false and texts without letters are taken for no value",
            operation =>
                operation["path"] is not null && IsFalsy(operation["value"]) && operation["op"].Text() != "remove"
                    ? null
                    : Members(operation, (name, members) => !IsFalsy(members[name]))
        ),
        Done(
            "several-at-once-passed-over",
            "of several values that are added at once only the first is",
            operation =>
                operation["op"].Text() == "add" && operation["value"] is JsonArray { Count: > 1 } values
                    ? With(operation, new JsonArray(values[0]!.DeepClone()))
                    : operation
        ),
        Done(
            "lone-object-refused",
            "a value that is added without a list around it does nothing",
            operation =>
                operation["op"].Text() == "add"
                && operation["value"] is JsonObject
                && Name.Of(Known.Types[0], operation["path"].Text() ?? "") is { Attribute.Many: true }
                    ? null
                    : operation
        ),
        Done("complex-replaced-whole", "what is not named of an attribute with sub-attributes is lost", Whole),
        Done(
            "group-rename-passed-over",
            "the name of a group is not changed",
            (operation, resource) => resource.Type.Name == "Group" ? Without(operation, "displayName") : operation
        ),
        Done(
            "members-passed-over",
            "the members of a group are not changed",
            (operation, resource) => resource.Type.Name == "Group" ? Without(operation, "members") : operation
        ),
        Done(
            "active-passed-over",
            "whether a user is active is not changed",
            operation => Without(operation, "active")
        ),
        Done(
            "emails-passed-over",
            "the e-mail addresses of a user are not changed",
            operation => Without(operation, "emails")
        ),
        Done(
            "member-remove-removes-all",
            "remove of one member removes all",
            (operation, resource) =>
                Is(operation["op"].Text() ?? "", "remove")
                && operation["path"].Text()?.StartsWith("members[", StringComparison.Ordinal) == true
                    ? Path(operation, "members")
                    : operation
        ),
        Done(
            "member-remove-passed-over",
            "remove of one member does nothing",
            operation =>
                operation["op"].Text() == "remove"
                && operation["path"].Text()?.StartsWith("members[", StringComparison.Ordinal) == true
                    ? null
                    : operation
        ),
        Done(
            "member-add-replaces",
            "a member that is added takes the place of all others",
            operation => operation["path"].Text() == "members" ? Op(operation, "add", "replace") : operation
        ),
        Done(
            "member-replace-adds",
            "members that replace the others are added to them",
            operation => operation["path"].Text() == "members" ? Op(operation, "replace", "add") : operation
        ),
        Done(
            "primary-not-taken",
            "what is added is never primary",
            operation => operation["op"].Text() == "add" ? With(operation, Secondary(operation["value"])) : operation
        ),
        Done(
            "required-removed-quietly",
            "remove of what is required does nothing and is answered with 200",
            operation =>
                operation["op"].Text() == "remove"
                && operation["path"].Text() is { } path
                && Known.Types.Any(type => Name.Of(type, path)?.Last.Required == true)
                    ? null
                    : operation
        ),
        Done(
            "remove-without-path-passed-over",
            "remove without a path does nothing and is answered with 200",
            operation => operation["op"].Text() == "remove" && operation["path"] is null ? null : operation
        ),
        Done(
            "unknown-op-passed-over",
            "an op that there is not does nothing and is answered with 200",
            operation => operation["op"].Text() is "add" or "replace" or "remove" ? operation : null
        ),
        Done(
            "unknown-op-is-replace",
            "an op that there is not is taken for replace",
            operation =>
                operation["op"].Text() is "add" or "replace" or "remove"
                    ? operation
                    : Op(operation, operation["op"].Text()!, "replace")
        ),
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

    private static Breakage Done(string name, string says, Func<JsonObject, JsonObject?> change) =>
        Done(name, says, (operation, _) => change(operation));

    private static Breakage Done(string name, string says, Func<JsonObject, Resource, JsonObject?> change) =>
        new(name, Section, says, Operations(change));

    private static Detour Of(Func<JsonArray, IEnumerable<JsonNode?>> which) =>
        Asks(
            ask => Patches(ask) && OperationsOf(ask) is { Count: > 1 },
            ask =>
                ask.With(body =>
                    body["Operations"] = new JsonArray([.. which(OperationsOf(ask)!).Select(one => one!.DeepClone())])
                )
        );

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

    private static JsonObject Whole(JsonObject operation, Resource resource)
    {
        foreach (var attribute in resource.Type.Core.Attributes.Where(one => one is { Type: "complex", Many: false }))
            if (
                (
                    operation["path"].Text() == attribute.Name ? operation["value"]
                    : operation["path"] is null ? (operation["value"] as JsonObject)?[attribute.Name]
                    : null
                )
                is JsonObject given
            )
                foreach (var sub in attribute.Sub.Where(sub => given[sub.Name] is null))
                    given[sub.Name] = null;
        return operation;
    }

    private static JsonObject Op(JsonObject operation, string from, string to)
    {
        if (operation["op"].Text() == from)
            operation["op"] = to;
        return operation;
    }

    private static JsonObject With(JsonObject operation, JsonNode? value)
    {
        operation["value"] = value?.DeepClone();
        return operation;
    }

    private static JsonObject Path(JsonObject operation, string path)
    {
        operation["path"] = path;
        return operation;
    }

    private static bool IsBare(JsonObject operation) => operation["path"] is null && operation["value"] is JsonObject;

    // Of a value without a path only some attributes are taken.
    private static JsonObject? Members(JsonObject operation, Func<string, JsonObject, bool> which)
    {
        if (!IsBare(operation))
            return operation;
        var members = operation["value"]!.AsObject();
        var taken = members
            .Where(one => which(one.Key, members))
            .Select(one => KeyValuePair.Create(one.Key, one.Value?.DeepClone()))
            .ToList();
        return taken.Count == 0 ? null : With(operation, new JsonObject(taken));
    }

    private static JsonObject? Without(JsonObject operation, string name) =>
        operation["path"].Text() is { } path
            ? Known.Types.Any(type => Name.Of(type, path.Split('[')[0])?.Attribute.Name == name)
                ? null
                : operation
            : Members(operation, (one, _) => !Is(one, name));

    private static bool IsFalsy(JsonNode? value) => value?.GetValueKind() == JsonValueKind.False || value.Text() == "";

    private static JsonNode? Secondary(JsonNode? value)
    {
        foreach (var one in Documents.Objects(value))
            one.Remove("primary");
        return value;
    }
}
