using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.Breakage;

namespace ScimGateway.Conformance.Tests.Faults.Everywhere;

/// <summary>The path of an operation hits something else than it says (RFC 7644 §3.5.2).</summary>
internal static partial class OfPatchPaths
{
    private const string Section = "RFC7644-3.5.2";

    public static readonly Breakage[] All =
    [
        Refuses(
            "core-urn-path-refused",
            "a path with the URN of the schema is refused",
            path => path.StartsWith("urn:ietf:params:scim:schemas:core:", StringComparison.OrdinalIgnoreCase)
        ),
        Refuses("extension-path-refused", "a path into an extension is refused", IsExtension),
        Refuses(
            "path-case-exact",
            "a path in other letters than the schema's is refused",
            path =>
                path.Length > 0
                && Definition(path) is { } known
                && !path.Contains(known.Attribute.Name, StringComparison.Ordinal)
        ),
        Refuses("value-path-refused-in-path", "a path with a filter is refused", path => path.Contains('[')),
        Refuses(
            "sub-path-refused",
            "a path of a sub-attribute is refused",
            path => !path.Contains('[') && Definition(path)?.Sub is not null
        ),
        Refuses(
            "sub-behind-filter-refused",
            "a sub-attribute behind a filter is refused",
            path => path.Contains("].", StringComparison.Ordinal)
        ),
        Refuses(
            "and-in-path-refused",
            "a path whose filter has two conditions is refused",
            path => path.Contains(" and ", StringComparison.OrdinalIgnoreCase)
        ),
        Passed(
            "core-urn-path-passed-over",
            "an operation on a path with the URN of the schema does nothing",
            path => path.StartsWith("urn:ietf:params:scim:schemas:core:", StringComparison.OrdinalIgnoreCase)
        ),
        Passed("extension-path-passed-over", "an operation on a path into an extension does nothing", IsExtension),
        Passed(
            "filter-in-path-passed-over",
            "an operation on a path with a filter does nothing",
            path => path.Contains('[')
        ),
        Passed(
            "sub-path-passed-over",
            "an operation on a sub-attribute does nothing",
            path => !path.Contains('[') && Definition(path)?.Sub is not null
        ),
        Passed("external-id-passed-over", "a change of externalId does nothing", path => Is(path, "externalId")),
        Passed(
            "unknown-path-passed-over",
            "an operation on an attribute that there is not does nothing",
            path => path.Length > 0 && Definition(path) is null
        ),
        Passed(
            "read-only-path-passed-over",
            "an operation on what is read-only does nothing and is answered with 200",
            path => Definition(path) is { } known && (known.Attribute.IsReadOnly || known.Sub?.IsReadOnly == true)
        ),
        Changed(
            "filter-in-path-dropped",
            "the filter of a path is passed over: each value is hit",
            path => InPath().Replace(path, "")
        ),
        Changed(
            "filter-hits-first",
            "whatever the filter of a path says, the first value is hit",
            (path, resource) => First(path, resource, 0)
        ),
        Changed(
            "filter-hits-last",
            "whatever the filter of a path says, the last value is hit",
            (path, resource) => First(path, resource, ^1)
        ),
        Operation(
            "remove-by-filter-removes-all",
            "remove of one value removes all of them",
            operation => operation["op"].Text() == "remove" && Whole().IsMatch(Path(operation)),
            Bare
        ),
        Operation(
            "remove-of-sub-removes-value",
            "remove of a sub-attribute of one value removes the value",
            operation => operation["op"].Text() == "remove" && Path(operation).Contains("].", StringComparison.Ordinal),
            operation => operation["path"] = Path(operation)[..(Path(operation).IndexOf(']') + 1)]
        ),
        Operation(
            "remove-of-sub-removes-all",
            "remove of a sub-attribute removes the whole attribute",
            operation =>
                operation["op"].Text() == "remove"
                && !Path(operation).Contains('[')
                && Definition(Path(operation)) is { Sub: not null },
            operation => operation["path"] = Path(operation)[..Path(operation).LastIndexOf('.')]
        ),
        Operation(
            "remove-by-filter-passed-over",
            "remove of one value does nothing",
            operation => operation["op"].Text() == "remove" && Whole().IsMatch(Path(operation)),
            null
        ),
        Operation(
            "remove-passed-over",
            "remove does nothing",
            operation => operation["op"].Text() == "remove" && Path(operation).Length > 0,
            null
        ),
        Operation(
            "remove-of-all-passed-over",
            "remove of an attribute with several values does nothing",
            operation =>
                operation["op"].Text() == "remove"
                && Definition(Path(operation)) is { Attribute.Many: true, Sub: null },
            null
        ),
        Operation(
            "remove-in-extension-passed-over",
            "remove of what is in an extension does nothing",
            operation => operation["op"].Text() == "remove" && IsExtension(Path(operation)),
            null
        ),
        new("replace-of-sub-loses-the-rest", Section, "replace of a sub-attribute loses the others", Operations(Lone)),
        new(
            "replace-of-sub-of-value-loses-the-rest",
            Section,
            "replace of a sub-attribute of one value loses the others of that value",
            Operations(LoneOfValue)
        ),
        new(
            "unmatched-replace-passed-over",
            "RFC7644-3.5.2.3",
            "replace of a value that there is not is answered with 200",
            Operations(
                (operation, resource) =>
                    operation["op"].Text() == "replace" && Path(operation).Contains('[') && !Hits(operation, resource)
                        ? null
                        : operation
            )
        ),
        new(
            "replace-of-absent-refused",
            "RFC7644-3.5.2.3",
            "replace of what has no value is refused",
            (ask, scim) =>
                Meant(ask, scim) is { } resource
                && OperationsOf(ask)
                    ?.OfType<JsonObject>()
                    .Any(one => one["op"].Text() == "replace" && IsAbsent(Path(one), resource)) == true
                && Patches(ask)
                    ? Refused(400, "noTarget", "There is nothing to replace.")
                    : scim.Handle(ask)
        ),
        Refuses(
            "filter-of-ids-only",
            "a path whose filter asks for anything but value is refused",
            path => path.Contains('[') && !path.Contains("[value ", StringComparison.OrdinalIgnoreCase)
        ),
    ];

