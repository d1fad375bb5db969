using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Notices;
using ScimGateway.Provisioning.Planning;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Importing;

/// <summary>What was changed in Slack by hand: it shows an account or a group other than right after our last delivery (DESIGN 2). Seen twice, at least a minute apart, since reads of Slack lag behind its writes.</summary>
internal static class Drift
{
    /// <summary>With what the note of a drift begins that was seen once.</summary>
    public const string Suspected = "?";

    private static readonly TimeSpan _apart = TimeSpan.FromSeconds(60);

    /// <summary>The fields that Slack shows other than it did.</summary>
    public static IReadOnlyList<SlackField> Of(byte[]? echo, SlackProfile seen)
    {
        if (echo is null)
            return [];
        var before = SlackProfile.Read(echo);
        return [.. before.Fields.Where(field => seen.Says(field) && seen[field] != before[field])];
    }

    /// <summary>Looks at what Slack shows of a claimed account or group of which nothing is under way; reports what has drifted for certain, or has it set back.</summary>
    public static void Look(
        StoreSession store,
        Link link,
        SlackProfile seen,
        MemberDrift? members,
        DriftHandling handling,
        long now
    )
    {
        var fields = Of(link.Echo, seen);
        var names = Fields.ToText(fields);
        if (fields.Count == 0 && members is null)
        {
            if (link.Drifted is not null)
                Note(store, link, null, "");
            return;
        }
        if (names == link.Drift && members is null)
            return; // that was reported
        // Only what is different in the same way at both looks is for certain.
        var suspected = $"{Suspected}{names} {members?.Fingerprint}";
        if (link.Drifted is not { } since || link.Drift != suspected)
        {
            members?.Suspect(store, link);
            Note(store, link, now, suspected);
            return;
        }
        if (now - since < (long)_apart.TotalMilliseconds)
            return;
        var what = string.Join(", ", new[] { names, members?.ToString() }.Where(said => !string.IsNullOrEmpty(said)));
        if (handling == DriftHandling.Restore)
        {
            // What Slack has is what it shows, so that what is wanted is told again.
            store.Execute(
                "update links set delivered = @delivered, echo = @seen where id = @id",
                ("@delivered", WantedAccount.Profile(link.Delivered).With(seen.Only(fields.Contains)).ToUtf8()),
                ("@seen", seen.ToUtf8()),
                ("@id", link.Id)
            );
            members?.SetBack(store, link);
            Note(store, link, null, "");
            Wishes.Renew(store, link, $"restoring what was changed in Slack: {what}", now);
        }
        else
        {
            members?.LetBe(store, link);
            Note(store, link, fields.Count == 0 ? null : since, names);
            var operation = Wishes.Tell(store, link.Id, $"changed in Slack: {what}", "reported", now);
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
