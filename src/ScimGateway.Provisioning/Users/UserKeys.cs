using ScimGateway.Provisioning.Data;
using ScimGateway.Provisioning.Links;
using ScimGateway.Provisioning.Mirror;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Users;

/// <summary>The addresses and the user name that an account has or will have at Slack, where they are unique.</summary>
internal static class UserKeys
{
    /// <summary>A key of the account, as Slack spells it.</summary>
    public static string? Of(StoreSession store, Link link, KeyKind kind) =>
        store.First(
            "select value from keys where link_id = @link and kind = @kind",
            row => row.GetString(0).ToLowerInvariant(),
            ("@link", link.Id),
            ("@kind", kind)
        );

    /// <summary>Lets go of the addresses that neither the user wants nor Slack has for it any more.</summary>
    public static void Release(StoreSession store, Link link, Resource? claimant)
    {
        var delivered = WantedAccount.Profile(link.Delivered);
        var kept = new[] { delivered[SlackField.PrimaryEmail], delivered[SlackField.SecondaryEmail] }
            .OfType<string>()
            .Concat(claimant is { Deleted: null } ? UserAddresses.OfSlack(UserRow.Document(claimant)) : [])
            .Select(Fold.Key)
            .ToHashSet(StringComparer.Ordinal);
        var held = store.All(
            "select value from keys where link_id = @link and kind = @kind",
            row => row.GetString(0),
            ("@link", link.Id),
            ("@kind", KeyKind.Address)
        );
        foreach (var address in held)
            if (!kept.Contains(address))
                store.Execute(
                    "delete from keys where tenant_id = @tenant and kind = @kind and value = @value and link_id = @link",
                    ("@tenant", link.TenantId),
                    ("@kind", KeyKind.Address),
                    ("@value", address),
                    ("@link", link.Id)
                );
    }
}