    private static Breakage Refuses(string name, string says, Func<string, bool> which) =>
        new(
            name,
            Section,
            says,
            Instead(
                ask => Patches(ask) && OperationsOf(ask)?.OfType<JsonObject>().Any(one => which(Path(one))) == true,
                () => Refused(400, "invalidPath", "That path is not supported.")
            )
        );

    private static Breakage Passed(string name, string says, Func<string, bool> which) =>
        Operation(name, says, operation => which(Path(operation)), null);

    private static Breakage Changed(string name, string says, Func<string, string> change) =>
        Changed(name, says, (path, _) => change(path));

    private static Breakage Changed(string name, string says, Func<string, Resource, string> change) =>
        new(
            name,
            Section,
            says,
            Operations(
                (operation, resource) =>
                {
                    if (Path(operation).Length > 0)
                        operation["path"] = change(Path(operation), resource);
                    return operation;
                }
            )
        );

    private static Breakage Operation(
        string name,
        string says,
        Func<JsonObject, bool> which,
        Action<JsonObject>? change
    ) =>
        new(
            name,
            Section,
            says,
            Operations(operation =>
            {
                if (!which(operation))
                    return operation;
                change?.Invoke(operation);
                return change is null ? null : operation;
            })
        );

    private static string Path(JsonObject operation) => operation["path"].Text() ?? "";

    private static void Bare(JsonObject operation) => operation["path"] = InPath().Replace(Path(operation), "");

    private static bool IsExtension(string path) =>
        path.StartsWith("urn:ietf:params:scim:schemas:extension:", StringComparison.OrdinalIgnoreCase);

    // What a path names, be it of a user or a group.
    private static Name? Definition(string path) =>
        Known.Types.Select(type => Name.Of(type, InPath().Replace(path, ""))).FirstOrDefault(name => name is not null);

    // The filter of a path is that of the value at an index.
    private static string First(string path, Resource resource, Index at) =>
        InPath().Match(path) is { Success: true } filter
        && Definition(path[..filter.Index]) is { } name
        && name.Container(resource.Written)?[name.Attribute.Name] is JsonArray { Count: > 0 } values
        && values[at]!["value"] is { } value
            ? InPath().Replace(path, _ => $"[value eq {value.ToJsonString()}]")
            : path;

    private static bool Hits(JsonObject operation, Resource resource) =>
        InPath().Match(Path(operation)) is { Success: true } filter
        && Definition(Path(operation)[..filter.Index]) is { } name
        && resource.Type.Core.Attributes.Contains(name.Attribute)
        && Documents
            .Objects(name.Container(resource.Written)?[name.Attribute.Name])
            .Any(Filters.Of(name.Attribute, filter.Groups[1].Value, Filters.Compare));

    private static bool IsAbsent(string path, Resource resource) =>
        path.Length > 0
        && !path.Contains('[')
        && Definition(path) is { } name
        && !name.Attribute.IsReadOnly
        && name.Container(resource.Written)?[name.Attribute.Name] is null;

    private static JsonObject Lone(JsonObject operation)
    {
        if (
            operation["op"].Text() != "replace"
            || Path(operation).Contains('[')
            || Definition(Path(operation)) is not { Sub: { } sub, Attribute.Many: false }
        )
            return operation;
        // What is merged has each of the others as nothing.
        var path = Path(operation)[..Path(operation).LastIndexOf('.')];
        var all = Definition(path)!.Attribute.Sub.Where(one => !one.IsReadOnly);
        (operation["path"], operation["value"]) = (
            path,
            new JsonObject(
                all.Select(one => KeyValuePair.Create(one.Name, one == sub ? operation["value"]?.DeepClone() : null))
            )
        );
        return operation;
    }

    private static JsonObject LoneOfValue(JsonObject operation)
    {
        if (
            operation["op"].Text() == "replace"
            && Definition(Path(operation)) is { Sub: { } sub }
            && Path(operation).Contains("].", StringComparison.Ordinal)
        )
            (operation["path"], operation["value"]) = (
                Path(operation)[..(Path(operation).IndexOf(']') + 1)],
                new JsonObject { [sub.Name] = operation["value"]?.DeepClone() }
            );
        return operation;
    }

    [GeneratedRegex("""\[((?:"(?:\\.|[^"\\])*"|[^"\]])*)\]""")]
    private static partial Regex InPath();

    [GeneratedRegex(@"\]$")]
    private static partial Regex Whole();
}
