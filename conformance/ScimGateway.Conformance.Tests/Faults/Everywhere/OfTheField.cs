using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.Breakage;

namespace ScimGateway.Conformance.Tests.Faults.Everywhere;

/// <summary>
/// Forty that were written last, without a look at the checks and beside all that were here: what servers in the field
/// are said to have wrong. How many were found at once is the measure that the README gives.
/// </summary>
internal static partial class OfTheField
{
    private const string Filtering = "RFC7644-3.4.2.2";
    private const string Patching = "RFC7644-3.5.2";
    private const string Extension = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    // What a bulk request's own operations bear, so that they are known from others.
    private const string Mark = "within-bulk";

    public static readonly Breakage[] All =
    [
        new(
            "taken-of-inactive-user",
            "RFC7643-4.1.1",
            "the name of a user who is not active may be taken by another",
            OfCreating.Renaming((_, _) => true, (_, one) => IsInactive(one))
        ),
        new(
            "patch-takes-taken-name",
            "RFC7643-4.1.1",
            "PATCH with a name that is taken is answered with 200",
            PatchTakesTakenName
        ),
        new(
            "bulk-takes-taken-name",
            "RFC7643-4.1.1",
            "a name that is taken is given once more in a bulk request",
            Marked(OfCreating.Renaming((_, _) => true, (ask, _) => ask.Header(Mark) is not null))
        ),
        new(
            "inactive-not-in-lists",
            "RFC7644-3.4.2",
            "who is not active is in no list, and found by no filter",
            InactiveNotInLists
        ),
        new("id-made-of-name", "RFC7643-3.1", "the id of a user follows from the name, and changes with it", IdOfName),
        new("one-value-per-type", "RFC7643-2.4", "of several values of one type the last is kept", OnePerType),
        new(
            "operations-see-the-beginning",
            Patching,
            "a filter in a path does not see what the operations before have done",
            OperationsSeeTheBeginning
        ),
        new(
            "bracket-in-path-value-refused",
            Patching,
            "a path is refused whose filter has a bracket within a value",
            Instead(
                ask => Paths(ask).Any(path => BracketWithin().IsMatch(path)),
                () => Refused(400, "invalidPath", "The path is not understood.")
            )
        ),
        new(
            "null-of-patch-refused",
            "RFC7643-2.5",
            "an operation whose value is null is refused",
            Instead(
                ask =>
                    Given(ask)
                        .Any(one => one["op"].Text() != "remove" && one.ContainsKey("value") && one["value"] is null),
                () => Refused(400, "invalidValue", "A value is wanted.")
            )
        ),
        new(
            "operators-in-path-refused",
            Patching,
            "filters in paths have eq alone",
            Instead(
                ask => Paths(ask).Any(path => Inner(path) is { } filter && OtherOperator().IsMatch(filter)),
                () => Refused(400, "invalidFilter", "The operator is not known.")
            )
        ),
        new(
            "flags-in-path-unmatched",
            Patching,
            "no value is found by a filter in a path that compares with true or false",
            Instead(
                ask => Paths(ask).Any(path => Inner(path) is { } filter && Flag().IsMatch(filter)),
                () => Refused(400, "noTarget", "No value is such.")
            )
        ),
        new(
            "wrong-type-of-patch-passed-over",
            "RFC7643-2.3",
            "PATCH with a value of another type than the schema's is answered with 200, and nothing is done",
            Afterwards((ask, answer) => Patches(ask) && IsOfWrongType(answer), (ask, scim) => Read(ask, scim))
        ),
        new(
            "last-modified-stays-with-members",
            "RFC7643-3.1",
            "lastModified of a group stays when its members are patched",
            MembersPatched((group, before) => group.Changed = before.Changed)
        ),
        new(
            "version-stays-with-members",
            "RFC7644-3.14",
            "the version of a group stays when its members are patched",
            MembersPatched((group, before) => group.Turns = before.Turns)
        ),
        new(
            "group-names-unique",
            "RFC7643-7",
            "a second group of the same displayName is refused, though it need not be unique",
            (ask, scim) =>
                Creates(ask)
                && ask.Path == "Groups"
                && (ask.Body as JsonObject)?["displayName"].Text() is { } name
                && scim.Resources.Any(one => one.Type.Name == "Group" && one.Written["displayName"].Text() == name)
                    ? Refused(409, "uniqueness", $"There is a group {name} already.")
                    : scim.Handle(ask)
        ),
        new(
            "filter-split-at-eq",
            Filtering,
            "of a value that has eq within it only what is before it is looked for",
            Lists(
                "filter",
                filter =>
                    Rewritten(
                        filter,
                        (_, word) =>
                            IsText(word) && word.IndexOf("eq", StringComparison.Ordinal) is > 0 and var at
                                ? $"{word[..at]}\""
                                : word
                    )
            )
        ),
        new(
            "offset-of-dates-passed-over",
            Filtering,
            "of a date in a filter the offset is passed over",
            Lists("filter", filter => Offset().Replace(filter, "$1Z"))
        ),
        new("dates-compared-by-second", Filtering, "dates are compared by the second", Compared(BySecond)),
        new(
            "schemas-not-found",
            Filtering,
            "nobody is found by schemas",
            Compared(
                (name, op, value, resource) =>
                    name?.Attribute.Name != "schemas" && Filters.Compare(name, op, value, resource)
            )
        ),
        new(
            "unclosed-grouping-taken",
            Filtering,
            "a parenthesis that is not closed is taken for a whole filter",
            Lists(
                "filter",
                filter =>
                    filter
                    + new string(
                        ')',
                        Math.Max(0, Words(filter).Count(word => word == "(") - Words(filter).Count(word => word == ")"))
                    )
            )
        ),
        new(
            "unquoted-value-taken",
            Filtering,
            "a value without quotation marks is taken for a text",
            Lists(
                "filter",
                filter =>
                    Rewritten(
                        filter,
                        (before, word) =>
                            before is not null && Operator().IsMatch(before) && !Value().IsMatch(word)
                                ? $"\"{word}\""
                                : word
                    )
            )
        ),
        new(
            "total-is-capped",
            "RFC7644-3.4.2",
            "totalResults is never more than a page may have",
            Answers(
                IsList,
                (_, answer) =>
                {
                    if (answer.Body is JsonObject list && list["totalResults"]?.GetValue<int>() > SoundScim.MostResults)
                        list["totalResults"] = SoundScim.MostResults;
                }
            )
        ),
        new(
            "last-page-filled",
            "RFC7644-3.4.2.4",
            "the last page begins before startIndex so that it is full",
            LastPageFilled
        ),
        new("filter-within-page", Filtering, "only what is on a page is filtered", FilterWithinPage),
        new(
            "sort-with-filter-passed-over",
            "RFC7644-3.4.2.3",
            "sortBy is passed over where there is a filter",
            Asks(
                ask => IsList(ask) && Parameter(ask, "filter") is not null && Parameter(ask, "sortBy") is not null,
                ask => With(ask, "sortBy", null)
            )
        ),
        new(
            "filter-sees-shown-only",
            Filtering,
            "a filter finds nobody by what attributes does not name",
            (ask, scim) =>
                scim.Handle(ask) is var answer
                && IsList(ask)
                && answer.IsFine
                && Parameter(ask, "attributes") is { Length: > 0 } shown
                && Parameter(ask, "filter") is { } filter
                && Compares(filter).Any(name => !shown.Split(',').Any(one => Is(Top(one.Trim()), Top(name))))
                    ? Nothing()
                    : answer
        ),
        new(
            "extension-shown-whole",
            "RFC7644-3.9",
            "who asks for one attribute of an extension is shown all of it",
            Shows(
                ask => (ask.Query["attributes"] ?? Parameter(ask, "attributes")) is not null,
                (shown, kept) =>
                {
                    if (shown[Extension] is not null && kept.Written[Extension] is { } whole)
                        shown[Extension] = whole.DeepClone();
                }
            )
        ),
        new(
            "cursor-passes-over-attributes",
            "RFC7644-3.9",
            "attributes is passed over from the second page of a cursor on",
            Asks(
                ask =>
                    IsList(ask)
                    && Parameter(ask, "cursor") is { Length: > 0 }
                    && Parameter(ask, "attributes") is not null,
                ask => With(ask, "attributes", null)
            )
        ),
        new(
            "bulk-id-in-manager-not-resolved",
            "RFC7644-3.7.2",
            "a bulkId is not resolved where it is the value of a manager",
            (ask, scim) =>
            {
                var answer = scim.Handle(
                    ask.Path == "Bulk" ? ask with { Text = OfManager().Replace(ask.Text, "$1unresolved:") } : ask
                );
                answer.Body = EachText(
                    answer.Body,
                    text => text.StartsWith("unresolved:", StringComparison.Ordinal) ? $"bulkId:{text[11..]}" : text
                );
                return answer;
            }
        ),
        new(
            "bulk-failed-always-400",
            "RFC7644-3.7.3",
            "the status of each operation that fails is 400",
            Failed(result => result["status"] = "400")
        ),
        new(
            "bulk-error-of-own-form",
            "RFC7644-3.7.3",
            "the response of an operation that fails has a message alone",
            Failed(result => result["response"] = new JsonObject { ["message"] = "It could not be done." })
        ),
        new(
            "bulk-failed-without-location",
            "RFC7644-3.7",
            "an operation that fails on a resource that there is has no location",
            Failed(result =>
            {
                if (result["method"].Text() != "POST")
                    result.Remove("location");
            })
        ),
        new(
            "extension-required-missing",
            "RFC7643-6",
            "types do not say whether an extension is required",
            Answers(
                ask => ask.Is("GET", "ResourceTypes"),
                (_, answer) =>
                {
                    foreach (var one in answer.Shown.SelectMany(type => type.Values("schemaExtensions")))
                        one.Remove("required");
                }
            )
        ),
        new(
            "sub-definitions-bare",
            "RFC7643-7",
            "sub-attributes have a name alone in schemas",
            Answers(
                ask => ask.Is("GET", "Schemas"),
                (_, answer) =>
                {
                    foreach (var one in answer.Shown.SelectMany(schema => schema.Values("attributes")))
                    foreach (var sub in one.Values("subAttributes"))
                    foreach (var name in sub.Select(member => member.Key).Where(name => name != "name").ToList())
                        sub.Remove(name);
                }
            )
        ),
        new(
            "error-detail-as-list",
            "RFC7644-3.12",
            "detail of an error is a list of texts",
            Answers(
                Always,
                (_, answer) =>
                {
                    if (!answer.IsFine && answer.Body is JsonObject error && error["detail"].Text() is { } detail)
                        error["detail"] = new JsonArray(detail);
                }
            )
        ),
        new(
            "version-of-seconds",
            "RFC7644-3.14",
            "the version is the second of the last change",
            OfVersions.Versioned(one =>
                string.Create(CultureInfo.InvariantCulture, $"W/\"{one.Changed.ToUnixTimeSeconds()}\"")
            )
        ),
        new(
            "done-in-spite-of-412",
            "RFC7644-3.14",
            "what is answered with 412 is done all the same",
            (ask, scim) =>
            {
                var answer = scim.Handle(ask);
                if (answer.Status == 412)
                    scim.Handle(ask.WithHeader("if-match", null));
                return answer;
            }
        ),
        new(
            "accept-of-several-refused",
            "RFC7644-3.8",
            "who accepts several types is refused",
            Instead(
                ask => ask.Header("accept")?.Contains(',', StringComparison.Ordinal) == true,
                () => Refused(406, null, "That is no type.")
            )
        ),
        new(
            "password-in-refusals",
            "RFC7643-4.1.1",
            "what is refused is repeated in the error, with its password",
            Answers(
                Always,
                (ask, answer) =>
                {
                    if (
                        answer is { IsFine: false, Body: JsonObject error }
                        && (ask.Body as JsonObject)?["password"].Text() is not null
                    )
                        error["detail"] = $"Not taken: {ask.Text}";
                }
            )
        ),
        new(
            "sub-names-case-exact-in-body",
            "RFC7643-2.1",
            "sub-attributes in other letters than the schema's are passed over",
            Asks(ask => Creates(ask) || Replaces(ask), ask => ask.Body is JsonObject ? ask.With(SubNamesExact) : ask)
        ),
    ];

