using System.Text;
using System.Text.Json.Nodes;

namespace ScimGateway.Host.Tests.Fuzz;

/// <summary>A request as its bytes, most of them spoilt in one way or another.</summary>
/// <param name="Bytes">What goes over the wire.</param>
/// <param name="End">What the client does when it has sent them.</param>
internal sealed record FuzzedRequest(byte[] Bytes, End End)
{
    private const string Base = "/demo/scim/v2/";
    private const int LongestBody = 30_000;
    private const int LongestPath = 4_000;

    private static readonly string[] _pieces =
    [
        "\0",
        "\"",
        "\\",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "null",
        "true",
        "-1e999",
        "\\ud800",
        "\\u0000",
        "é",
        "😀",
        "\uFEFF",
        "bulkId:",
        "eq",
        "%00",
        "%ff",
        "/",
        "//",
        "..",
        "?",
        "&",
        "#",
        " ",
        "\t",
        "99999999999999999999",
        "[type eq \"x\"]",
        "((((((((",
        "urn:",
    ];

    private static readonly string[] _values =
    [
        "null",
        "true",
        "\"False\"",
        "0",
        "-1.5e300",
        "1e99999",
        "\"\"",
        "\" \"",
        "\"x\"",
        "\"userName\"",
        "\"emails[type eq \\\"work\\\"]\"",
        "\"emails[type eq \\\"work\\\" and not (value pr)].value\"",
        "\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager\"",
        "\"urn:ietf:params:scim:schemas:core:2.0:User\"",
        "\"members\"",
        "\"schemas\"",
        "\"id\"",
        "\"meta\"",
        "\"password\"",
        "\"bulkId:q1\"",
        "\"/Users/bulkId:q1\"",
        "\"DELETE\"",
        "\"remove\"",
        "\"2026-13-45T99:99:99Z\"",
        "\"\\u202e😀é\"",
        "\"Ａda\"",
        "{}",
        "[]",
        "[[]]",
        "[null]",
        "[{}]",
        "[\"a\",\"a\"]",
        "{\"value\":null}",
        "{\"value\":{\"value\":\"x\"}}",
        "[{\"value\":\"a@b.example\",\"primary\":true},{\"value\":\"c@b.example\",\"primary\":true}]",
        "[{\"value\":\"not an address\",\"primary\":\"True\"}]",
    ];

    private static readonly string[] _headers =
    [
        "If-Match: *",
        "If-Match: W/\"1\"",
        "If-Match: W/\"\", \"3\", W/",
        "If-None-Match: *",
        "If-None-Match: W/\"1\", \xff",
        "Content-Type: text/plain",
        "Content-Type: application/json; charset=utf-16",
        "Content-Type: ;;;",
        "Content-Encoding: gzip",
        "Expect: 100-continue",
        "Transfer-Encoding: chunked",
        "Transfer-Encoding: gzip, chunked",
        "Content-Length: 3",
        "Content-Length: -1",
        "Content-Length: 99999999999999999999",
        "Connection: Upgrade\r\nUpgrade: h2c",
        "Upgrade-Insecure-Requests: 1",
        "Authorization: Basic OjpiYXNl",
        "Authorization: Bearer",
        "Host: [::1",
        "Host: evil.example",
        "X-Forwarded-Host: evil.example",
        "X-HTTP-Method-Override: DELETE",
        "Accept: ,;q=x",
        "Range: bytes=0-1",
        "Cookie: a=\x01",
        "X: \xff\xfe",
        " folded",
        "no colon",
        ": no name",
    ];

    /// <summary>The next one.</summary>
    public static FuzzedRequest Of(Random dice, Known known, string host)
    {
        var sound = SoundRequest.Of(dice, known);
        var (method, path, headers) = (sound.Method, sound.Path, "Content-Type: application/scim+json\r\n");
        var body = sound.Body is null ? null : Encoding.UTF8.GetBytes(sound.Body.ToJsonString());
        var (isBroken, end) = (false, dice.Next(50) == 0 ? End.HangsUp : End.Listens);
        switch (dice.Next(12))
        {
            case < 5: // as it is
                break;
            case < 8 when sound.Body is not null:
                body = Encoding.UTF8.GetBytes(Warped(sound.Body, dice));
                break;
            case 8 when sound.Body is not null:
                body = Encoding.UTF8.GetBytes(Cut(Spoilt(sound.Body.ToJsonString(), dice), LongestBody));
                for (var times = dice.Next(3); times > 0 && body.Length > 0; times--)
                    body[dice.Next(body.Length)] = (byte)dice.Next(256);
                break;
            case 9:
                var odd = _headers[dice.Next(_headers.Length)];
                headers += odd + "\r\n";
                if (
                    odd.StartsWith("Content-Length", StringComparison.Ordinal)
                    || odd.StartsWith("Transfer", StringComparison.Ordinal)
                )
                    end = End.SaysSo; // else more would be waited for
                break;
            case 10:
                method = Pick(dice, "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW", "get");
                body = dice.Next(3) == 0 ? null : body;
                break;
            case 11:
                (isBroken, end) = (true, End.SaysSo);
                break;
            default:
                path = Spoilt(path, dice);
                break;
        }
        var head =
            $"{method} {Base}{Encoded(path)} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {Gateway.Token}\r\nConnection: close\r\n"
            + $"{headers}{(body is null ? "" : $"Content-Length: {body.Length}\r\n")}\r\n";
        byte[] bytes = [.. Encoding.Latin1.GetBytes(head), .. body ?? []];
        return new FuzzedRequest(isBroken ? Broken(bytes, head.Length, dice) : bytes, end);
    }

