using Microsoft.AspNetCore.Http;
using ScimGateway.AdminConsole.Answers;
using ScimGateway.AdminConsole.Pages;
using ScimGateway.AdminConsole.Parts;

namespace ScimGateway.AdminConsole;

/// <summary>What can be done to one person or group: it is chosen, said what it does, and done.</summary>
internal static class Acting
{
    /// <summary>Says what it does.</summary>
    public static async Task<IResult> ConfirmAsync(Visit visit)
    {
        var link = await visit.Api.ReadAsync<Link>(LinkPath(visit));
        if (Act.Called(visit.Route("act")) is not { } act)
            return new Moved($"../{link.Id}");
        return visit.Page<ConfirmPage>(
            ("Tenant", visit.Tenant),
            ("Current", "people"),
            ("Title", $"{act.Label}: {link.Called}"),
            ("Does", act.Does),
            ("Button", act.Label),
            ("To", $"people/{link.Id}/{act.Word}/now"),
            ("BackTo", $"people/{link.Id}")
        );
    }

    /// <summary>Does it.</summary>
    public static async Task<IResult> ActAsync(Visit visit)
    {
        if (Act.Called(visit.Route("act")) is not { } act)
            return new Moved($"../../{visit.Route("link")}");
        await visit.Api.PostAsync($"{LinkPath(visit)}/{act.Word}");
        return new Moved($"../../{visit.Route("link")}?done={act.Word}");
    }

    private static string LinkPath(Visit visit) => $"{visit.TenantPath}/links/{visit.Route("link")}";
}
