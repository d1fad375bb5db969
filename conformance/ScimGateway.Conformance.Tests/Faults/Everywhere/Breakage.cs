using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ScimGateway.Conformance.Tests.Sound;

namespace ScimGateway.Conformance.Tests.Faults.Everywhere;

/// <summary>
/// One behaviour that a server has wrong wherever it comes up, written without a look at what the suite asks: whether
/// it is found says what the suite is worth.
/// </summary>
/// <param name="Name">What it is called, in a few words with hyphens.</param>
/// <param name="Section">Of which RFC and section it is no more true.</param>
/// <param name="Says">What the server does.</param>
/// <param name="Detour">How it does so, in a bulk request as well.</param>
internal sealed partial record Breakage(string Name, string Section, string Says, Detour Detour)
{
    /// <summary>All there are.</summary>
    public static IReadOnlyList<Breakage> All { get; } =
    [
        .. OfSecrets.All,
        .. OfComparisons.All,
        .. OfFilters.All,
        .. OfRefusedFilters.All,
        .. OfUnreadFilters.All,
        .. OfPatchPaths.All,
        .. OfPatches.All,
        .. OfPatchAnswers.All,
        .. OfVersions.All,
        .. OfMeta.All,
        .. OfProjections.All,
        .. OfDefaults.All,
        .. OfSorting.All,
        .. OfPages.All,
        .. OfLists.All,
        .. OfCursors.All,
        .. OfErrors.All,
        .. OfDeletes.All,
        .. OfDeletedMembers.All,
        .. OfCreating.All,
        .. OfTaking.All,
        .. OfWhatIsKept.All,
        .. OfReplacing.All,
        .. OfReplaced.All,
        .. OfConfiguration.All,
        .. OfDiscovery.All,
        .. OfSchemas.All,
        .. OfNamedSchemas.All,
        .. OfBulkAnswers.All,
        .. OfBulk.All,
        .. OfBulkLimits.All,
        .. OfTheDoor.All,
        .. OfFormats.All,
        .. OfValues.All,
        .. OfMembers.All,
        .. OfTheField.All,
    ];

    /// <summary>Requests of a kind are understood otherwise.</summary>
    public static Detour Asks(Func<Ask, bool> when, Func<Ask, Ask> change) =>
        (ask, scim) => scim.Handle(when(ask) ? change(ask) : ask);

    /// <summary>Requests of a kind are answered otherwise, whether they were carried out or not.</summary>
    public static Detour Answers(Func<Ask, bool> when, Action<Ask, Answer> change) =>
        (ask, scim) =>
        {
            var answer = scim.Handle(ask);
            if (when(ask))
                change(ask, answer);
            return answer;
        };

    /// <summary>What was answered so is answered otherwise.</summary>
    public static Detour Afterwards(Func<Ask, Answer, bool> when, Detour otherwise) =>
        (ask, scim) => scim.Handle(ask) is var answer && when(ask, answer) ? otherwise(ask, scim) : answer;

    /// <summary>Requests of a kind are answered so, and nothing is done.</summary>
    public static Detour Instead(Func<Ask, bool> when, Func<Answer> answer) =>
        (ask, scim) => when(ask) ? answer() : scim.Handle(ask);

    /// <summary>Users and groups are shown otherwise where requests of a kind are carried out.</summary>
    public static Detour Shows(Func<Ask, bool> when, Action<JsonObject> change) =>
        Shows(when, (shown, _) => change(shown));

    /// <summary>The same, with a look at what is kept of them.</summary>
    public static Detour Shows(Func<Ask, bool> when, Action<JsonObject, Resource> change) =>
        (ask, scim) =>
        {
            var answer = scim.Handle(ask);
            if (!answer.IsFine || !IsOfResources(ask) || !when(ask))
                return answer;
            foreach (var shown in answer.Shown.ToList())
                if (scim.Resources.FirstOrDefault(one => one.Id == shown["id"].Text()) is { } kept)
                    change(shown, kept);
            return answer;
        };

    /// <summary>What a list is asked for is understood otherwise, in a URL and in a search.</summary>
    public static Detour Lists(string parameter, Func<string, string?> change) =>
        Asks(
            ask => IsList(ask) && Parameter(ask, parameter) is not null,
            ask => With(ask, parameter, change(Parameter(ask, parameter)!))
        );

    /// <summary>Each operation of a PATCH is understood otherwise; none where it is passed over.</summary>
    public static Detour Operations(Func<JsonObject, JsonObject?> change) =>
        Operations((operation, _) => change(operation));

