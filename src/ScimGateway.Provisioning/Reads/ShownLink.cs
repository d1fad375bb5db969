using System.Text.Json.Nodes;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Reads;

/// <summary>What <see cref="LinkSchema"/> shows of a link.</summary>
internal sealed record ShownLink(
    LinkState State,
    Reason? Reason,
    Instant Since,
    string? SlackId,
    string? SlackUserName,
    OperationId? OperationId
)
{
    /// <summary>The fields whose clearing Slack did not take.</summary>
    public IReadOnlyList<string> KeptBySlack { get; init; } = [];

    /// <summary>By what it was found to be whose it is; null if we made it, or nobody has claimed it.</summary>
    public MatchedBy? MatchedBy { get; init; }

    /// <summary>Whether Slack last showed the account active; null where it showed none or has it no more, and of groups.</summary>
    public bool? ActiveInSlack { get; init; }

    /// <summary>The fields that somebody has changed in Slack for certain.</summary>
    public IReadOnlyList<string> ChangedInSlack { get; init; } = [];

    /// <summary>The columns, of a link called l; null where the resource has none.</summary>
    internal const string Columns =
        "l.state, l.reason, l.since, l.slack_id, l.operation_id, l.seen, l.user_name, l.kept, l.matched_by, "
        + "case when l.is_drift_suspected then '' else l.drifted end";

    /// <summary>Reads <see cref="Columns"/>, which are next in the row.</summary>
    internal static ShownLink? Read(ref Row row)
    {
        if (row.LongOrNull() is not { } state)
        {
            row.Skip(9);
            return null;
        }
        var link = new ShownLink(
            (LinkState)state,
            Reason.Parse(row.TextOrNull()),
            row.Number<Instant>(),
            row.TextOrNull(),
            null,
            row.IdOrNull<OperationId>()
        );
        // The name that Slack showed; until then the one that we chose.
        var seen = row.BytesOrNull() is { } bytes ? SlackProfile.Read(bytes) : null;
        var chosen = row.TextOrNull();
        return link with
        {
            SlackUserName = seen?[SlackField.UserName] ?? chosen,
            ActiveInSlack = link.State == LinkState.Broken ? null : seen?.Active,
            KeptBySlack = Names(row.Text()),
            MatchedBy = row.WordOrNull<MatchedBy>(),
            ChangedInSlack = Names(row.Text()),
        };
    }

    private static string[] Names(string fields) => [.. FieldSet.Parse(fields).Fields.Select(SlackProfile.Name)];

    /// <summary>The extension's object.</summary>
    public JsonObject ToJson()
    {
        var json = ScimJson.NewObject();
        json["state"] = LinkSchema.Word(State);
        if (Reason is not null)
            json["reason"] = Reason.Sentence;
        json["since"] = Moments.ToText(Since.ToTime());
        if (SlackId is not null)
            json["slackId"] = SlackId;
        if (SlackUserName is not null)
            json["slackUserName"] = SlackUserName;
        if (KeptBySlack.Count > 0)
            json["keptBySlack"] = new JsonArray([.. KeptBySlack.Select(field => JsonValue.Create(field))]);
        if (OperationId is { } operation)
            json["operationId"] = operation.ToString();
        return json;
    }
}
