using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Notices;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Journal;

/// <summary>The journal: one line for each write that was asked for, whatever came of it.</summary>
internal sealed class OperationJournal(Store store)
{
    /// <summary>Who has decided something, where nobody says who.</summary>
    public const string Operator = "operator";

    internal const string Gateway = "gateway";

    /// <summary>
    /// The most lines of refused writes that a source gets within an hour. In ninety days they come to some 600 MB,
    /// each with all the words there may be.
    /// </summary>
    public const int MostRefusals = 250;

    /// <summary>So many refused writes of a source within an hour people are told of, and once.</summary>
    public const int ToldRefusals = 10;

    // A batch is one transaction, which others queue behind.
    private const int MostForgottenAtOnce = 1_000;

    /// <summary>An operation of a tenant; null if it has none of that id.</summary>
    public async Task<Operation?> FindAsync(TenantId tenantId, OperationId id) =>
        await store.ReadAsync(session => OperationLists.Find(session, tenantId, id));

    /// <summary>
    /// Forgets the operations that ended before a time, and says how many; what has not ended is kept, however old.
    /// Other writes go on in between.
    /// </summary>
    public async Task<int> ForgetAsync(DateTimeOffset before, CancellationToken cancel)
    {
        for (var all = 0; ; )
        {
            var forgotten = await store.WriteAsync(
                session => OperationLines.Forget(session, Instant.Of(before), MostForgottenAtOnce),
                cancel
            );
            all += forgotten;
            if (forgotten < MostForgottenAtOnce)
                return all;
        }
    }

    /// <summary>
    /// Writes down that a request was refused, and gives back the line that says so. One that is in the journal already
    /// says itself what came of it; and beyond <see cref="MostRefusals"/> of a source within an hour, one line for each
    /// status and scimType counts all others, so that nobody fills the disk with what is refused. A tenant that was
    /// deleted meanwhile has no journal.
    /// </summary>
    public Task<OperationId> RefusedAsync(WriteRequest asked, ScimException why) =>
        store.WriteAsync(
            session =>
                Tenants.IsThere(session, asked.Caller.TenantId) ? Refuse(session, asked, why) : asked.OperationId,
            CancellationToken.None,
            asked.Caller.TenantId
        );

    /// <summary>
    /// How many of a source's writes were refused in the hour of a time, by the gateway or by Slack; beyond those that people
    /// are told of it is not counted.
    /// </summary>
    internal static int RefusedOf(StoreSession store, TenantId tenant, int source, Instant at)
    {
        var (from, end) = HourOf(at);
        return OperationLines.Refused(store, tenant, source, from, end, ToldRefusals);
    }

    /// <summary>Has people told once the refused writes of an hour are so many.</summary>
    internal static void TellRefused(StoreSession store, TenantId tenant, int before, int after, Instant at)
    {
        if (before < ToldRefusals && after >= ToldRefusals)
            Alerts.Raise(store, tenant, Cause.Refused, at);
    }

    private static (Instant From, Instant End) HourOf(Instant at)
    {
        var time = at.ToTime();
        var from = time.AddTicks(-(time.Ticks % TimeSpan.TicksPerHour));
        return (Instant.Of(from), Instant.Of(from.AddHours(1)));
    }

    private static OperationId Refuse(StoreSession store, WriteRequest asked, ScimException why)
    {
        var (from, end) = HourOf(Instant.Of(asked.At));
        var target =
            Resources.Find(store, asked.Target) is { } found && found.TenantId == asked.Caller.TenantId ? found : null;
        // About the user or group that the request names, if there is one, else about what it brought.
        var names = target is null ? asked.Names : KnownAs.Of(target);
        var (lines, counting) = OperationLines.RefusedWithin(store, asked.Caller.SourceId, from, end, why);
        // What Slack has refused is in the journal, and was counted then.
        if (lines < ToldRefusals && !OperationLines.IsThere(store, asked.OperationId))
        {
            var refused = RefusedOf(store, asked.Caller.TenantId, asked.Caller.SourceId, Instant.Of(asked.At));
            TellRefused(store, asked.Caller.TenantId, refused, refused + 1, Instant.Of(asked.At));
        }
        if (lines < MostRefusals)
            Write(asked);
        else if (!OperationLines.IsThere(store, asked.OperationId))
        {
            if (counting is { } line)
            {
                OperationLines.CountRefusal(store, line, names, why);
                return line;
            }
            Write(
                asked with
                {
                    Request =
                        $"writes beyond {MostRefusals} that were refused in one hour with this status and scimType, the last of them so",
                },
                counted: 1
            );
        }
        return asked.OperationId;

        void Write(WriteRequest line, int counted = 0) =>
            OperationJournal.Write(
                store,
                line,
                target?.Id,
                null,
                names,
                null,
                new Verdict.Refuse(why),
                OperationOutcome.Refused,
                asked.At,
                counted
            );
    }