    /// <summary>The same, with a look at the resource as it is before.</summary>
    public static Detour Operations(Func<JsonObject, Resource, JsonObject?> change) =>
        (ask, scim) =>
        {
            if (!Patches(ask) || Meant(ask, scim) is not { } resource || OperationsOf(ask) is not { Count: > 0 } given)
                return scim.Handle(ask);
            var done = given
                .Select(one => one is JsonObject operation ? change(Copy(operation), resource) : one!.DeepClone())
                .Where(one => one is not null)
                .ToList();
            return scim.Handle(
                done.Count == 0
                    ? ask with
                    {
                        Method = "GET",
                    }
                    : ask.With(body => body["Operations"] = new JsonArray([.. done]))
            );
        };

    public static JsonArray? OperationsOf(Ask ask) => (ask.Body as JsonObject)?["Operations"] as JsonArray;

    /// <summary>Whether it is about users and groups, and not about the server or several operations.</summary>
    public static bool IsOfResources(Ask ask) => ask.Path.Split('/')[0] is "" or ".search" or "Users" or "Groups";

    /// <summary>Whether it wants a list, in either way.</summary>
    public static bool IsList(Ask ask) =>
        ask is { Method: "GET", Path: "" or "Users" or "Groups" }
        || (ask.Method == "POST" && ask.Path.EndsWith(".search", StringComparison.Ordinal));

    /// <summary>Whether it is about one user or group.</summary>
    public static bool IsOfOne(Ask ask) => ask.Path.Split('/') is ["Users" or "Groups", not ".search"];

    /// <summary>Whether it creates a user or group.</summary>
    public static bool Creates(Ask ask) => ask is { Method: "POST", Path: "Users" or "Groups" };

    public static bool Replaces(Ask ask) => ask.Method == "PUT" && IsOfOne(ask);

    public static bool Patches(Ask ask) => ask.Method == "PATCH" && IsOfOne(ask);

    public static bool Deletes(Ask ask) => ask.Method == "DELETE" && IsOfOne(ask);

    public static bool Reads(Ask ask) => ask.Method == "GET" && IsOfOne(ask);

    public static bool Always(Ask ask) => true;

    /// <summary>Which user or group a request is about; null if there is none.</summary>
    public static Resource? Meant(Ask ask, SoundScim scim) => IsOfOne(ask) ? Fault.Meant(ask, scim) : null;

    /// <summary>What a list is asked for, in a URL or in a search.</summary>
    public static string? Parameter(Ask ask, string name) =>
        ask.Method != "POST" ? ask.Query[name]
        : (ask.Body as JsonObject)?[name] is { } value
            ? value is JsonArray several ? string.Join(',', several.Select(Texts.Text))
                : value.ToString()
        : null;

    /// <summary>The same list, asked for otherwise.</summary>
    public static Ask With(Ask ask, string name, string? value) =>
        ask.Method != "POST" ? ask.With(name, value)
        : value is null ? ask.With(body => body.Remove(name))
        : ask.With(body => body[name] = value);

    /// <summary>A copy in which each text is another, wherever it stands.</summary>
    public static JsonNode? EachText(JsonNode? node, Func<string, string> change) =>
        node switch
        {
            JsonObject members => new JsonObject(
                members.Select(one => KeyValuePair.Create(one.Key, EachText(one.Value, change)))
            ),
            JsonArray values => new JsonArray([.. values.Select(one => EachText(one, change))]),
            _ => node.Text() is { } text ? change(text) : node?.DeepClone(),
        };

    public static JsonObject Copy(JsonObject of) => of.DeepClone().AsObject();

    /// <summary>The words of a filter.</summary>
    public static IReadOnlyList<string> Words(string filter) => [.. Word().Matches(filter).Select(one => one.Value)];

    /// <summary>Whether a word of a filter is a value in quotation marks.</summary>
    public static bool IsText(string word) => word[0] == '"';

    public static bool Is(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);

    public static Answer Refused(int status, string? scimType, string detail) =>
        new Refusal(status, scimType, detail).Answer();

    /// <summary>A list of nothing.</summary>
    public static Answer Nothing() =>
        new(
            200,
            new JsonObject
            {
                ["schemas"] = new JsonArray("urn:ietf:params:scim:api:messages:2.0:ListResponse"),
                ["totalResults"] = 0,
                ["itemsPerPage"] = 0,
                ["startIndex"] = 1,
                ["Resources"] = new JsonArray(),
            }
        );

    [GeneratedRegex(
        """
            "(?:[^"\\]|\\.)*"|[()\[\]]|[^\s()\[\]"]+|"
            """
    )]
    private static partial Regex Word();
}
