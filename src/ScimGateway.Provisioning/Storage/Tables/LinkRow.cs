using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Slack.Budget;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>A link as a row.</summary>
internal static class LinkRow
{
    /// <summary>The columns, in the order in which they are read.</summary>
    internal const string Columns =
        "id, revision, tenant_id, kind, claimant_id, slack_id, user_name, delivered, seen, echo, seen_at, imported, protection, absent, "
        + "wanted_version, settled_version, state, reason, since, set_aside, kept, spoken, spoken_version, sent, is_aside, priority, due, lost_until, attempts, "
        + "answer_by, ask_first, intended, asked, reachable, turned, slice, drifted_at, is_drift_suspected, drifted, matched_by, operation_id";

    internal static readonly string[] Written = [.. Columns.Split(", ").Except(["id", "revision"])];

    // In the order of the columns, and then what a row is found by.
    internal static (string Name, object? Value)[] Values(Link link) =>
        [
            ("@tenant_id", link.TenantId),
            ("@kind", link.Kind),
            ("@claimant_id", link.ClaimantId),
            ("@slack_id", link.SlackId),
            ("@user_name", link.UserName),
            ("@delivered", link.Delivered),
            ("@seen", link.Seen),
            ("@echo", link.Echo),
            ("@seen_at", link.SeenAt),
            ("@imported", link.Imported),
            ("@protection", link.Protection?.ToString()),
            ("@absent", link.Absent),
            ("@wanted_version", link.WantedVersion),
            ("@settled_version", link.SettledVersion),
            ("@state", link.State),
            ("@reason", link.Reason?.ToString()),
            ("@since", link.Since),
            ("@set_aside", link.SetAside.ToString()),
            ("@kept", link.Kept.ToString()),
            ("@spoken", link.Spoken.ToString()),
            ("@spoken_version", link.SpokenVersion),
            ("@sent", link.Sent),
            ("@is_aside", link.IsAside),
            ("@priority", link.Priority),
            ("@due", link.Due),
            ("@lost_until", link.LostUntil),
            ("@attempts", link.Attempts),
            ("@answer_by", link.AnswerBy),
            ("@ask_first", link.AskFirst),
            ("@intended", link.Intended),
            ("@asked", link.Asked),
            ("@reachable", link.Reachable),
            ("@turned", link.Turned),
            ("@slice", link.Slice),
            ("@drifted_at", link.DriftedAt),
            ("@is_drift_suspected", link.IsDriftSuspected),
            ("@drifted", link.Drifted),
            ("@matched_by", link.MatchedBy),
            ("@operation_id", link.OperationId),
            ("@id", link.Id),
            ("@revision", link.Revision),
        ];

    internal static Link Read(Row row)
    {
        var (id, revision, tenantId, kind) = (
            row.Number<LinkId>(),
            row.Long(),
            row.Number<TenantId>(),
            row.Word<Kind>()
        );
        var (claimantId, slackId) = (row.IdOrNull<ResourceId>(), row.TextOrNull());
        return new Link
        {
            Id = id,
            Revision = revision,
            TenantId = tenantId,
            Kind = kind,
            ClaimantId = claimantId,
            SlackId = slackId,
            Indexed = (slackId, claimantId),
            UserName = row.TextOrNull(),
            Delivered = row.BytesOrNull(),
            Seen = row.BytesOrNull(),
            Echo = row.BytesOrNull(),
            SeenAt = row.NumberOrNull<Instant>(),
            Imported = row.Flag(),
            Protection = Reason.Parse(row.TextOrNull()),
            Absent = row.Flag(),
            WantedVersion = row.Long(),
            SettledVersion = row.Long(),
            State = row.Word<LinkState>(),
            Reason = Reason.Parse(row.TextOrNull()),
            Since = row.Number<Instant>(),
            SetAside = FieldSet.Parse(row.Text()),
            Kept = FieldSet.Parse(row.Text()),
            Spoken = FieldSet.Parse(row.Text()),
            SpokenVersion = row.Long(),
            Sent = row.Flag(),
            IsAside = row.Flag(),
            Priority = row.Word<SlackPriority>(),
            Due = row.NumberOrNull<Instant>(),
            LostUntil = row.NumberOrNull<Instant>(),
            Attempts = row.Int(),
            AnswerBy = row.NumberOrNull<Instant>(),
            AskFirst = row.Flag(),
            Intended = row.NumberOrNull<Instant>(),
            Asked = row.Int(),
            Reachable = row.Flag(),
            Turned = row.NumberOrNull<Instant>(),
            Slice = row.IntOrNull(),
            DriftedAt = row.NumberOrNull<Instant>(),
            IsDriftSuspected = row.Flag(),
            Drifted = row.Text(),
            MatchedBy = row.WordOrNull<MatchedBy>(),
            OperationId = row.IdOrNull<OperationId>(),
        };
    }
}
