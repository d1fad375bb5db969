using System.Text;
using System.Text.Json.Nodes;
using ScimGateway.Host.Tests.Admin;
using ScimGateway.Host.Tests.Reads;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Reads;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.SlackEmulator.Tests;
using Xunit;

namespace ScimGateway.Host.Tests.Journal;

/// <summary>What is asked of the journal, of either store.</summary>
public sealed class OperationReadsTests : IAsyncLifetime
{
    private static readonly DateTimeOffset _noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly string _data = Directory.CreateTempSubdirectory("scimgateway-tests-").FullName;
    private readonly ManualClock _clock = new();
    private Store _store = null!;
    private OperationReads _reads = null!;

    public async ValueTask InitializeAsync()
    {
        _store = await TestStore.OpenAsync(_data);
        _reads = new OperationReads(_store, _clock);
        foreach (var slug in new[] { "demo", "demo2" })
            await _store.WriteAsync(
                session => Tenants.Open(session, slug, slug, "okta", new Preferences()),
                CancellationToken.None
            );
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        TestStore.Drop(_data);
    }

    [Fact]
    public async Task Each_filter_finds_its_own_and_all_together_what_all_let_through()
    {
        var people = await Crowd.WriteAsync(_store, Enumerable.Range(0, 3).Select(Crowd.Member));
        var mine = Journaled.Line(Gateway.Tenant, _noon, "POST /Users", "nothing to do", "okta");
        (mine.ResourceId, mine.SourceId, mine.LinkId) = (people[1], 1, new LinkId(4_711));
        var refused = Journaled.Line(
            Gateway.Tenant,
            _noon.AddSeconds(1),
            $"PATCH /Users/{people[1].ToString().ToUpperInvariant()}",
            "refused"
        );
        refused.Names = new KnownAs("user1", "user1@crew.example", null);
        var others = Journaled.Line(Gateway.Tenant, _noon.AddSeconds(2), "POST /Users", "done");
        others.ResourceId = people[2];
        await Journaled.WriteAsync(
            _store,
            [mine, refused, others, Journaled.Line(new TenantId(2), _noon, "POST /Users", "done", "okta")]
        );
        var all = new OperationQuery
        {
            Outcome = "nothing to do",
            Source = 1,
            Link = mine.LinkId,
            Resource = people[1],
            Actor = "okta",
            Person = "USER1@crew",
            From = mine.At,
            Until = refused.At,
        };

        Assert.Equal([others.Id, refused.Id, mine.Id], await FindAsync(new OperationQuery()));
        Assert.Equal([mine.Id], await FindAsync(all));
        Assert.Empty(await FindAsync(all with { Person = "user2@crew" }));
        Assert.Equal([refused.Id, mine.Id], await FindAsync(new OperationQuery { Person = "user1@" }));
        Assert.Equal([refused.Id, mine.Id], await FindAsync(new OperationQuery { Resource = people[1] }));
        Assert.Equal([mine.Id], await FindAsync(new OperationQuery { Link = mine.LinkId }));
        Assert.Equal(
            [mine.Id],
            await FindAsync(new OperationQuery { Before = new OperationPlace(refused.At, refused.Id) })
        );

        async Task<List<OperationId>> FindAsync(OperationQuery query) =>
            (await _reads.PageAsync(Gateway.Tenant, query, 10)).ConvertAll(one => one.Id);
    }

    [Fact]
    public async Task A_person_is_found_by_the_Slack_id_too()
    {
        await Crowd.WriteAsync(
            _store,
            [Crowd.Member(1) with { Link = LinkState.Settled, SlackId = "U0ADA" }, Crowd.Member(2)]
        );
        var link = await _store.ReadAsync(session => Links.BySlackId(session, Gateway.Tenant, Kind.User, "U0ADA")!.Id);
        var line = Journaled.Line(Gateway.Tenant, _noon, "drift", "reported");
        line.LinkId = link;
        await Journaled.WriteAsync(_store, [line]);

        Assert.Single(await _reads.PageAsync(Gateway.Tenant, new OperationQuery { Person = "u0ad" }, 10));
        Assert.Empty(await _reads.PageAsync(Gateway.Tenant, new OperationQuery { Person = "u0adb" }, 10));
    }

    [Fact]
    public async Task What_changed_comes_in_the_order_in_which_it_came_or_ended_and_once()
    {
        var late = Journaled.Line(Gateway.Tenant, _noon.AddDays(-20), "late", "done");
        late.Finished = Instant.Of(_noon.AddSeconds(2));
        var old = Journaled.Line(Gateway.Tenant, _noon.AddDays(-20), "old", "done");
        var open = Journaled.Line(Gateway.Tenant, _noon.AddSeconds(1), "open", "pending");
        var both = Journaled.Line(Gateway.Tenant, _noon.AddSeconds(3), "both", "done");
        await Journaled.WriteAsync(
            _store,
            [both, late, old, open, Journaled.Line(new TenantId(2), _noon.AddSeconds(1), "another's", "done")]
        );
        var many = await Journaled.WriteAsync(_store, Gateway.Tenant, 2_500, _noon.AddSeconds(4));

        var changed = new List<Operation>();
        await foreach (var some in _reads.ChangedAsync(Gateway.Tenant, OperationPlace.Before(Instant.Of(_noon))))
            changed.AddRange(some);

        Assert.Equal(["open", "late", "both"], changed.Take(3).Select(one => one.Request));
        Assert.Equal(many.Select(id => id.Value).Order(), changed.Skip(3).Select(one => one.Id.Value).Order());
    }

    [Fact]
    public async Task An_export_has_each_row_of_the_tenant_once_and_none_of_another()
    {
        var people = await Crowd.WriteAsync(_store, Enumerable.Range(0, 1_234).Select(Crowd.Member));
        await Crowd.WriteAsync(_store, [Crowd.Member(1) with { TenantId = new TenantId(2) }]);
        await Crowd.WriteAsync(
            _store,
            [
                new Team("Crew", [.. people.Select(id => new TeamMember(id))]),
                new Team("Others") { TenantId = new TenantId(2) },
            ]
        );
        var lines = await Journaled.WriteAsync(_store, Gateway.Tenant, 1_000, _noon);

        var text = new StringBuilder();
        await foreach (var piece in new TenantExport(_store).WriteAsync(Gateway.Tenant))
            text.Append(Encoding.UTF8.GetString(piece.Span));
        var read = text.ToString().TrimEnd('\n').Split('\n').Select(line => JsonNode.Parse(line)!).ToList();

        Assert.Equal(people.Select(id => id.ToString()).Order(), Of("user", "id").Order());
        Assert.Single(Of("group", "id"));
        Assert.Equal(people.Select(id => id.ToString()).Order(), Of("member", "member").Order());
        Assert.Equal(lines.Select(id => id.ToString()).Order(), Of("operation", "id").Order());
        Assert.Equal(read.Count - 1, (int)read[^1]["lines"]!);

        IEnumerable<string> Of(string kind, string field) =>
            read.Where(line => (string?)line["kind"] == kind).Select(line => (string)line[field]!);
    }
}