    private static bool IsInactive(Resource one) => one.Written["active"]?.ToJsonString() == "false";

    private static Detour Marked(Detour detour) =>
        (ask, scim) => detour(ask.Path == "Bulk" ? ask.WithHeader(Mark, "yes") : ask, scim);

    private static Detour Compared(Comparing compares) =>
        (ask, scim) =>
        {
            scim.Compares = compares;
            return scim.Handle(ask);
        };

    private static Answer Read(Ask ask, SoundScim scim) =>
        scim.Handle(ask.WithHeader("if-none-match", null) with { Method = "GET" });

    private static Answer PatchTakesTakenName(Ask ask, SoundScim scim)
    {
        var answer = scim.Handle(ask);
        if (
            answer.Status != 409
            || !Patches(ask)
            || Meant(ask, scim) is not { } meant
            || Given(ask)
                .Select(one =>
                    Is(one["path"].Text() ?? "", "userName") ? one["value"].Text()
                    : one["value"] is JsonObject members ? members["userName"].Text()
                    : null
                )
                .LastOrDefault(name => name is not null)
                is not { } taken
        )
            return answer;
        meant.Written["userName"] = taken;
        meant.Turns++;
        return Read(ask, scim);
    }

    private static Answer InactiveNotInLists(Ask ask, SoundScim scim)
    {
        var answer = scim.Handle(ask);
        if (!IsList(ask) || answer.Body is not JsonObject list || list["Resources"] is not JsonArray shown)
            return answer;
        var gone = shown.RemoveAll(one => scim.Resources.Any(kept => kept.Id == one!["id"].Text() && IsInactive(kept)));
        list["totalResults"] = list["totalResults"]!.GetValue<int>() - gone;
        list["itemsPerPage"] = shown.Count;
        return answer;
    }

