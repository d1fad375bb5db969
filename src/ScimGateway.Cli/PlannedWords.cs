using System.Text.Json.Nodes;

namespace ScimGateway.Cli;

/// <summary>What Slack would be told, in words for people.</summary>
internal static class PlannedWords
{
    /// <summary>A row of a preview.</summary>
    public static JsonNode? Of(JsonNode? link)
    {
        var told = link?.DeepClone();
        if (told?["what"] is JsonArray all)
            told["what"] = new JsonArray([.. all.Select(what => (JsonNode)Of(Shown.Value(what)))]);
        return told;
    }

    /// <summary>One kind of change.</summary>
    public static string Of(string what) =>
        what switch
        {
            "whenReleased" => "once it is released",
            "deleteUser" => "deactivate by DELETE",
            "deactivateUser" => "deactivate by PATCH",
            "createUser" => "create",
            "reactivateUser" => "activate",
            "patchUser" => "change",
            _ => what,
        };
}
