using System.Globalization;
using System.Net.Http.Headers;
using ScimGateway.Slack.Translation;

namespace ScimGateway.Slack.Http;

/// <summary>Each command as the HTTP request it is.</summary>
internal static class SlackRequests
{
    public static HttpRequestMessage Of(SlackCommand command) =>
        command switch
        {
            SlackCommand.CreateUser c => Write(HttpMethod.Post, "Users", SlackBody.User(c.Profile)),
            SlackCommand.PatchUser c => Write(HttpMethod.Patch, $"Users/{Id(c.Id)}", SlackBody.User(c.Change)),
            SlackCommand.DeactivateUser c => Write(HttpMethod.Patch, $"Users/{Id(c.Id)}", SlackBody.Active(false)),
            SlackCommand.DeleteUser c => Delete($"Users/{Id(c.Id)}"),
            SlackCommand.ReadUser c => Get($"Users/{Id(c.Id)}"),
            SlackCommand.FindUserByName c => Get($"Users?filter={Equal("username", c.UserName)}"),
            SlackCommand.FindUserByEmail c => Get($"Users?filter={Equal("email", c.Email)}"),
            SlackCommand.ListUsers c => Get($"Users?{Page(c.StartIndex, c.Count)}"),
            SlackCommand.CreateGroup c => Write(
                HttpMethod.Post,
                "Groups",
                SlackBody.Group(c.DisplayName, c.Members, [])
            ),
            SlackCommand.RenameGroup c => Write(
                HttpMethod.Patch,
                $"Groups/{Id(c.Id)}",
                SlackBody.Group(c.DisplayName, [], [])
            ),
            SlackCommand.ChangeMembers c => Write(
                HttpMethod.Patch,
                $"Groups/{Id(c.Id)}",
                SlackBody.Group(null, c.Add, c.Remove)
            ),
            SlackCommand.DeleteGroup c => Delete($"Groups/{Id(c.Id)}"),
            SlackCommand.ReadGroup c => Get($"Groups/{Id(c.Id)}"),
            SlackCommand.FindGroup c => Get($"Groups?filter={Equal("displayName", c.DisplayName)}"),
            SlackCommand.ListGroups c => Get($"Groups?{Page(c.StartIndex, c.Count)}"),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    private static HttpRequestMessage Get(string path) => new(HttpMethod.Get, path);

    // HttpClient by itself repeats what has no content up to three times when a used connection ends without an answer.
    // A write is tried once: a content, though empty, keeps it from that.
    private static HttpRequestMessage Delete(string path) =>
        new(HttpMethod.Delete, path) { Content = new ByteArrayContent([]) };

    private static HttpRequestMessage Write(HttpMethod method, string path, byte[] body) =>
        new(method, path)
        {
            Content = new ByteArrayContent(body)
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/json", "utf-8") },
            },
        };

    // Slack's filter language: its own attribute names, one blank between the parts, a JSON string (docs/slack.md 3).
    private static string Equal(string attribute, string value)
    {
        var quoted = string.Concat(value.Select(Quoted));
        return Uri.EscapeDataString($"{attribute} eq \"{quoted}\"");
    }

    private static string Quoted(char c) =>
        c switch
        {
            '\\' => "\\\\",
            '"' => "\\\"",
            < ' ' => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
            _ => c.ToString(),
        };

    private static string Page(int startIndex, int count) =>
        string.Create(CultureInfo.InvariantCulture, $"startIndex={startIndex}&count={count}");

    private static string Id(string id) => Uri.EscapeDataString(id);
}