    private static Answer IdOfName(Ask ask, SoundScim scim)
    {
        string Known(string text) =>
            IdMadeOfName()
                .Replace(text, made => scim.Resources.FirstOrDefault(one => Made(one) == made.Value)?.Id ?? made.Value);
        string Shown(string text) =>
            scim
                .Resources.Where(one => one.Type.Name == "User")
                .Aggregate(text, (shown, one) => shown.Replace(one.Id, Made(one), StringComparison.Ordinal));
        var known = ask with { Path = Known(ask.Path), Text = Known(ask.Text) };
        if (ask.Filter is { } filter)
            known = known.With("filter", Known(filter));
        var answer = scim.Handle(known);
        answer.Body = EachText(answer.Body, Shown);
        foreach (var (name, value) in answer.Headers.ToList())
            answer.Headers[name] = Shown(value);
        return answer;
    }

    private static string? Made(Resource one) =>
        one.Written["userName"].Text() is { } name
            ? $"n0{Convert.ToHexStringLower(Encoding.UTF8.GetBytes(name))}0n"
            : null;

    private static Answer OnePerType(Ask ask, SoundScim scim)
    {
        if (!ask.Path.StartsWith("Users", StringComparison.Ordinal))
            return scim.Handle(ask);
        if ((Creates(ask) || Replaces(ask)) && ask.Body is JsonObject)
            return scim.Handle(ask.With(body => LastOfEachType(body)));
        var answer = scim.Handle(ask);
        if (Patches(ask) && answer.IsFine && Meant(ask, scim) is { } meant)
        {
            LastOfEachType(meant.Written);
            if (answer.Body is JsonObject shown)
                LastOfEachType(shown);
        }
        return answer;
    }

