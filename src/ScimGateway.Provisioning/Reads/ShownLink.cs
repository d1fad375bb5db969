using System.Data.Common;
using System.Text.Json.Nodes;
using ScimGateway.Protocol.Filters;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Reads;

/// <summary>What <see cref="LinkSchema"/> shows of a link.</summary>
public sealed record ShownLink(
    LinkState State,
    Reason? Reason,
    long Since,
    string? SlackId,
    string? SlackUserName,
    Guid? OperationId
)
{
    /// <summary>The fields whose clearing Slack did not take.</summary>
    public IReadOnlyList<string> KeptBySlack { get; init; } = [];

    /// <summary>The columns, of a link called l; null where the resource has none.</summary>
    internal const string Columns = "l.state, l.reason, l.since, l.slack_id, l.operation_id, l.seen, l.user_name, l.kept";

    /// <summary>Reads <see cref="Columns"/>, which begin at a place of the row.</summary>
    internal static ShownLink? Read(DbDataReader row, int at)
    {
        if (row.IsDBNull(at))
            return null;
        // The name that Slack showed; until then the one that we chose.
        var name = row.IsDBNull(at + 5) ? null : SlackProfile.Read((byte[])row.GetValue(at + 5))[SlackField.UserName];
        return new ShownLink(
            (LinkState)row.GetInt32(at),
            Reason.Parse(row.IsDBNull(at + 1) ? null : row.GetString(at + 1)),
            row.GetInt64(at + 2),
            row.IsDBNull(at + 3) ? null : row.GetString(at + 3),
            name ?? (row.IsDBNull(at + 6) ? null : row.GetString(at + 6)),
            row.IsDBNull(at + 4) ? null : row.GetGuid(at + 4)
        )
        {
            KeptBySlack = [.. FieldSet.Parse(row.GetString(at + 7)).Fields.Select(SlackProfile.Name)],
        };
    }

    /// <summary>The extension's object.</summary>
    public JsonObject ToJson()
    {
        var json = ScimJson.NewObject();
        json["state"] = LinkSchema.Word(State);
        if (Reason is not null)
            json["reason"] = Reason.Sentence;
        json["since"] = Moments.ToText(DateTimeOffset.FromUnixTimeMilliseconds(Since));
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
