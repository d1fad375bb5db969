using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Model.Links;

/// <summary>Sets of Slack's fields as a link's row keeps them: their names with blanks between.</summary>
internal static class Fields
{
    /// <summary>The set as it is stored.</summary>
    public static string ToText(IEnumerable<SlackField> fields) => string.Join(' ', fields.Distinct().Order());

    /// <summary>Reads what <see cref="ToText"/> wrote; a field that no longer exists is left out.</summary>
    public static IReadOnlySet<SlackField> Parse(string text)
    {
        var fields = new HashSet<SlackField>();
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            if (Enum.TryParse<SlackField>(word, out var field))
                fields.Add(field);
        return fields;
    }
}