    private static void LastOfEachType(JsonObject user)
    {
        foreach (var (_, values) in user.ToList())
            if (values is JsonArray several)
                foreach (var one in several.OfType<JsonObject>().SkipLast(1).ToList())
                    if (
                        one["type"].Text() is { } type
                        && several.OfType<JsonObject>().Last(other => other["type"].Text() == type) != one
                    )
                        several.Remove(one);
    }

    private static Answer OperationsSeeTheBeginning(Ask ask, SoundScim scim)
    {
        if (Meant(ask, scim) is { } meant)
            foreach (
                var one in Given(ask).Where(one => one["path"].Text()?.Contains('[', StringComparison.Ordinal) == true)
            )
                try
                {
                    Sound.Patches.Applied(
                        meant.Type,
                        meant.Written,
                        new JsonObject { ["Operations"] = new JsonArray(one.DeepClone()) },
                        scim.Compares
                    );
                }
                catch (Refusal refusal)
                {
                    return refusal.Answer();
                }
        return scim.Handle(ask);
    }

    private static Detour MembersPatched(Action<Resource, (DateTimeOffset Changed, int Turns)> restore) =>
        (ask, scim) =>
        {
            if (
                Meant(ask, scim) is not { } group
                || !Paths(ask).Any(path => path.StartsWith("members", StringComparison.OrdinalIgnoreCase))
            )
                return scim.Handle(ask);
            var before = (group.Changed, group.Turns);
            var answer = scim.Handle(ask);
            if (!answer.IsFine)
                return answer;
            restore(group, before);
            answer.Headers["ETag"] = group.Version;
            if (answer.Body is JsonObject shown && shown["meta"] is JsonObject)
                shown["meta"] = scim.Whole(group)["meta"]!.DeepClone();
            return answer;
        };

