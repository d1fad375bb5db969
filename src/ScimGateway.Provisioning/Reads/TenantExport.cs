using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Reads;

/// <summary>
/// All that is kept of a tenant as lines of JSON, each with its kind, and without any secret: neither the token nor a
/// hash. What follows from it, such as keys and totals, and the audit trail, which outlives it, are left out.
/// </summary>
internal sealed class TenantExport(Store store)
{
    private const int MostRows = 200;

    /// <summary>
    /// The lines, in pieces that fit into memory whatever the tenant has; the last one counts those before it. Each
    /// piece is of one moment, and the next of a later one.
    /// </summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> WriteAsync(
        TenantId tenant,
        [EnumeratorCancellation] CancellationToken gone = default
    )
    {
        var all = 0L;
        foreach (var section in Sections(tenant))
            for (object? place = null; ; )
            {
                var from = place;
                var (lines, next) = await store.ReadAsync(
                    session =>
                    {
                        var some = new Lines();
                        return (some, section(session, from, some));
                    },
                    gone
                );
                all += lines.Count;
                yield return lines.Bytes;
                if (next is null)
                    break;
                place = next;
            }
        var end = new Lines();
        end.Add("end", json => json.WriteNumber("lines", all));
        yield return end.Bytes;
    }

    // Each writes some lines from a place on, and says from where it goes on; null at its end.
    private static IEnumerable<Func<StoreSession, object?, Lines, object?>> Sections(TenantId tenant) =>
        [
            (session, _, lines) => WriteTenant(session, tenant, lines),
            (session, place, lines) =>
                Each(Sources.After(session, tenant, (int?)place ?? 0, MostRows), lines, one => one.Id, WriteSource),
            (session, _, lines) => Each(Credentials.Of(session, tenant), lines, null, WriteCredential),
            (session, place, lines) => Resources(session, tenant, (ResourceId?)place, lines),
            (session, place, lines) => Members(session, tenant, ((GroupId, ResourceId, int)?)place, lines),
            (session, place, lines) =>
                Each(
                    Links.After(session, tenant, (LinkId?)place ?? default, MostRows),
                    lines,
                    one => one.Id,
                    WriteLink
                ),
            (session, place, lines) =>
                Each(
                    HoldRows.After(session, tenant, (HoldId?)place ?? default, MostRows),
                    lines,
                    one => one.Id,
                    WriteHold
                ),
            (session, place, lines) =>
                Each(
                    Jobs.Before(session, tenant, (JobId?)place ?? new JobId(long.MaxValue), MostRows),
                    lines,
                    one => one.Id,
                    WriteJob
                ),
            (session, place, lines) =>
                Each(
                    OutboxRows.Before(session, tenant, (Guid?)place, MostRows),
                    lines,
                    one => one.Notice.Id,
                    WriteNotice
                ),
            (session, place, lines) =>
                Each(
                    Operations.Whole(session, tenant, (OperationPlace?)place, MostRows),
                    lines,
                    one => new OperationPlace(one.At, one.Id),
                    WriteOperation
                ),
        ];

    private static object? Each<T>(List<T> some, Lines lines, Func<T, object>? place, Action<Lines, T> write)
    {
        foreach (var one in some)
            write(lines, one);
        return place is not null && some.Count == MostRows ? place(some[^1]) : null;
    }

    private static object? WriteTenant(StoreSession session, TenantId tenant, Lines lines)
    {
        var row = Tenants.Find(session, tenant);
        lines.Add(
            "tenant",
            json =>
            {
                json.WriteString("slug", row.Slug);
                json.WriteString("name", row.Name);
                json.WriteString("description", row.Description);
                json.WriteString("standing", Word(row.Standing));
                json.WriteString("organization", row.OrganizationId);
                json.WriteString("tokenOwner", row.TokenOwner);
                json.WriteString("scopes", row.Scopes);
                Write(json, "testedAt", row.TestedAt);
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

    private static void WriteSource(Lines lines, Source row) =>
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
    private static void WriteCredential(Lines lines, Credential row) =>
        lines.Add(
            "credential",
            json =>
            {
                json.WriteNumber("id", row.Id.Value);
                json.WriteNumber("source", row.SourceId);
                json.WriteString("credential", row.Kind);
                json.WriteString("label", row.Label);
                json.WriteString("scope", row.Scope);
                Write(json, "created", row.Created);
                Write(json, "expires", row.Expires);
                Write(json, "lastUsed", row.LastUsed);
            }
        );

    private static ResourceId? Resources(StoreSession session, TenantId tenant, ResourceId? after, Lines lines)
    {
        var (read, last) = (0, default(ResourceId));
        session.Each(
            // By their ids, in one walk over all of them, however many pieces there are.
            "select id, kind, source_id, link_id, version, created, modified, deleted, hidden, asserted, document, previous from resources "
                + "where +tenant_id = @tenant and id > @after order by id limit @most",
            row =>
            {
                read++;
                last = Resource(row, lines);
                return !lines.IsFull;
            },
            ("@tenant", tenant),
            ("@after", after ?? default),
            ("@most", MostRows)
        );
        return read == MostRows || lines.IsFull ? last : null;
    }

    private static ResourceId Resource(Row row, Lines lines)
    {
        var (id, kind) = (row.Id<ResourceId>(), row.Word<Kind>());
        var (source, link, version) = (row.IntOrNull(), row.LongOrNull(), row.Long());
        var (created, modified) = (row.Number<Instant>(), row.Number<Instant>());
        var (deleted, hidden) = (row.NumberOrNull<Instant>(), row.Flag());
        var (asserted, document, previous) = (row.Text(), row.Bytes(), row.BytesOrNull());
        lines.Add(
            Word(kind),
            json =>
            {
                json.WriteString("id", id.Value);
                Write(json, "source", source);
                Write(json, "link", link);
                json.WriteNumber("version", version);
                Write(json, "created", created);
                Write(json, "modified", modified);
                Write(json, "deleted", deleted);
                json.WriteBoolean("hidden", hidden);
                Write(json, "asserted", asserted);
                Write(json, "document", document);
                Write(json, "previous", previous);
            }
        );
        return id;
    }

    private static (GroupId Group, ResourceId Member, int Source)? Members(
        StoreSession session,
        TenantId tenant,
        (GroupId Group, ResourceId Member, int Source)? after,
        Lines lines
    )
    {
        var (read, last) = (0, default((GroupId Group, ResourceId Member, int Source)));
        session.Each(
            "select m.group_id, m.member_id, m.source_id, m.wanted, m.in_slack, m.blocked from members m "
                + "where (m.group_id, m.member_id, m.source_id) > (@group, @member, @source) "
                + "and exists (select 1 from resources r where r.id = m.group_id and r.tenant_id = @tenant) "
                + "order by m.group_id, m.member_id, m.source_id limit @most",
            row =>
            {
                read++;
                last = (row.Id<GroupId>(), row.Id<ResourceId>(), row.Int());
                var (member, wanted, inSlack) = (last, row.Word<Tri>(), row.Word<Tri>());
                var blocked = row.TextOrNull();
                lines.Add(
                    "member",
                    json =>
                    {
                        json.WriteString("group", member.Group.Value);
                        json.WriteString("member", member.Member.Value);
                        json.WriteNumber("source", member.Source);
                        json.WriteString("wanted", Word(wanted));
                        json.WriteString("inSlack", Word(inSlack));
                        json.WriteString("blocked", blocked);
                    }
                );
                return true;
            },
            ("@group", after?.Group ?? default),
            ("@member", after?.Member ?? default),
            ("@source", after?.Source ?? int.MinValue),
            ("@tenant", tenant),
            ("@most", MostRows)
        );
        return read == MostRows ? last : null;
    }

    private static void WriteLink(Lines lines, Link row) =>
        lines.Add(
            "link",
            json =>
            {
                json.WriteNumber("id", row.Id.Value);
                json.WriteString("of", Word(row.Kind));
                json.WriteString("resource", row.ClaimantId?.ToString());
                json.WriteString("slackId", row.SlackId);
                json.WriteString("slackUserName", row.UserName);
                json.WriteString("state", Word(row.State));
                json.WriteString("reason", row.Reason?.ToString());
                json.WriteString("protection", row.Protection?.ToString());
                Write(json, "since", row.Since);
                Write(json, "delivered", row.Delivered);
                Write(json, "seen", row.Seen);
                Write(json, "seenAt", row.SeenAt);
                json.WriteString("operation", row.OperationId?.ToString());
            }
        );

    private static void WriteHold(Lines lines, Hold row) =>
        lines.Add(
            "hold",
            json =>
            {
                json.WriteNumber("id", row.Id.Value);
                json.WriteNumber("link", row.LinkId.Value);
                json.WriteString("member", row.MemberId?.ToString());
                Write(json, "other", row.OtherId?.Value);
                Write(json, "meant", row.MeantId?.Value);
                json.WriteString("reason", row.Reason.ToString());
                Write(json, "since", row.Since);
            }
        );

    private static void WriteJob(Lines lines, Job row) =>
        lines.Add(
            "job",
            json =>
            {
                json.WriteNumber("id", row.Id.Value);
                json.WriteString("job", row.Kind);
                json.WriteString("progress", row.Progress);
                Write(json, "started", row.Started);
                Write(json, "finished", row.Finished);
                json.WriteString("error", row.Error);
            }
        );

    private static void WriteNotice(Lines lines, (Outbox Notice, string Tenant) row) =>
        lines.Add(
            "notification",
            json =>
            {
                json.WriteString("id", row.Notice.Id);
                json.WriteString("cause", Word(row.Notice.Cause));
                json.WriteString("text", row.Notice.Text);
                Write(json, "since", row.Notice.Since);
                json.WriteNumber("more", row.Notice.More);
                Write(json, "about", row.Notice.About);
                json.WriteNumber("attempts", row.Notice.Attempts);
                json.WriteString("taken", row.Notice.Taken);
                Write(json, "ended", row.Notice.Ended);
                json.WriteString("error", row.Notice.Error);
            }
        );

    private static void WriteOperation(Lines lines, Operation row) =>
        lines.Add(
            "operation",
            json =>
            {
                json.WriteString("id", row.Id.Value);
                Write(json, "at", row.At);
                json.WriteString("actor", row.Actor);
                Write(json, "source", row.SourceId);
                json.WriteString("name", row.Names?.Shown);
                json.WriteString("userName", row.Names?.UserName);
                json.WriteString("address", row.Names?.Address);
                json.WriteString("request", row.Request);
                json.WriteString("resource", row.ResourceId?.ToString());
                Write(json, "link", row.LinkId?.Value);
                json.WriteString("verdict", row.Verdict);
                json.WriteString("outcome", row.Outcome);
                Write(json, "status", row.Status);
                json.WriteString("scimType", row.ScimType);
                json.WriteString("error", row.Error);
                Write(json, "finished", row.Finished);
                json.WriteNumber("counted", row.Counted);
                Write(json, "notes", row.Notes);
                Write(json, "commands", row.Commands);
            }
        );

    private static string Word<T>(T word)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(word.ToString());

    private static void Write(Utf8JsonWriter json, string name, Instant? time) =>
        json.WriteString(name, time is { } at ? Moments.ToText(at.ToTime()) : null);

    private static void Write(Utf8JsonWriter json, string name, long? number)
    {
        if (number is { } value)
            json.WriteNumber(name, value);
        else
            json.WriteNull(name);
    }

    // What is kept as lines.
    private static void Write(Utf8JsonWriter json, string name, string lines)
    {
        json.WriteStartArray(name);
        foreach (var line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            json.WriteStringValue(line);
        json.WriteEndArray();
    }

    // What is kept as JSON.
    private static void Write(Utf8JsonWriter json, string name, byte[]? kept)
    {
        json.WritePropertyName(name);
        if (kept is null)
            json.WriteNullValue();
        else
            json.WriteRawValue(kept, skipInputValidation: true);
    }

    /// <summary>Some lines.</summary>
    private sealed class Lines
    {
        private const int Most = 256 << 10;

        private readonly ArrayBufferWriter<byte> _bytes = new();

        public ReadOnlyMemory<byte> Bytes => _bytes.WrittenMemory;

        public int Count { get; private set; }

        public bool IsFull => _bytes.WrittenCount >= Most;

        public void Add(string kind, Action<Utf8JsonWriter> write)
        {
            using (var json = new Utf8JsonWriter(_bytes))
            {
                json.WriteStartObject();
                json.WriteString("kind", kind);
                write(json);
                json.WriteEndObject();
            }
            _bytes.Write("\n"u8);
            Count++;
        }
    }
}