    /// <summary>Writes down that a request was carried out which is none of a single resource.</summary>
    public Task DoneAsync(WriteRequest asked) =>
        store.WriteAsync(
            session =>
            {
                if (Tenants.IsThere(session, asked.Caller.TenantId))
                    Write(session, asked, null, null, null, null, new Verdict.Allow(), OperationOutcome.Done, asked.At);
                return asked.OperationId;
            },
            CancellationToken.None,
            asked.Caller.TenantId
        );

    /// <summary>Writes the line of a request.</summary>
    internal static void Write(
        StoreSession store,
        WriteRequest asked,
        ResourceId? resource,
        LinkId? link,
        KnownAs? names,
        long? version,
        Verdict verdict,
        OperationOutcome outcome,
        DateTimeOffset? finished,
        int counted = 0,
        IReadOnlyList<string>? noted = null,
        string? change = null
    )
    {
        var error = (verdict as Verdict.Refuse)?.Why;
        var notes = Notes.Of(asked.Reading) + string.Concat((noted ?? []).Select(note => note + "\n"));
        if (counted > 0 && names is not null)
            notes += $"the first of them: {names.Words}\n";
        OperationLines.Insert(
            store,
            new Operation
            {
                Counted = counted,
                Id = asked.OperationId,
                TenantId = asked.Caller.TenantId,
                SourceId = asked.Caller.Asking,
                Actor = asked.Caller.SourceName,
                LinkId = link,
                Version = version,
                ResourceId = resource,
                Names = names,
                Request = asked.Request,
                What = asked.What(change),
                At = asked.Now,
                Notes = notes,
                Verdict = Said(verdict),
                Outcome = outcome.Word(),
                Error = error?.Message,
                Status = (int?)error?.Status,
                ScimType = error?.ScimType,
                Finished = finished is { } ended ? Instant.Of(ended) : null,
            }
        );
    }

    /// <summary>Writes the line of what an operator decides of one link.</summary>
    internal static void WriteDecided(
        StoreSession store,
        Link link,
        ResourceId? resource,
        string what,
        string by,
        Instant at
    ) =>
        OperationLines.Insert(
            store,
            new Operation
            {
                Id = OperationId.New(at.ToTime()),
                TenantId = link.TenantId,
                Actor = by,
                LinkId = link.Id,
                ResourceId = resource,
                Names = Resources.Find(store, resource) is { } said
                    ? KnownAs.Of(said)
                    : OwnEntries.NamesOf(store, link),
                Request = what,
                At = at,
                Verdict = Said(new Verdict.Allow()),
                Outcome = OperationOutcome.Done.Word(),
                Finished = at,
            }
        );

    /// <summary>
    /// Adds a command with its answer to the operations whose wishes it served, and what was noted of it; a note that
    /// is there already is not repeated.
    /// </summary>
    internal static void Add(StoreSession store, Served served, string? command, IEnumerable<string> notes)
    {
        if (command is not null)
            OperationLines.AddCommand(store, served, command + "\n");
        foreach (var note in notes.Distinct(StringComparer.Ordinal))
            OperationLines.AddNote(store, served, note + "\n");
    }

    internal static string Said(Verdict verdict) =>
        verdict switch
        {
            Verdict.Skip skip => $"skip: {skip.Why}",
            Verdict.Hold hold => $"hold: {hold.Why.Sentence}",
            Verdict.Refuse => "refuse",
            _ => "allow",
        };

    /// <summary>Adds to an operation that was taken on what Slack will be told.</summary>
    internal static void Plan(StoreSession store, OperationId operation, IEnumerable<string> commands) =>
        OperationLines.AddPlan(store, operation, string.Concat(commands.Select(command => command + "\n")));

    /// <summary>
    /// What was held of a link has its outcome: an operator has left it out. Whatever else it asked for is told by what the
    /// operator's decision has the link planned for, which is an operation of its own.
    /// </summary>
    internal static void Dismiss(StoreSession store, Link link, string by, Instant now) =>
        Operations.Dismiss(store, link, $"what was held is not told to Slack: dismissed by {by}\n", now);
}