    private static bool BySecond(Name? name, string op, JsonNode? value, JsonObject resource)
    {
        if (name?.Last.Type != "dateTime" || Second(value) is not { } second)
            return Filters.Compare(name, op, value, resource);
        var order = name.Values(resource).Select(Second).OfType<long>().Select(own => own.CompareTo(second)).ToList();
        return op switch
        {
            "eq" => order.Contains(0),
            "ne" => !order.Contains(0),
            "gt" => order.Contains(1),
            "ge" => order.Any(one => one >= 0),
            "lt" => order.Contains(-1),
            "le" => order.Any(one => one <= 0),
            _ => Filters.Compare(name, op, value, resource),
        };
    }

    private static long? Second(JsonNode? value) =>
        DateTimeOffset.TryParse(value.Text(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at.ToUnixTimeSeconds()
            : null;

    private static Answer LastPageFilled(Ask ask, SoundScim scim)
    {
        var answer = scim.Handle(ask);
        if (
            !IsList(ask)
            || answer.Body is not JsonObject list
            || !int.TryParse(Parameter(ask, "startIndex"), CultureInfo.InvariantCulture, out var start)
            || !int.TryParse(Parameter(ask, "count"), CultureInfo.InvariantCulture, out var count)
            || list["totalResults"]!.GetValue<int>() is var total
                && (start > total || start + count - 1 <= total || total < count)
        )
            return answer;
        var full = scim.Handle(With(ask, "startIndex", $"{total - count + 1}"));
        if (full.Body is JsonObject shown)
            shown["startIndex"] = start;
        return full;
    }

    private static Answer FilterWithinPage(Ask ask, SoundScim scim)
    {
        var answer = scim.Handle(ask);
        if (
            !IsList(ask)
            || !answer.IsFine
            || Parameter(ask, "filter") is null
            || Parameter(ask, "count") is null && Parameter(ask, "startIndex") is null
            || scim.Handle(With(With(ask, "startIndex", null), "count", null)).Body is not JsonObject found
            || answer.Body is not JsonObject list
        )
            return answer;
        var page = scim.Handle(With(ask, "filter", null)).Shown.Select(one => one["id"].Text()).ToHashSet();
        var within = Documents.Objects(found["Resources"]).Where(one => page.Contains(one["id"].Text())).ToList();
        list["Resources"] = new JsonArray([.. within.Select(one => one.DeepClone())]);
        list["totalResults"] = within.Count;
        list["itemsPerPage"] = within.Count;
        return answer;
    }

    private static Detour Failed(Action<JsonObject> change) =>
        Answers(
            ask => ask.Path == "Bulk",
            (_, answer) =>
            {
                foreach (var result in (answer.Body as JsonObject)?.Values("Operations") ?? [])
                    if (result["response"] is not null)
                        change(result);
            }
        );

    private static void SubNamesExact(JsonObject body)
    {
        foreach (var attribute in Known.Types.SelectMany(type => type.Core.Attributes).Where(one => one.Sub.Length > 0))
        foreach (var value in body.Values(attribute.Name))
        foreach (
            var name in value
                .Select(member => member.Key)
                .Where(name => attribute.Sub.All(sub => sub.Name != name) && attribute.SubOf(name) is not null)
                .ToList()
        )
            value.Remove(name);
    }

    private static bool IsOfWrongType(Answer answer) =>
        answer.Status == 400
        && (answer.Body as JsonObject)?["detail"].Text()?.Contains("is of the type", StringComparison.Ordinal) == true;

    private static IReadOnlyList<JsonObject> Given(Ask ask) =>
        Patches(ask) ? [.. (OperationsOf(ask) ?? []).OfType<JsonObject>()] : [];

    private static IEnumerable<string> Paths(Ask ask) => Given(ask).Select(one => one["path"].Text()).OfType<string>();

    private static string? Inner(string path) =>
        path.IndexOf('[', StringComparison.Ordinal) is > 0 and var at ? path[(at + 1)..] : null;

    // Each word of a filter is another, by the one before it.
    private static string Rewritten(string filter, Func<string?, string, string> change)
    {
        var words = Words(filter);
        return string.Join(' ', words.Select((word, i) => change(i == 0 ? null : words[i - 1], word)));
    }

    // What a filter compares.
    private static IEnumerable<string> Compares(string filter)
    {
        var words = Words(filter);
        return words.Where((_, i) => i + 1 < words.Count && (words[i + 1] == "[" || Operator().IsMatch(words[i + 1])));
    }

    private static string Top(string name) => name.Split(':')[^1].Split('.')[0];

    [GeneratedRegex("""\[.*"[^"]*[\[\]][^"]*".*\]""")]
    private static partial Regex BracketWithin();

    [GeneratedRegex(@"\s(ne|co|sw|ew|pr|gt|ge|lt|le)(\s|\]|$)", RegexOptions.IgnoreCase)]
    private static partial Regex OtherOperator();

    [GeneratedRegex(@"\seq (true|false)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Flag();

    [GeneratedRegex(@"(\d\d:\d\d:\d\d(?:\.\d+)?)[+-]\d\d:\d\d")]
    private static partial Regex Offset();

    [GeneratedRegex("^(eq|ne|co|sw|ew|pr|gt|ge|lt|le)$", RegexOptions.IgnoreCase)]
    private static partial Regex Operator();

    [GeneratedRegex("""^("|[()\[\]]|(true|false|null|-?[0-9.]+)$)""")]
    private static partial Regex Value();

    [GeneratedRegex("""("manager"\s*:\s*\{[^}]*"value"\s*:\s*")bulkId:""")]
    private static partial Regex OfManager();

    [GeneratedRegex("n0(?:[0-9a-f]{2})+0n")]
    private static partial Regex IdMadeOfName();
}
