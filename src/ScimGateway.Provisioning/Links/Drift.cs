using ScimGateway.Provisioning.Data;
using ScimGateway.Provisioning.Notices;
using ScimGateway.Provisioning.Tenants;
using ScimGateway.Provisioning.Users;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Links;

/// <summary>What was changed in Slack by hand: it shows an account other than right after our last delivery (DESIGN 2). Seen twice, at least a minute apart, since reads of Slack lag behind its writes.</summary>
internal static class Drift
{
    private static readonly TimeSpan _apart = TimeSpan.FromSeconds(60);

    /// <summary>The fields that Slack shows other than it did.</summary>
    public static IReadOnlyList<SlackField> Of(byte[]? echo, SlackProfile seen)
    {
        if (echo is null)
            return [];
        var before = SlackProfile.Read(echo);
        return [.. before.Fields.Where(field => seen.Says(field) && seen[field] != before[field])];
    }

    /// <summary>Looks at what Slack shows of a claimed account of which nothing is under way; reports what has drifted for certain, or has it set back.</summary>
    public static void Look(StoreSession store, Link link, SlackProfile seen, DriftHandling handling, long now)
    {
        var fields = Of(link.Echo, seen);
        var names = Fields.ToText(fields);
        if (fields.Count == 0)
        {
            if (link.Drifted is not null)
                Note(store, link, null, "");
        }
        else if (link.Drifted is not { } since)
            Note(store, link, now, "");
        else if (now - since < (long)_apart.TotalMilliseconds || names == link.Drift)
            return;
        else if (handling == DriftHandling.Restore)
        {
            // What Slack has is what it shows, so that what is wanted is told again.
            store.Execute(
                "update links set delivered = @delivered, echo = @seen where id = @id",
                ("@delivered", WantedAccount.Profile(link.Delivered).With(seen.Only(fields.Contains)).ToUtf8()),
                ("@seen", seen.ToUtf8()),
                ("@id", link.Id)
            );
            Note(store, link, null, "");
            Wishes.Renew(store, link, $"restoring what was changed in Slack: {names}", now);
        }
        else
        {
            Note(store, link, since, names);
            var operation = Wishes.Tell(store, link.Id, $"changed in Slack: {names}", "reported", now);
            Alerts.Raise(store, link.TenantId, Cause.Drift, now, link.Id, operation);
        }
    }

    private static void Note(StoreSession store, Link link, long? since, string fields) =>
        store.Execute(
            "update links set drifted = @since, drift = @fields where id = @id",
            ("@since", since),
            ("@fields", fields),
            ("@id", link.Id)
        );
}
