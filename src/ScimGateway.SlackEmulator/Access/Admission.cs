using System.Net;
using ScimGateway.SlackEmulator.Errors;
using ScimGateway.SlackEmulator.Http;
using ScimGateway.SlackEmulator.Spelling;
using ScimGateway.SlackEmulator.Tuning;

namespace ScimGateway.SlackEmulator.Access;

/// <summary>Whether a call may come in at all: token, address, plan, level, scope, rank (docs/slack.md 1.2). All but
/// the reading of the token is under the workspace's gate.</summary>
internal static class Admission
{
    public static Caller Admit(Exchange exchange, string? token, bool writes, TokenLedger tokens, DateTimeOffset now)
    {
        var knobs = exchange.Knobs;
        var text = token ?? throw new SlackRefusal("missing_authentication");
        var caller = tokens.Accept(text, now);
        if (caller is null || !IsAllowed(exchange.Remote, knobs))
            throw new SlackRefusal("invalid_authentication");
        if (knobs.Get(KnobTable.Kind) is TenantKind.Free)
            throw new SlackRefusal("plus_teams_only");
        if (caller.Token.IsOfBot || !caller.Token.Scopes.Contains("admin"))
            throw new SlackRefusal("permission_denied");
        if (knobs.Get(KnobTable.Kind) is TenantKind.Grid && !caller.Token.OfOrganization)
            throw new SlackRefusal("non_org_teams_only");
        // The account must stay Owner or Admin, or writes stop working.
        if (writes && caller.Rank is Rank.Member)
            throw new SlackRefusal("permission_denied");
        return caller;
    }

    /// <summary>The token of a call; null for none. The word Bearer is case-sensitive at Slack.</summary>
    public static string? TokenOf(Exchange exchange)
    {
        if (exchange.Header("Authorization") is { } header)
            return Bearer(header) ?? "";
        if (!exchange.Knobs.Get(KnobTable.TokenElsewhere))
            return null;
        return exchange.Query("token") ?? (exchange.IsForm ? exchange.Fields().GetValueOrDefault("token") : null);
    }

    /// <summary>The token of an Authorization header; null where it is of another kind.</summary>
    public static string? Bearer(string header) =>
        header.StartsWith("Bearer ", StringComparison.Ordinal) ? header[7..].Trim() : null;

    public static bool IsAllowed(IPAddress? from, KnobValues knobs)
    {
        var networks = knobs.Get(KnobTable.IpAllowList);
        if (networks.Length == 0 || from is null)
            return true;
        var address = from.IsIPv4MappedToIPv6 ? from.MapToIPv4() : from;
        return networks.Any(n => n.Contains(address));
    }
}
