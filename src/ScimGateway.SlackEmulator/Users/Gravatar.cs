namespace ScimGateway.SlackEmulator.Users;

/// <summary>The picture of an account that has none (docs/slack.md 4.5): the address of a Gravatar with one of
/// Slack's own pictures behind it.</summary>
internal static class Gravatar
{
    /// <summary>The same for an account each time; the hash is of no meaning.</summary>
    public static string Of(string id)
    {
        var hash = 14_695_981_039_346_656_037UL;
        foreach (var c in id)
            hash = (hash ^ c) * 1_099_511_628_211UL;
        return $"https://secure.gravatar.com/avatar/{hash:x16}{hash * 31:x16}.jpg?s=192"
            + $"&d=https%3A%2F%2Fa.slack-edge.com%2Fdf10d%2Fimg%2Favatars%2Fava_{hash % 26 + 1:0000}-192.png";
    }
}
