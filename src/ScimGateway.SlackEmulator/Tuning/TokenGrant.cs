using System.Globalization;
using System.Text.Json;
using ScimGateway.SlackEmulator.Spelling;

namespace ScimGateway.SlackEmulator.Tuning;

/// <summary>A token that exists from the start: a row of the knob <c>auth.tokens</c> (docs/slack.md 1.2).</summary>
/// <param name="Token">The text after <c>Bearer</c>. <c>xoxb-…</c> is a bot's and may nothing.</param>
/// <param name="Rank">The rank of its owner.</param>
/// <param name="OfOrganization">Whether the organization issued it, or one workspace.</param>
/// <param name="Scopes">Its scopes; without <c>admin</c> SCIM is closed.</param>
/// <param name="Owner">The id of the account it acts for; null: an account of that rank, made on the spot.</param>
/// <param name="Expires">When it ends; null: never.</param>
internal sealed record TokenGrant(
    string Token,
    Rank Rank,
    bool OfOrganization,
    IReadOnlyList<string> Scopes,
    string? Owner,
    DateTimeOffset? Expires
);

/// <summary>The tokens that exist from the start.</summary>
internal sealed record TokenGrants(string Name, string Section, TokenGrant[] Default, string Meaning)
    : Knob<TokenGrant[]>(
        Name,
        Section,
        "[{\"token\":\"xoxp-emulator\",\"rank\":\"primary_owner\",\"level\":\"org\",\"scopes\":[\"admin\"]}], a list of "
            + "{token, rank: primary_owner|owner|admin|member, level: org|workspace, scopes, owner: id, expires: ISO 8601}",
        Default,
        Meaning
    )
{
    private static readonly string[] _members = ["token", "rank", "level", "scopes", "owner", "expires"];

    public override object Read(JsonElement value)
    {
        if (value.ValueKind is not JsonValueKind.Array)
            throw Wrong(value);
        return value.EnumerateArray().Select(row => Row(row) ?? throw Wrong(value)).ToArray();
    }

    public override void Write(Utf8JsonWriter writer, object? value)
    {
        writer.WriteStartArray();
        foreach (var grant in (TokenGrant[])value!)
        {
            writer.WriteStartObject();
            writer.WriteString("token", grant.Token);
            writer.WriteString("rank", grant.Rank.Word());
            writer.WriteString("level", grant.OfOrganization ? "org" : "workspace");
            writer.WriteStartArray("scopes");
            foreach (var scope in grant.Scopes)
                writer.WriteStringValue(scope);
            writer.WriteEndArray();
            if (grant.Owner is not null)
                writer.WriteString("owner", grant.Owner);
            if (grant.Expires is { } expires)
                writer.WriteString("expires", expires);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    // Null where the row is not understood; what it leaves out is as in the default.
    private static TokenGrant? Row(JsonElement row)
    {
        if (row.ValueKind is not JsonValueKind.Object || row.EnumerateObject().Any(m => !_members.Contains(m.Name)))
            return null;
        if (Word(row, "token") is not { Length: > 0 } token)
            return null;
        if (Ranks.Parse(Word(row, "rank") ?? "primary_owner") is not { } rank)
            return null;
        if ((Word(row, "level") ?? "org") is not ("org" or "workspace") || !Scopes(row, out var scopes))
            return null;
        DateTimeOffset? expires = null;
        if (Word(row, "expires") is { } text)
        {
            if (
                !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            )
                return null;
            expires = at;
        }
        var owner = Word(row, "owner");
        if (owner is not null && !SlackIds.IsFit(owner))
            return null;
        return new TokenGrant(token, rank, (Word(row, "level") ?? "org") is "org", scopes, owner, expires);
    }

    private static bool Scopes(JsonElement row, out string[] scopes)
    {
        scopes = ["admin"];
        if (!row.TryGetProperty("scopes", out var list))
            return true;
        if (
            list.ValueKind is not JsonValueKind.Array
            || list.EnumerateArray().Any(s => s.ValueKind is not JsonValueKind.String)
        )
            return false;
        scopes = list.EnumerateArray().Select(s => s.GetString()!).ToArray();
        return scopes.All(Scope.IsWord);
    }

    private static string? Word(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}
