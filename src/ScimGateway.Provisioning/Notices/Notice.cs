using System.Text.Json;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;

namespace ScimGateway.Provisioning.Notices;

/// <summary>A notification as it is sent, and how far that is.</summary>
/// <param name="Id">By which a receiver tells what came twice.</param>
/// <param name="Tenant">The tenant's word in the path.</param>
/// <param name="Cause">What caused it.</param>
/// <param name="Text">What it says.</param>
/// <param name="Since">When the first of it happened.</param>
/// <param name="More">How many more there were.</param>
/// <param name="About">The links and operations it is about.</param>
internal sealed record Notice(
    Guid Id,
    string Tenant,
    Cause Cause,
    string Text,
    DateTimeOffset Since,
    int More,
    IReadOnlyList<About> About
)
{
    /// <summary>The tenant's number.</summary>
    public TenantId TenantId { get; init; }

    /// <summary>The tries so far, this one counted.</summary>
    public int Attempts { get; init; }

    /// <summary>When it was first due.</summary>
    public Instant At { get; init; }

    /// <summary>The channels that have it.</summary>
    public IReadOnlySet<string> Taken { get; init; } = new HashSet<string>();

    /// <summary>The text with how many more there were.</summary>
    public string InFull => More == 0 ? Text : $"{Text} (and {More} more)";

    /// <summary>Who it is about, as far as that is known: a few names; empty for nobody.</summary>
    public string Names
    {
        get
        {
            var names = About.Select(one => one.Name).OfType<string>().Distinct().ToList();
            var more = names.Count - MostNamed;
            return string.Join(", ", names.Take(MostNamed)) + (more > 0 ? $" and {more} more" : "");
        }
    }

    /// <summary>The same with what accounts and groups are called now: looked up as it is sent, and never kept.</summary>
    public Notice Naming(IReadOnlyDictionary<LinkId, string> names) =>
        this with
        {
            About = [.. About.Select(one => one with { Name = Plain(names.GetValueOrDefault(one.Link)) })],
        };

    private const int MostNamed = 5;
    private const int LongestName = 100;

    // Somebody else has chosen it: it is no line of its own.
    private static string? Plain(string? name) =>
        name is null ? null
        : new string([.. name.Select(letter => char.IsControl(letter) ? ' ' : letter)]) is var plain
        && plain.Length <= LongestName
            ? plain
        : $"{plain[..LongestName]}…";

    /// <summary>The body of a webhook.</summary>
    public byte[] ToUtf8() =>
        JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                id = Id,
                tenant = Tenant,
                cause = JsonNamingPolicy.CamelCase.ConvertName(Cause.ToString()),
                since = Moments.ToText(Since),
                text = InFull,
                more = More,
                about = About.Select(one => new
                {
                    link = one.Link,
                    name = one.Name,
                    operation = one.Operation,
                }),
            }
        );
}

/// <summary>One thing that a notification is about.</summary>
internal sealed record About(LinkId Link, OperationId? Operation)
{
    /// <summary>What the account or group is called; null where that was not looked up, or it has no name.</summary>
    public string? Name { get; init; }
}
