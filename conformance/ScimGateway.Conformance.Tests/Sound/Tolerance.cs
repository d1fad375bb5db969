using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ScimGateway.Conformance.Tests.Sound;

/// <summary>What providers send beyond the RFCs, as far as the sound server can be told to bear it.</summary>
[Flags]
internal enum Habit
{
    None = 0,
    CapitalOperation = 1,
    BooleanAsText = 1 << 1,
    PathAsKey = 1 << 2,
    ReadOnlyInValue = 1 << 3,
    MissingElement = 1 << 4,
    RemoveListed = 1 << 5,
    BareValue = 1 << 6,
    ShortName = 1 << 7,
    UnknownExtension = 1 << 8,
    TwoPrimaries = 1 << 9,
    GroupNameOnce = 1 << 10,
    NoOperations = 1 << 11,
    ComparedValuePath = 1 << 12,
    ComplexForValue = 1 << 13,
    PackedJson = 1 << 14,
    LoneElement = 1 << 15,
    DottedUrn = 1 << 16,
    WrappedValue = 1 << 17,
    EmailForEmails = 1 << 18,
    UnquotedValue = 1 << 19,
    All = (1 << 20) - 1,
}

/// <summary>Makes of what a provider sends what the RFCs have for it, habit by habit.</summary>
internal sealed partial class Tolerance(Habit habits)
{
    private const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    private bool Bears(Habit habit) => habits.HasFlag(habit);

    /// <summary>The request as the RFCs have it.</summary>
    public Ask Plain(Ask ask, SoundScim scim)
    {
        if (habits == Habit.None)
            return ask;
        if (ask.Filter is { } filter)
            ask = ask.With("filter", Filtered(filter));
        if (ask.Method is "POST" or "PUT" && ask.Body is JsonObject)
        {
            if (Bears(Habit.GroupNameOnce) && ask is { Method: "POST", Path: "Groups" } && IsTaken(ask, scim))
                throw new Refusal(409, "uniqueness", "There is such a group.");
            return ask.With(Resource);
        }
        return ask.Method == "PATCH" && ask.Body is JsonObject patch && patch.Any("Operations") is JsonArray operations
            ? Patched(ask, scim, operations)
            : ask;
    }

    private static bool IsTaken(Ask ask, SoundScim scim) =>
        scim.Resources.Any(one =>
            one.Type.Name == "Group" && one.Written["displayName"].Text() == ask.Body!["displayName"].Text()
        );

    private string Filtered(string filter)
    {
        if (Bears(Habit.ComparedValuePath))
            filter = Compared().Replace(filter, "$1 and value eq $2]");
        if (Bears(Habit.ComplexForValue))
            filter = ManagerIs().Replace(filter, $"{Enterprise}:manager.value eq");
        if (Bears(Habit.EmailForEmails))
            filter = EmailIs().Replace(filter, "emails ");
        if (Bears(Habit.UnquotedValue))
            filter = Unquoted().Replace(filter, "$1 \"$2\"");
        return filter;
    }

    private void Resource(JsonObject body)
    {
        if (body[Enterprise] is JsonObject enterprise && enterprise["manager"] is { } manager)
            enterprise["manager"] = Valued("manager", manager.DeepClone());
        foreach (var (name, value) in body.ToList())
        {
            if (Bears(Habit.LoneElement) && name == "emails" && value is JsonObject)
                body[name] = new JsonArray(value.DeepClone());
            Primaries(body[name]);
        }
    }

    private void Primaries(JsonNode? values)
    {
        var seen = false;
        foreach (var one in values is JsonArray several ? several.OfType<JsonObject>() : [])
        {
            if (Bears(Habit.BooleanAsText) && Flag(one["primary"].Text()) is { } flag)
                one["primary"] = flag;
            if (seen && Bears(Habit.TwoPrimaries) && one["primary"].Flag())
                one["primary"] = false;
            seen |= one["primary"].Flag();
        }
    }

    private Ask Patched(Ask ask, SoundScim scim, JsonArray operations)
    {
        if (!operations.All(one => one is JsonObject))
            return ask;
        if (operations.Count == 0 && !Bears(Habit.NoOperations))
            return ask;
        var resource = scim.Resources.FirstOrDefault(one => ask.Path.EndsWith("/" + one.Id, StringComparison.Ordinal));
        var elements = new Dictionary<string, JsonObject>();
        var plain = operations
            .Cast<JsonObject>()
            .SelectMany(Keyed)
            .SelectMany(Listed)
            .Select(Renamed)
            .Where(one => !IsOfNobody(one))
            .Where(one => !IsPartOf(elements, resource, one))
            .ToList();
        // What changes nothing shows the resource as it is.
        return plain.Count == 0
            ? ask with
            {
                Method = "GET",
            }
            : ask.With(new JsonObject { ["Operations"] = new JsonArray([.. plain.Select(one => one.DeepClone())]) });
    }

    // Paths as keys of a value that has none.
    private IEnumerable<JsonObject> Keyed(JsonObject operation)
    {
        var op = operation["op"].Text();
        operation = operation.DeepClone().AsObject();
        if (Bears(Habit.CapitalOperation))
            operation["op"] = op?.ToLowerInvariant();
        if (operation["path"] is not null || operation["value"] is not JsonObject members)
            return [operation];
        if (Bears(Habit.ReadOnlyInValue))
            foreach (var name in new[] { "id", "meta", "groups" })
                members.Remove(name);
        if (!Bears(Habit.PathAsKey))
            return [operation];
        var extension = members[Enterprise] as JsonObject ?? [];
        return members
            .Where(member => member.Value != extension)
            .Concat(extension.Select(one => KeyValuePair.Create($"{Enterprise}:{one.Key}", one.Value)))
            .Select(member => Operation(operation["op"].Text(), member.Key, member.Value));
    }

