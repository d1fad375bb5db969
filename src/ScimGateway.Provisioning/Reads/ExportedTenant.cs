using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Reads;

/// <summary>A tenant itself as an export has it: its settings, its sources and their credentials, its journal.</summary>
internal static class ExportedTenant
{
    public static object? WriteTenant(StoreSession session, TenantId tenant, ExportLines lines)
    {
        var row = Tenants.Find(session, tenant);
        lines.Add(
            "tenant",
            json =>
            {
                json.WriteString("slug", row.Slug);
                json.WriteString("name", row.Name);
                json.WriteString("description", row.Description);
                json.WriteString("standing", ExportJson.Word(row.Standing));
                json.WriteString("organization", row.OrganizationId);
                json.WriteString("tokenOwner", row.TokenOwner);
                json.WriteString("scopes", row.Scopes);
                json.Write("testedAt", row.TestedAt);
                json.WriteString("problem", row.Problem);
            }
        );
        lines.Add(
            "preferences",
            json =>
            {
                json.WritePropertyName("preferences");
                json.WriteRawValue(row.Preferences);
            }
        );
        foreach (var rule in Rules.Of(session, tenant))
            lines.Add(
                "rule",
                json =>
                {
                    json.WriteNumber("id", rule.Id);
                    json.WriteString("name", rule.Name);
                    json.WriteString("filter", rule.Filter);
                }
            );
        return null;
    }

    public static void WriteSource(ExportLines lines, Source row) =>
        lines.Add(
            "source",
            json =>
            {
                json.WriteNumber("id", row.Id);
                json.WriteString("name", row.Name);
                json.WriteString("preset", row.Preset);
                json.WriteString("deviationsOff", row.DeviationsOff);
            }
        );

    // Neither the hash nor what goes with it, which may be a name by which somebody logs in.
    public static void WriteCredential(ExportLines lines, Credential row) =>
        lines.Add(
            "credential",
            json =>
            {
                json.WriteNumber("id", row.Id.Value);
                json.WriteNumber("source", row.SourceId);
                json.WriteString("credential", row.Kind);
                json.WriteString("label", row.Label);
                json.WriteString("scope", row.Scope);
                json.Write("created", row.Created);
                json.Write("expires", row.Expires);
                json.Write("lastUsed", row.LastUsed);
            }
        );

    public static void WriteJob(ExportLines lines, Job row) =>
        lines.Add(
            "job",
            json =>
            {
                json.WriteNumber("id", row.Id.Value);
                json.WriteString("job", row.Kind);
                json.WriteString("progress", row.Progress);
                json.Write("started", row.Started);
                json.Write("finished", row.Finished);
                json.WriteString("error", row.Error);
            }
        );

    public static void WriteNotice(ExportLines lines, (Outbox Notice, string Tenant) row) =>
        lines.Add(
            "notification",
            json =>
            {
                json.WriteString("id", row.Notice.Id);
                json.WriteString("cause", ExportJson.Word(row.Notice.Cause));
                json.WriteString("text", row.Notice.Text);
                json.Write("since", row.Notice.Since);
                json.WriteNumber("more", row.Notice.More);
                json.Write("about", row.Notice.About);
                json.WriteNumber("attempts", row.Notice.Attempts);
                json.WriteString("taken", row.Notice.Taken);
                json.Write("ended", row.Notice.Ended);
                json.WriteString("error", row.Notice.Error);
            }
        );

    public static void WriteOperation(ExportLines lines, Operation row) =>
        lines.Add(
            "operation",
            json =>
            {
                json.WriteString("id", row.Id.Value);
                json.Write("at", row.At);
                json.WriteString("actor", row.Actor);
                json.Write("source", row.SourceId);
                json.WriteString("name", row.Names?.Shown);
                json.WriteString("userName", row.Names?.UserName);
                json.WriteString("address", row.Names?.Address);
                json.WriteString("request", row.Request);
                json.WriteString("resource", row.ResourceId?.ToString());
                json.Write("link", row.LinkId?.Value);
                json.WriteString("verdict", row.Verdict);
                json.WriteString("outcome", row.Outcome);
                json.Write("status", row.Status);
                json.WriteString("scimType", row.ScimType);
                json.WriteString("error", row.Error);
                json.Write("finished", row.Finished);
                json.WriteNumber("counted", row.Counted);
                json.Write("notes", row.Notes);
                json.Write("commands", row.Commands);
            }
        );
}
