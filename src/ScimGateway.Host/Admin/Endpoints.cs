using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Host.Admin;

/// <summary>The admin API: where it is, and what each of its endpoints wants.</summary>
internal static class Endpoints
{
    /// <summary>All of them; openapi.yaml describes them.</summary>
    /// <param name="app">Where requests come in.</param>
    /// <param name="others">Maps those that other rooms have, of the whole gateway and of a tenant.</param>
    public static void MapAdmin(
        this IEndpointRouteBuilder app,
        Action<IEndpointRouteBuilder, IEndpointRouteBuilder> others
    )
    {
        var audit = app.ServiceProvider.GetRequiredService<AdminAudit>();
        var api = app.MapGroup(AdminPaths.Base)
            .AddEndpointFilter(Repeating.OnceAsync)
            .AddEndpointFilter(audit.AuditAsync)
            .AddEndpointFilter(AskedParameters.KnownAsync);
        var tenant = api.MapGroup("/tenants/{slug}");
        KeyEndpoints.Map(api);
        SessionEndpoints.Map(api);
        AuditEndpoints.Map(api);
        SealEndpoints.Map(api);
        BackupEndpoints.Map(api);
        TenantEndpoints.Map(api, tenant);
        ConnectionEndpoints.Map(tenant);
        PolicyEndpoints.Map(api, tenant);
        SourceEndpoints.Map(api, tenant);
        TranscriptEndpoints.Map(tenant);
        CredentialEndpoints.Map(tenant);
        JobEndpoints.Map(tenant);
        HoldEndpoints.Map(tenant);
        LinkEndpoints.Map(tenant);
        OperationEndpoints.Map(tenant);
        ActivityEndpoints.Map(tenant);
        UserNameEndpoints.Map(tenant);
        BudgetEndpoints.Map(tenant);
        NoticeEndpoints.Map(tenant);
        ExportEndpoints.Map(tenant);
        others(api, tenant);
    }

    /// <summary>The way of browsers to Slack and back, which have no key.</summary>
    public static void MapConsents(this IEndpointRouteBuilder app) =>
        app.ServiceProvider.GetRequiredService<ConsentEndpoints>().Map(app);

    /// <summary>Lets nobody in but who has a key that an endpoint wants.</summary>
    public static void UseAdminKeys(this IApplicationBuilder admin)
    {
        var gate = admin.ApplicationServices.GetRequiredService<AdminGate>();
        admin.Use(gate.EnterAsync);
    }

    /// <summary>What it is called in openapi.yaml and in the audit trail, and what it wants of a key.</summary>
    public static RouteHandlerBuilder Called(
        this RouteHandlerBuilder endpoint,
        string operation,
        Role role,
        bool ofAll = false
    ) => endpoint.WithName(operation).WithMetadata(new Needs(role, ofAll));

    /// <summary>It reads people of a tenant, and has its line of the audit trail as a change has.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="isFile">Which requests have a line each; of the others, those alike within an hour have one.</param>
    public static void ReadsPeople(this RouteHandlerBuilder endpoint, Func<HttpRequest, bool>? isFile = null) =>
        endpoint.WithMetadata(new ReadsPeople(isFile ?? (_ => false)));

    /// <summary>It makes something, and is done once however often it is sent.</summary>
    public static void Once(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(new Makes());

    /// <summary>All that it is asked stands in its address: a body that says more is refused.</summary>
    public static RouteHandlerBuilder WithoutBody(this RouteHandlerBuilder endpoint) =>
        endpoint.WithMetadata(new TakesNoBody());
}
