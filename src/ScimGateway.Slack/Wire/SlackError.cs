using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ScimGateway.Slack.Wire;

/// <summary>
/// What Slack says when it refuses (docs/slack.md 8.1): a code, and behind it values in parentheses, as in
/// <c>username_taken (username=vera)</c>.
/// </summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">The first word.</param>
/// <param name="Words">All of it, as Slack wrote it but for its tokens; at most 500 characters are kept.</param>
public sealed partial record SlackError(int Status, string Code, string Words)
{
    private const int MostCharacters = 500;

    /// <summary>The fields that were found to be meant; none where Slack's words say it all.</summary>
    public IReadOnlyList<SlackField> Blames { get; init; } = [];

    /// <summary>The status alone: the words, of which the first counts as the code, may name the user.</summary>
    public override string ToString() => $"{Status}";

    /// <summary>The value behind a key, such as the id behind <c>existing_user</c>.</summary>
    public string? Value(string key) =>
        KeyAndValue()
            .Matches(Words)
            .FirstOrDefault(m => m.Groups["key"].ValueSpan.SequenceEqual(key))
            ?.Groups["value"]
            .Value;

    /// <summary>Whether the answer was an error of Slack's and not something on the way's.</summary>
    public bool IsSlackWords => Code != "HTTP";

    /// <summary>Whether Slack says anywhere that the address is taken: the code in front of it varies.</summary>
    public bool IsEmailTaken => Code == "email_taken" || Value("reason") == "email_taken";

    /// <summary>The Slack id of the account that holds the address, if Slack names it.</summary>
    public string? ExistingUser => LooseJson.AsId(Value("existing_user"));

    /// <summary>
    /// Reads the error of an answer; a body that is none still makes one, with the status as its words.
    /// </summary>
    public static SlackError Read(int status, ReadOnlyMemory<byte> body)
    {
        var words = Described(body)?.Trim() is { Length: > 0 } said ? WithoutTokens(said) : $"HTTP {status}";
        return Of(status, words.Length <= MostCharacters ? words : words[..MostCharacters]);
    }

    /// <summary>
    /// Words of Slack's without a token: whoever answers in its place has ours, and providers and the journal are not to.
    /// </summary>
    public static string WithoutTokens(string words) => Token().Replace(words, "xox…");

    /// <summary>The error as it may be kept.</summary>
    public string ToStored() =>
        string.Create(CultureInfo.InvariantCulture, $"{string.Join(':', [Status, .. Blames])} {Words}");

    /// <summary>Reads what <see cref="ToStored"/> wrote.</summary>
    public static SlackError Parse(string stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        var end = stored.IndexOf(' ', StringComparison.Ordinal);
        var head = stored[..end].Split(':');
        return Of(int.Parse(head[0], CultureInfo.InvariantCulture), stored[(end + 1)..]) with
        {
            Blames =
            [
                .. head.Skip(1)
                    .SelectMany(word =>
                        Enum.TryParse<SlackField>(word, out var field) ? [field] : Array.Empty<SlackField>()
                    ),
            ],
        };
    }

    private static SlackError Of(int status, string words)
    {
        var end = words.AsSpan().IndexOfAny(' ', '(');
        return new SlackError(status, end < 0 ? words : words[..end], words);
    }

    // {"Errors":{"description":…}}; SCIM 1.1's own form has an array; the Web API {"ok":false,"error":…}; v2
    // {"detail":…}.
    private static string? Described(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(Whole(Encoding.UTF8.GetString(body.Span)));
            var root = document.RootElement;
            return root.Elements("Errors").Select(e => e.Text("description")).FirstOrDefault(t => t is not null)
                ?? root.Text("error")
                ?? root.Text("detail");
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // Words that were cut within a letter are words all the same, and the rest of them says what is wrong.
    private static string Whole(string body) =>
        Escape().Replace(body, escape => escape.Length == Half ? @"\ufffd" : escape.Value);

    private const int Half = 6; // a pair of surrogates has twelve characters, a backslash two

    [GeneratedRegex(@"\\\\|\\u[Dd][89ABab][0-9A-Fa-f]{2}\\u[Dd][C-Fc-f][0-9A-Fa-f]{2}|\\u[Dd][89A-Fa-f][0-9A-Fa-f]{2}")]
    private static partial Regex Escape();

    [GeneratedRegex(@"xox[a-z](\.xox[a-z])?-[\w-]*", RegexOptions.IgnoreCase)]
    private static partial Regex Token();

    // What stands between two pairs is not known (docs/slack.md 8.1).
    [GeneratedRegex(@"(?<key>[A-Za-z_]+)=[""']?(?<value>[^\s,;&|)""']+)")]
    private static partial Regex KeyAndValue();
}
