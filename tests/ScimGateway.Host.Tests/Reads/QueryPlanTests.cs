using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Filters;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Reads;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Sqlite;
using ScimGateway.Provisioning.Storage.Tables;
using Xunit;

namespace ScimGateway.Host.Tests.Reads;

/// <summary>
/// Which way SQLite takes: a list that it walks where an index leads straight to the user would be right, and slow at
/// 100,000.
/// </summary>
public class QueryPlanTests
{
    private const string List = "ix_resources_list";
    private static readonly Caller _caller = new(Gateway.Tenant, 1, "one", new Preferences(), Dialect.Everything);

    public QueryPlanTests() => Assert.SkipWhen(TestStore.IsPostgres, "it reads SQLite's plans");

    [Theory]
    [InlineData("userName eq \"x\"", "IX_resources_tenant_id_user_name_key")]
    [InlineData("userName eq \"x\" and active eq true", "IX_resources_tenant_id_user_name_key")]
    [InlineData("displayName eq \"x\"", "IX_resources_tenant_id_kind_deleted_hidden_display_name_key")]
    [InlineData("externalId eq \"x\"", "IX_resources_tenant_id_source_id_kind_external_id")]
    [InlineData("id eq \"00000000-0000-0000-0000-000000000000\"", "sqlite_autoindex_resources")]
    [InlineData("id eq \"00000000-0000-0000-0000-000000000000\" and manager eq \"y\"", "sqlite_autoindex_resources")]
    [InlineData("emails eq \"x\"", "sqlite_autoindex_emails")]
    [InlineData("emails[type eq \"work\"].value eq \"x\"", "sqlite_autoindex_emails")]
    [InlineData("manager eq \"x\"", "IX_resources_tenant_id_manager")]
    [InlineData(LinkSchema.Id + ":state eq \"failed\"", "IX_resources_link_id")]
    [InlineData(LinkSchema.Id + ":slackId eq \"U1\"", "IX_resources_link_id")]
    [InlineData("userName eq \"x\" or externalId eq \"y\"", "IX_resources_tenant_id_source_id_kind_external_id")]
    [InlineData("userName co \"x\"", List)]
    [InlineData("emails ew \"x\"", List)]
    [InlineData("displayName sw \"x\" and active eq true", List)]
    [InlineData("meta.lastModified gt \"2026-01-01T00:00:00Z\"", List)]
    [InlineData("meta.created gt \"2026-01-01T00:00:00Z\"", List)]
    [InlineData("active eq true", List)]
    [InlineData(LinkSchema.Id + ":state eq \"settled\"", List)]
    [InlineData(LinkSchema.Id + ":state eq \"pending\"", List)]
    public async Task A_filter_takes_its_index_to_count_and_to_list(string filter, string index)
    {
        await using var file = await StoreFile.OpenAsync();
        // a young file: nothing in it tells what a large one is like
        await Crowd.WriteAsync(file.Store, [Crowd.Member(1)]);

        foreach (
            var plan in Plans(file.Store, new ResourceQuery("", 100, new Sought(Kind.User) { Filter = Read(filter) }))
        )
        {
            Assert.Contains(plan, step => step.Contains(index, StringComparison.Ordinal));
            Assert.DoesNotContain(plan, step => step.StartsWith("SCAN resources", StringComparison.Ordinal));
            if (index != List)
                Assert.DoesNotContain(plan, step => step.Contains(List, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("settled")]
    [InlineData("pending")]
    [InlineData("failed")]
    public async Task A_state_is_looked_up_among_the_few_links_that_are_not_settled(string state)
    {
        await using var file = await StoreFile.OpenAsync();
        await Crowd.WriteAsync(file.Store, [Crowd.Member(1)]);

        foreach (
            var plan in Plans(
                file.Store,
                new ResourceQuery(
                    "",
                    100,
                    new Sought(Kind.User) { Filter = Read($"{LinkSchema.Id}:state eq \"{state}\"") }
                )
            )
        )
            Assert.Contains(plan, step => step.Contains("IX_links_tenant_id_state", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", List)]
    [InlineData("userName", "IX_resources_tenant_id_user_name_key")]
    [InlineData("displayName", "IX_resources_tenant_id_kind_deleted_hidden_display_name_key")]
    [InlineData("meta.created", List)]
    [InlineData("meta.lastModified", List)]
    [InlineData("id", "sqlite_autoindex_resources")]
    public async Task An_order_reads_an_index_and_the_documents_of_its_page_alone(string sortBy, string index)
    {
        await using var file = await StoreFile.OpenAsync();
        await Crowd.WriteAsync(file.Store, [Crowd.Member(1)]);
        var query = new ResourceQuery(
            "",
            100,
            new Sought(Kind.User)
            {
                Sort =
                    sortBy.Length == 0 ? null : SortOrder.Read(sortBy, false, GatewayTypes.User, Reading.Everything()),
            }
        );

        var plan = Plans(file.Store, query)[0];

        Assert.Contains(plan, step => step.Contains(index, StringComparison.Ordinal));
        Assert.DoesNotContain(plan, step => step is "SCAN r" or "SCAN resources");
    }

    [Fact]
    public async Task Of_a_group_only_the_rows_are_read_that_Slack_does_not_agree_with()
    {
        await using var file = await StoreFile.OpenAsync();
        await Crowd.WriteAsync(file.Store, [Crowd.Member(1)]);

        var plan = file.Store.Read(session =>
            session.All(
                "explain query plan " + ToldMembers.ToTell,
                Detail,
                ("@group", default(GroupId)),
                ("@yes", 1),
                ("@no", 2),
                ("@held", 3),
                ("@most", 1)
            )
        );

        Assert.Contains("ix_members_to_do", plan[0], StringComparison.Ordinal);
        Assert.DoesNotContain(plan, step => step.StartsWith("SCAN", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Kind.Group, "displayName eq \"x\"", "IX_resources_tenant_id_kind_deleted_hidden_display_name_key")]
    [InlineData(Kind.Group, "externalId eq \"x\"", "IX_resources_tenant_id_source_id_kind_external_id")]
    [InlineData(Kind.Group, "id eq \"00000000-0000-0000-0000-000000000000\"", "sqlite_autoindex_resources")]
    [InlineData(Kind.Group, "members eq \"00000000-0000-0000-0000-000000000000\"", "IX_members_member_id")]
    [InlineData(
        Kind.Group,
        "id eq \"00000000-0000-0000-0000-000000000000\" and members[value eq \"00000000-0000-0000-0000-000000000000\"]",
        "sqlite_autoindex_resources"
    )]
    [InlineData(Kind.User, "groups.value eq \"00000000-0000-0000-0000-000000000000\"", "members")]
    [InlineData(Kind.User, "groups[display eq \"x\"]", "IX_resources_tenant_id_kind_deleted_hidden_display_name_key")]
    public async Task A_filter_of_members_takes_an_index(Kind kind, string filter, string index)
    {
        await using var file = await StoreFile.OpenAsync();
        var member = (await Crowd.WriteAsync(file.Store, [Crowd.Member(1)]))[0];
        await Crowd.WriteAsync(file.Store, new Team("x", new TeamMember(member)));
        var sought = new Sought(kind) { Filter = Filter.Read(filter, GatewayTypes.Of(kind), Reading.Everything()) };

        foreach (var plan in Plans(file.Store, new ResourceQuery("", 100, sought)))
        {
            Assert.Contains(plan, step => step.Contains(index, StringComparison.Ordinal));
            Assert.DoesNotContain(plan, step => step.StartsWith("SCAN", StringComparison.Ordinal));
            Assert.DoesNotContain(plan, step => step.Contains(List, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task The_members_and_the_groups_of_an_answer_are_read_from_indexes_alone()
    {
        await using var file = await StoreFile.OpenAsync();
        List<string> Plan(string sql, string names) =>
            file.Store.Read(session =>
                session.All(
                    "explain query plan " + sql,
                    Detail,
                    [.. names.Split(' ').Select(name => (name, (object?)1))]
                )
            );

        Assert.Equal(
            ["SEARCH m USING COVERING INDEX ix_members_shown (group_id=? AND wanted=? AND member_id>?)"],
            Plan(MemberReads.Wanted, "@group @after @most")
        );
        Assert.Contains(
            Plan(ResourceReads.ById(SqliteDialect.One, Kind.User, Related.Groups), "@id @tenant @no"),
            step =>
                step.StartsWith(
                    "SEARCH m USING INDEX IX_members_member_id_group_id_wanted (member_id=?)",
                    StringComparison.Ordinal
                )
        );
    }

    private static List<List<string>> Plans(Store store, ResourceQuery query) =>
        store.Read(session =>
        {
            var list = new ResourceList(session.Sql, _caller, query, cursorKey: null);
            return new[] { list.Select(100, 0), list.Count() }
                .Select(asked => session.All("explain query plan " + asked.Text, Detail, asked.Parameters))
                .ToList();
        });

    private static Filter Read(string filter) => Filter.Read(filter, GatewayTypes.User, Reading.Everything());

    // What SQLite says of a step of its plan, behind three numbers.
    private static string Detail(Row row)
    {
        row.Skip(3);
        return row.Text();
    }
}
