namespace ScimGateway.Conformance;

/// <summary>How strongly an RFC asks for something (RFC 2119).</summary>
internal enum Level
{
    /// <summary>MUST, SHALL, REQUIRED.</summary>
    Must,

    /// <summary>SHOULD, RECOMMENDED.</summary>
    Should,

    /// <summary>MAY, OPTIONAL: whoever does it does it so.</summary>
    May,
}

/// <summary>Looks whether a server keeps a requirement.</summary>
internal delegate Task<Verdict> Check(Server server);

/// <summary>What an RFC, a draft or a provider asks of a server, in our words, and how a client sees whether it is so.</summary>
internal sealed class Requirement
{
    /// <param name="id">
    /// RFC or draft, section and a word: <c>RFC7644-3.3-location</c>, <c>IPSIE-AL1-5.4-filters</c>; or provider and word:
    /// <c>entra-rename</c>.
    /// </param>
    /// <param name="level">How strongly it is asked for.</param>
    /// <param name="says">What is so.</param>
    /// <param name="check">How it is seen.</param>
    public Requirement(string id, Level level, string says, Check check)
        : this(id, level, says) => Check = check;

    private Requirement(string id, Level level, string says) => (Id, Level, Says) = (id, level, says);

    /// <summary>RFC or draft, section and a word; or provider and word.</summary>
    public string Id { get; }

    /// <summary>How strongly it is asked for.</summary>
    public Level Level { get; }

    /// <summary>What is so.</summary>
    public string Says { get; }

    /// <summary>How it is seen; null where no client can.</summary>
    public Check? Check { get; }

    /// <summary>Why no client can see it; null where one can.</summary>
    public string? Unseen { get; private init; }

    /// <summary>What a server has to announce for it; it is skipped where that is not announced.</summary>
    public Feature Needs { get; init; }

    /// <summary>What is wrong about an answer to whatever was asked; null where only its own check shows it.</summary>
    public Func<Announced, Exchange, string?>? Everywhere { get; init; }

    /// <summary>What to change where it is not kept.</summary>
    public string? Mend { get; init; }

    /// <summary>The identity provider that asks for it; null where it is an RFC or a draft.</summary>
    public string? Provider { get; init; }

    /// <summary>What the RFCs have instead, where a provider or a draft rests on more than they say.</summary>
    public string? Beyond { get; init; }

    /// <summary>Whether nobody has published it: it follows from what is said of settings.</summary>
    public bool IsInferred { get; init; }

    /// <summary>Whether it is meant by an id, or by the beginning of one.</summary>
    public bool Is(string id) => Id.StartsWith(id, StringComparison.OrdinalIgnoreCase);

    /// <summary>The document that it is from, such as <c>RFC7644</c>, or <c>IPSIE-AL1</c>: a draft and a level of it.</summary>
    public string Document => Provider is null ? string.Join('-', Parts[..SectionAt]) : "Providers";

    /// <summary>Its section; of providers, which one.</summary>
    public string Section => Provider ?? Parts[SectionAt];

    /// <summary>Whether an RFC asks for it.</summary>
    public bool IsOfRfc => Provider is null && Document.StartsWith("RFC", StringComparison.Ordinal);

    private string[] Parts => Id.Split('-');

    // The first part that begins with a digit.
    private int SectionAt => Array.FindIndex(Parts, part => char.IsAsciiDigit(part[0]));

    /// <summary>What no client can see, which stands in the inventory all the same.</summary>
    public static Requirement NotSeen(string id, Level level, string says, string why) =>
        new(id, level, says) { Unseen = why };
}

/// <summary>What a server may announce or not.</summary>
[Flags]
internal enum Feature
{
    None = 0,
    Patch = 1,
    Bulk = 1 << 1,
    Filter = 1 << 2,
    Sort = 1 << 3,
    ETag = 1 << 4,
    ChangePassword = 1 << 5,
    IndexPaging = 1 << 6,
    CursorPaging = 1 << 7,
    Users = 1 << 8,
    Groups = 1 << 9,
    Enterprise = 1 << 10,
}
