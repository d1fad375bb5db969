using FluentValidation;
using ScimGateway.Host.Admin;
using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Host.Cluster;

/// <summary>The instances of the cluster, and which of them has a tenant.</summary>
internal static class ClusterEndpoints
{
    /// <summary>Where an instance says what it is.</summary>
    public const string OwnPath = $"{AdminPaths.Base}/cluster/instance";

    private static readonly WantedHomeValidator _wanted = new();

    public static void Map(IEndpointRouteBuilder api, IEndpointRouteBuilder tenant)
    {
        api.MapMethods("/cluster", ReadMethods.All, ReadAsync).Called("readCluster", Role.Viewer, ofAll: true);
        api.MapMethods("/cluster/instance", ReadMethods.All, ReadOwn).Called("readInstance", Role.Viewer, ofAll: true);
        tenant.MapPut("/home", MoveAsync).Called("moveTenant", Role.Operator);
    }

    private static async Task<IResult> ReadAsync(AdminCall call)
    {
        var reports = Reports(call);
        return call.Answer(new { Name = reports.Cluster, Instances = await reports.AllAsync(call.Http) });
    }

    private static IResult ReadOwn(AdminCall call) => call.Answer(Reports(call).OfOwn());

    // It begins to move when this is answered: requests wait until it is there.
    private static async Task<IResult> MoveAsync(AdminCall call)
    {
        var reports = Reports(call);
        var wanted = call.Read(_wanted);
        var instance =
            reports.At(wanted.Instance)
            ?? throw Problem.Invalid(
                "instance",
                $"No instance serves at {wanted.Instance}. See which there are: GET {AdminPaths.Base}/cluster."
            );
        if (reports.Own != wanted.Instance)
            await call.Part<IGrainFactory>().MoveAsync(call.Tenant.Row.Id, instance);
        call.Changed($"tenants/{call.Tenant.Row.Slug}/home", new WantedHome(reports.Own), wanted);
        return call.Answer(wanted, 202);
    }

    private static InstanceReports Reports(AdminCall call) =>
        call.Http.RequestServices.GetService<InstanceReports>()
        ?? throw Problem.NotReady(
            "This gateway is one process alone. Start it with --cluster to have several instances; docs/deploy.md says how."
        );

    private sealed record WantedHome(string Instance);

    private sealed class WantedHomeValidator : AbstractValidator<WantedHome>
    {
        public WantedHomeValidator() => RuleFor(home => home.Instance).NotEmpty().MaximumLength(60);
    }
}