    private IEnumerable<JsonObject> Listed(JsonObject operation)
    {
        var (path, value) = (operation["path"].Text(), operation["value"]);
        if (!Bears(Habit.RemoveListed) || operation["op"].Text() != "remove" || path != "members")
            return [operation];
        var listed = value is JsonObject within ? within["members"] : value;
        return listed is JsonArray { Count: > 0 } members
            ? members.Select(one => Operation("remove", $"members[value eq \"{one!["value"]}\"]", null))
            : [operation];
    }

    private JsonObject Renamed(JsonObject operation)
    {
        var path = operation["path"].Text();
        if (path is null)
            return operation;
        if (Bears(Habit.DottedUrn))
            operation["path"] = path = path.Replace($"{Enterprise}.", $"{Enterprise}:", StringComparison.Ordinal);
        if (
            Bears(Habit.WrappedValue)
            && operation["value"] is JsonArray { Count: 1 } wrapped
            && Name.Of(Known.Types[0], path) is { Attribute: { Many: false, Type: not "complex" } }
        )
            operation["value"] = wrapped[0]!.DeepClone();
        if (Bears(Habit.ShortName) && path == "manager")
            operation["path"] = path = $"{Enterprise}:manager";
        if (Bears(Habit.BooleanAsText))
        {
            if (path == "active" && Flag(operation["value"].Text()) is { } flag)
                operation["value"] = flag;
            operation["path"] = path = path.Replace("primary eq \"True\"", "primary eq true", StringComparison.Ordinal);
        }
        if (operation["value"] is not { } value)
            return operation;
        if (Bears(Habit.PackedJson) && value.Text() is ['[', ..] text)
            operation["value"] = value = Unpacked(text)!;
        operation["value"] = Valued(path, value.DeepClone());
        return operation;
    }

    // The text of a value, and a list of one.
    private JsonNode? Valued(string path, JsonNode value)
    {
        var isManager = path.EndsWith("manager", StringComparison.Ordinal);
        if (isManager && value is JsonArray { Count: 1 } one && Bears(Habit.ShortName))
            value = one[0]!.DeepClone();
        if (!Bears(Habit.BareValue) || value.Text() is not { } text)
            return value;
        return isManager ? new JsonObject { ["value"] = text }
            : path == "members" ? new JsonArray(new JsonObject { ["value"] = text })
            : value;
    }

    private bool IsOfNobody(JsonObject operation) =>
        Bears(Habit.UnknownExtension)
        && operation["path"].Text() is { } path
        && path.StartsWith("urn:", StringComparison.Ordinal)
        && !Known.Schemas.Any(schema => path.StartsWith(schema.Id, StringComparison.Ordinal));

    // A part of an element that is not there: the first makes it, and the rest goes into it.
    private bool IsPartOf(Dictionary<string, JsonObject> elements, Resource? resource, JsonObject operation)
    {
        if (
            !Bears(Habit.MissingElement)
            || operation["op"].Text() == "remove"
            || Element().Match(operation["path"].Text() ?? "") is not { Success: true } match
        )
            return false;
        var (name, by, value, sub) = (
            match.Groups["name"].Value,
            match.Groups["by"].Value,
            JsonNode.Parse(match.Groups["value"].Value)!,
            match.Groups["sub"].Value
        );
        if (elements.TryGetValue($"{name}[{by} {value}]", out var made))
        {
            made[sub] = operation["value"]?.DeepClone();
            return true;
        }
        if (resource is null || resource.Written.Values(name).Any(one => JsonNode.DeepEquals(one[by], value)))
            return false;
        made = new JsonObject { [by] = value.DeepClone(), [sub] = operation["value"]?.DeepClone() };
        elements[$"{name}[{by} {value}]"] = made;
        (operation["op"], operation["path"], operation["value"]) = ("add", name, new JsonArray(made));
        return false;
    }

    private static JsonObject Operation(string? op, string path, JsonNode? value)
    {
        var operation = new JsonObject { ["op"] = op, ["path"] = path };
        if (op != "remove")
            operation["value"] = value?.DeepClone();
        return operation;
    }

    private static bool? Flag(string? text) => bool.TryParse(text, out var flag) ? flag : null;

    private static JsonNode? Unpacked(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return text;
        }
    }

    [GeneratedRegex("""(\w+\[[^\]]*)\]\.value eq ("[^"]*")""")]
    private static partial Regex Compared();

    [GeneratedRegex(@"\bemail (?=[A-Za-z]{2} )")]
    private static partial Regex EmailIs();

    [GeneratedRegex("""^(userName eq) ([^"\s]+)$""")]
    private static partial Regex Unquoted();

    [GeneratedRegex(@"\bmanager eq")]
    private static partial Regex ManagerIs();

    [GeneratedRegex("""^(?<name>\w+)\[(?<by>\w+) eq (?<value>"[^"]*"|true|false)\]\.(?<sub>\w+)$""")]
    private static partial Regex Element();
}
