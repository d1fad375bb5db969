namespace ScimGateway.Host.Transcripts;

/// <summary>What a source has asked, and what it was answered.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">Below the base URL: "/Users/…".</param>
/// <param name="Query">The parameters as they are meant.</param>
/// <param name="ContentType">What the body was said to be; null for nothing.</param>
/// <param name="Body">The body; null where it was not kept, as it is too long or did not come to its end.</param>
/// <param name="Status">The status of the answer.</param>
/// <param name="Answer">The body of the answer; null where it is too long.</param>
internal sealed record Exchange(
    string Method,
    string Path,
    IReadOnlyList<KeyValuePair<string, string>> Query,
    string? ContentType,
    byte[]? Body,
    int Status,
    byte[]? Answer
)
{
    /// <summary>The endpoint: "Users".</summary>
    public string Endpoint => Path.TrimStart('/').Split('/')[0];

    /// <summary>The id that the path names; null for none.</summary>
    public string? Id =>
        Path.TrimStart('/').Split('/') is [Users or Groups, var id] && id is not (".search" or "") ? id : null;

    /// <summary>The filter by which it asks; null for none.</summary>
    public string? Filter =>
        Query.FirstOrDefault(one => one.Key.Equals(nameof(Filter), StringComparison.OrdinalIgnoreCase)).Value;

    /// <summary>How much it is.</summary>
    public int Bytes => (Body?.Length ?? 0) + (Answer?.Length ?? 0) + 1_000;

    /// <summary>Where users are.</summary>
    public const string Users = "Users";

    /// <summary>Where groups are.</summary>
    public const string Groups = "Groups";
}
