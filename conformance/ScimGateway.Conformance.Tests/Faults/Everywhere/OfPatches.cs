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
        new(
            "primary-not-moved",
            Section,
            "a value that is to be primary is refused while another is",
            (ask, scim) =>
                Patches(ask)
                && Meant(ask, scim) is { } resource
                && OperationsOf(ask)?.OfType<JsonObject>().Any(one => Enthrones(one, resource)) == true
                    ? Refused(400, "invalidValue", "There is a primary value.")
                    : scim.Handle(ask)
        ),
        Done(
            "primary-of-value-passed-over",
            "a value that is there is not made primary",
            (operation, resource) =>
                operation["path"].Text()?.Contains('[') == true && Enthrones(operation, resource) ? null : operation
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
    ];

    private static Breakage Done(string name, string says, Func<JsonObject, JsonObject?> change) =>
        Done(name, says, (operation, _) => change(operation));

    private static Breakage Done(string name, string says, Func<JsonObject, Resource, JsonObject?> change) =>
        new(name, Section, says, Operations(change));

    public static Detour Of(Func<JsonArray, IEnumerable<JsonNode?>> which) =>
        Asks(
            ask => Patches(ask) && OperationsOf(ask) is { Count: > 1 },
            ask =>
                ask.With(body =>
                    body["Operations"] = new JsonArray([.. which(OperationsOf(ask)!).Select(one => one!.DeepClone())])
                )
        );

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

    // Whether it makes a value primary while another is.
    private static bool Enthrones(JsonObject operation, Resource resource) =>
        operation["op"].Text() != "remove"
        && operation["path"].Text() is { } path
        && (
            path.EndsWith(".primary", StringComparison.Ordinal)
                ? operation["value"].Flag()
                : Documents.Objects(operation["value"]).Any(one => one["primary"].Flag())
        )
        && (path.Contains('[') || operation["op"].Text() == "add")
        && resource.Written.Values(path.Split('[', '.')[0]).Any(one => one["primary"].Flag());

    private static bool IsFalsy(JsonNode? value) => value?.GetValueKind() == JsonValueKind.False || value.Text() == "";

    private static JsonNode? Secondary(JsonNode? value)
    {
        foreach (var one in Documents.Objects(value))
            one.Remove("primary");
        return value;
    }
}
