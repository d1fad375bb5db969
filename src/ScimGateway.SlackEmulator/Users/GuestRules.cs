using System.Text.Json;
using ScimGateway.SlackEmulator.Errors;
using ScimGateway.SlackEmulator.Organization;
using ScimGateway.SlackEmulator.Spelling;
using ScimGateway.SlackEmulator.Tuning;

namespace ScimGateway.SlackEmulator.Users;

/// <summary>Multi-channel guests by the guest extension, on Enterprise only (docs/slack.md 4.5).</summary>
internal static class GuestRules
{
    /// <summary>The guest after this write; a body without the extension leaves what is there, PUT
    /// too: conversions are spelled out.</summary>
    public static Guest? Next(Sent sent, Guest? old, Account? account)
    {
        var extension = sent[Urns.Guest];
        if (!Sent.Says(extension))
            return old;
        if (extension.ValueKind is not JsonValueKind.Object)
            throw new SlackRefusal("invalid_attribute_format");
        if (sent.Knobs.Get(KnobTable.Kind) is not TenantKind.Grid)
            throw new SlackRefusal("invalid_request_payload");
        if (account is { Rank: not Rank.Member } or { IsBot: true })
            throw new SlackRefusal("cannot_make_user_guest");
        var type = Sent.Member(extension, "type");
        var isKept = sent.Verb is Verb.Patch && old is not null && !Sent.Says(type);
        if (!isKept && !(type.ValueKind is JsonValueKind.String && type.GetString() is "multi"))
            throw new SlackRefusal("invalid_request_payload");
        var expiration = sent.Next(Sent.Member(extension, "expiration"), old?.Expiration, null);
        if (expiration is not null && !IsoTime.TryRead(expiration, out _))
            throw new SlackRefusal("invalid_request_payload");
        return new Guest(GuestKind.MultiChannel, expiration, old?.Channels ?? []);
    }
}