    /// <summary>Whether it asks for /Me, which is said not to be there (RFC 7644 §3.11).</summary>
    public bool IsForMe =>
        Encoding.Latin1.GetString(Bytes).Split('\n')[0].Contains("v2/me", StringComparison.OrdinalIgnoreCase);

    /// <summary>A line for a shell that sends it again; what it is about has another id by then.</summary>
    public override string ToString() =>
        $"printf '%b' '{string.Concat(Bytes.Select(Printed))}' | nc 127.0.0.1 5080 # {End}";

    private static string Printed(byte one) =>
        one switch
        {
            (byte)'\r' => "\\r",
            (byte)'\n' => "\\n",
            (byte)'\\' => "\\\\",
            (byte)'\'' => "\\x27",
            >= (byte)' ' and < 127 => $"{(char)one}",
            _ => $"\\x{one:x2}",
        };

    // Still JSON, but with a value or a name that does not belong there.
    private static string Warped(JsonObject sound, Random dice)
    {
        var root = sound.DeepClone();
        for (var times = dice.Next(1, 4); times > 0; times--)
        {
            var places = new List<Action<JsonNode?>>();
            Collect(root, places);
            if (places.Count > 0)
                places[dice.Next(places.Count)](JsonNode.Parse(_values[dice.Next(_values.Length)]));
        }
        return root.ToJsonString();
    }

    private static void Collect(JsonNode? node, List<Action<JsonNode?>> places)
    {
        if (node is JsonObject members)
            foreach (var (name, value) in members.ToList())
            {
                places.Add(other => members[name] = other);
                places.Add(other => members[other?.ToString() ?? "x"] = value?.DeepClone());
                places.Add(_ => members.Remove(name));
                Collect(value, places);
            }
        else if (node is JsonArray elements)
            for (var i = 0; i < elements.Count; i++)
            {
                var at = i;
                places.Add(other => elements[at] = other);
                places.Add(elements.Add);
                Collect(elements[i], places);
            }
    }

    private static string Spoilt(string text, Random dice)
    {
        for (var times = dice.Next(1, 4); times > 0; times--)
        {
            var (from, to) = (dice.Next(text.Length + 1), dice.Next(text.Length + 1));
            if (from > to)
                (from, to) = (to, from);
            text = dice.Next(6) switch
            {
                0 => text[..from] + text[Math.Min(to, from + 5)..],
                1 => text[..to] + text[from..],
                2 => text[..from],
                3 when text.Length > 0 => Flipped(text, dice),
                _ => text[..from] + _pieces[dice.Next(_pieces.Length)] + text[from..],
            };
        }
        return text;
    }

    // One bit of one character, as of a cursor that somebody tries to forge.
    private static string Flipped(string text, Random dice)
    {
        var at = dice.Next(text.Length);
        return text[..at] + (char)(text[at] ^ (1 << dice.Next(7))) + text[(at + 1)..];
    }

    // No HTTP any more, in one place or a few, most of them in the head.
    private static byte[] Broken(byte[] bytes, int head, Random dice)
    {
        var broken = bytes.ToList();
        for (var times = dice.Next(1, 4); times > 0 && broken.Count > 0; times--)
        {
            var at = dice.Next(Math.Min(broken.Count, dice.Next(4) == 0 ? broken.Count : head));
            switch (dice.Next(5))
            {
                case 0:
                    broken.RemoveRange(at, Math.Min(dice.Next(1, 30), broken.Count - at));
                    break;
                case 1:
                    broken.RemoveRange(at, broken.Count - at);
                    break;
                case 2:
                    broken.InsertRange(
                        at,
                        Encoding.Latin1.GetBytes(Pick(dice, "\r\n", "\n", "\r\n\r\n", " ", ":", "\0"))
                    );
                    break;
                case 3:
                    broken.InsertRange(at, broken.GetRange(at, Math.Min(dice.Next(1, 200), broken.Count - at)));
                    break;
                default:
                    broken[at] = (byte)dice.Next(256);
                    break;
            }
        }
        return [.. broken];
    }

    // What a request line cannot carry is sent as clients would: encoded.
    private static string Encoded(string path) =>
        string.Concat(
            Cut(path, LongestPath)
                .Select(c => c is > ' ' and < '\x7f' ? c.ToString() : Uri.HexEscape((char)Math.Min((int)c, 255)))
        );

    private static string Cut(string text, int most) => text.Length <= most ? text : text[..most];

    private static T Pick<T>(Random dice, params ReadOnlySpan<T> all) => all[dice.Next(all.Length)];
}

/// <summary>What a client does when it has sent its request.</summary>
internal enum End
{
    /// <summary>It waits for the answer.</summary>
    Listens,

    /// <summary>It says that nothing more comes, as more may be promised, and waits.</summary>
    SaysSo,

    /// <summary>It is gone.</summary>
    HangsUp,
}
