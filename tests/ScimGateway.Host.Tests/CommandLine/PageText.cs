using System.Text;
using System.Text.RegularExpressions;

namespace ScimGateway.Host.Tests.CommandLine;

/// <summary>
/// What a page shows stands for what comes: an id, or a secret's beginning with '…', for one and the same each time; a
/// time for any; '…' for the rest of a line or, alone on one, for lines.
/// </summary>
internal sealed partial class PageText
{
    private readonly Dictionary<string, string> _for = [];

    /// <summary>What a page says to enter, with what came in place of what it shows.</summary>
    public string In(string entered) =>
        Named().Replace(entered, name => _for.GetValueOrDefault(name.Value, name.Value));

    /// <summary>Whether what came is what is shown; notes what stands for what.</summary>
    public bool Takes(string shown, string came)
    {
        Dictionary<string, string> groups = [];
        var pattern = new StringBuilder(@"\A");
        foreach (var line in shown.TrimEnd('\n').Split('\n'))
            pattern.Append(line == "…" ? @"(?:.*\n)*?" : Pattern(line, groups) + @"\n");
        if (Regex.Match(came, pattern.Append(@"\z").ToString()) is not { Success: true } match)
            return false;
        foreach (var (name, group) in groups)
            _for[name] = match.Groups[group].Value;
        return true;
    }

    private string Pattern(string line, Dictionary<string, string> groups)
    {
        var (pattern, at) = (new StringBuilder(), 0);
        foreach (Match part in Parts().Matches(line))
        {
            pattern.Append(Regex.Escape(line[at..part.Index])).Append(Part(part, groups));
            at = part.Index + part.Length;
        }
        return pattern.Append(Regex.Escape(line[at..])).ToString();
    }

    private string Part(Match part, Dictionary<string, string> groups)
    {
        if (part.Groups["time"].Success)
            return @"\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ";
        if (!part.Groups["name"].Success)
            return ".*?";
        if (_for.TryGetValue(part.Value, out var known))
            return Regex.Escape(known);
        if (groups.TryGetValue(part.Value, out var group))
            return $@"\k<{group}>";
        groups[part.Value] = group = $"n{groups.Count}";
        return part.Value.EndsWith('…')
            ? $"(?<{group}>{Regex.Escape(part.Value[..^1])}[A-Za-z0-9_-]+)"
            : $"(?<{group}>[0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}})";
    }

    [GeneratedRegex("sg[at]_…|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")]
    private static partial Regex Named();

    [GeneratedRegex(
        @"(?<name>sg[at]_…|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})|(?<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ)|…"
    )]
    private static partial Regex Parts();
}
