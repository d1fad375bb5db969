using Microsoft.AspNetCore.Http;
using ScimGateway.AdminConsole.Answers;
using ScimGateway.AdminConsole.Pages;

namespace ScimGateway.AdminConsole;

/// <summary>The pages that only show something.</summary>
internal static class Looking
{
    /// <summary>By what people and groups can be filtered.</summary>
    public static readonly string[] PeopleFilters = ["search", "kind", "state", "reason", "changed"];

    /// <summary>By what decisions can be filtered.</summary>
    public static readonly string[] HoldFilters = ["reason", "link"];

    /// <summary>By what the people and groups of a tenant that goes live can be filtered.</summary>
    public static readonly string[] FateFilters = ["kind", "what"];

    /// <summary>By what Slack user names, and members of groups, can be filtered.</summary>
    public static readonly string[] DifferingFilter = ["differing"];

    private const int MostMemberships = 10;

    /// <summary>By what operations can be filtered.</summary>
    public static readonly string[] OperationFilters = ["search", "outcome", "link"];

    /// <summary>The tenants.</summary>
    public static async Task<IResult> AtTenantsAsync(Visit visit) =>
        visit.Page<TenantsPage>(
            (
                "Tenants",
                await visit.Api.ReadAsync<Page<Tenant>>(
                    $"tenants?limit={Visit.MostOfPage}{visit.Asked("search", "cursor")}"
                )
            ),
            ("Search", visit.Query("search")),
            ("Filters", visit.Filters("search"))
        );

    /// <summary>A tenant: what needs somebody, and how it is.</summary>
    public static async Task<IResult> AtTenantAsync(Visit visit) =>
        visit.Page<TenantPage>(
            ("Tenant", await visit.Api.ReadAsync<Tenant>(visit.TenantPath)),
            ("Activity", await visit.Api.ReadAsync<Activity>($"{visit.TenantPath}/activity"))
        );

    /// <summary>What was asked for, and what came of it.</summary>
    public static async Task<IResult> AtOperationsAsync(Visit visit) =>
        visit.Page<OperationsPage>(
            ("Tenant", visit.Tenant),
            ("Operations", await visit.ListAsync<Operation>("operations", OperationFilters)),
            ("Search", visit.Query("search")),
            ("Outcome", visit.Query("outcome")),
            ("OfLink", visit.Query("link")),
            ("IsNewest", visit.Query("cursor") is null),
            ("Filters", visit.Filters(OperationFilters))
        );

    /// <summary>One operation in the order of its way.</summary>
    public static async Task<IResult> AtOperationAsync(Visit visit) =>
        visit.Page<OperationPage>(
            ("Tenant", visit.Tenant),
            (
                "Operation",
                await visit.Api.ReadAsync<Operation>($"{visit.TenantPath}/operations/{visit.Route("operation")}")
            ),
            ("Curl", visit.Curl($"{visit.TenantPath}/operations/{visit.Route("operation")}"))
        );

    /// <summary>People and groups.</summary>
    public static async Task<IResult> AtPeopleAsync(Visit visit) =>
        visit.Page<PeoplePage>(
            ("Tenant", visit.Tenant),
            ("Links", await visit.ListAsync<Link>("links", PeopleFilters)),
            ("Search", visit.Query("search")),
            ("Kind", visit.Query("kind")),
            ("InState", visit.Query("state")),
            ("Reason", visit.Query("reason")),
            ("Changed", visit.Query("changed")),
            ("Filters", visit.Filters(PeopleFilters))
        );

    /// <summary>One person or group: told, seen, and why.</summary>
    public static async Task<IResult> AtPersonAsync(Visit visit)
    {
        var path = $"{visit.TenantPath}/links/{visit.Route("link")}";
        return visit.Page<PersonPage>(
            ("Tenant", visit.Tenant),
            ("Link", await visit.Api.ReadAsync<Link>(path)),
            ("Memberships", await visit.Api.ReadAsync<Page<Membership>>($"{path}/memberships?limit={MostMemberships}")),
            ("Done", visit.Query("done"))
        );
    }

    /// <summary>The members of a group, or the groups of a person.</summary>
    public static async Task<IResult> AtMembershipsAsync(Visit visit)
    {
        var path = $"links/{visit.Route("link")}";
        return visit.Page<MembershipsPage>(
            ("Tenant", visit.Tenant),
            ("Link", await visit.Api.ReadAsync<Link>($"{visit.TenantPath}/{path}")),
            ("Memberships", await visit.ListAsync<Membership>($"{path}/memberships", DifferingFilter)),
            ("OnlyDiffering", visit.Query("differing") == "true"),
            ("Filters", visit.Filters(DifferingFilter))
        );
    }

    /// <summary>Which Slack user name everybody has or gets, and why.</summary>
    public static async Task<IResult> AtUserNamesAsync(Visit visit) =>
        visit.Page<UserNamesPage>(
            ("Tenant", visit.Tenant),
            ("Names", await visit.ListAsync<UserName>("user-names", DifferingFilter)),
            ("OnlyDiffering", visit.Query("differing") == "true"),
            ("Filters", visit.Filters(DifferingFilter))
        );

    /// <summary>What Slack still allows, and what waits for it.</summary>
    public static async Task<IResult> AtBudgetAsync(Visit visit) =>
        visit.Page<BudgetPage>(
            ("Tenant", visit.Tenant),
            ("Budget", await visit.Api.ReadAsync<Budget>($"{visit.TenantPath}/budget"))
        );

    /// <summary>The session: whose key it is of, what it may, and when it ends.</summary>
    public static Task<IResult> AtSessionAsync(Visit visit) => Task.FromResult<IResult>(visit.Page<SessionPage>());
}
