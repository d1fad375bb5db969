using System.Text.Json;
using FluentValidation;
using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Homes;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Http;

namespace ScimGateway.Host.Admin;

/// <summary>The way to a tenant's Slack.</summary>
internal static class ConnectionEndpoints
{
    /// <summary>What it is called to connect a tenant.</summary>
    public const string Connect = "connect";

    private static readonly Validator _validator = new();

    public static void Map(IEndpointRouteBuilder tenant)
    {
        tenant.MapMethods("/connection", ReadMethods.All, ReadAsync).Called("readConnection", Role.Viewer);
        tenant.MapPut("/connection", ConnectAsync).Called(Connect, Role.Owner);
        tenant.MapPost("/connection/authorize", AuthorizeAsync).Called("authorizeConnection", Role.Owner).WithoutBody();
        tenant.MapPost("/connection/test", TestAsync).Called("testConnection", Role.Operator).WithoutBody();
    }

    private static async Task<IResult> ReadAsync(AdminCall call, ConsentEndpoints consents) =>
        Answer(call, consents, await RowAsync(call), []);

    private static async Task<IResult> ConnectAsync(
        AdminCall call,
        Homes homes,
        SlackSite site,
        SlackLimits limits,
        ConsentEndpoints consents
    )
    {
        var wanted = call.Read(_validator);
        var before = call.Tenant.Row;
        var home = await homes.ConnectLaterAsync(
            before.Id,
            site.Address,
            new SlackToken(wanted.Token),
            limits,
            CancellationToken.None
        );
        call.Changed("connection", Show(before, []), Show(await RowAsync(call), []));
        var checks = await home.Test.RunAsync(CancellationToken.None); // who has sent the token may be gone, and it is here
        var after = await RowAsync(call);
        call.Changed("connection", Show(before, []), Show(after, []));
        return Answer(call, consents, after, checks);
    }

    private static async Task<IResult> AuthorizeAsync(AdminCall call, ConsentEndpoints consents)
    {
        var (url, expires) = await consents.LinkAsync(call);
        call.Audit.About = "connection"; // the link is a secret
        return Results.Json(
            new { Url = url, ExpiresAt = expires.ToTime() },
            AdminJson.Options,
            statusCode: StatusCodes.Status201Created
        );
    }

    private static async Task<IResult> TestAsync(AdminCall call, ConsentEndpoints consents)
    {
        var before = call.Tenant.Row;
        var checks = await call.Home.Test.RunAsync(call.Gone);
        var after = await RowAsync(call);
        call.Changed("connection", Show(before, []), Show(after, []));
        return Answer(call, consents, after, checks);
    }

    private static IResult Answer(
        AdminCall call,
        ConsentEndpoints consents,
        Tenant row,
        IReadOnlyList<ConnectionCheck> checks
    )
    {
        var shown = JsonSerializer.SerializeToNode(Show(row, checks), AdminJson.Options)!.AsObject();
        shown["canAuthorize"] = consents.WhyNone(call) is null;
        return call.Answer(shown);
    }

    private static async Task<Tenant> RowAsync(AdminCall call) =>
        await call.Store.AskAsync(session => Tenants.Find(session, call.Tenant.Row.Id));

    /// <summary>A tenant's connection as administrators see it.</summary>
    public static object Show(Tenant row, IReadOnlyList<ConnectionCheck> checks) =>
        new
        {
            State = row.Connection,
            Organization = row.OrganizationId,
            Owner = row.TokenOwner,
            Scopes = row.Scopes?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                ?? [],
            TestedAt = row.TestedAt?.ToTime(),
            row.Problem,
            ConnectedAt = row.Connected?.ToTime(),
            RenewedAt = row.TokenGiven > row.Connected ? row.TokenGiven?.ToTime() : null,
            ExpiresAt = row.TokenExpires?.ToTime(),
            Warning = row.TokenWarning,
            Checks = checks.Select(check => new
            {
                Check = check.What,
                Ok = check.IsWell,
                check.Says,
            }),
        };

    // No record, which would print it.
    private sealed class Connected
    {
        public required string Token { get; init; }
    }

    private sealed class Validator : AbstractValidator<Connected>
    {
        public Validator() =>
            RuleFor(connection => connection.Token)
                .Must(SlackToken.CanBe)
                .WithMessage(
                    "It is a Slack user token such as xoxp-…: letters, digits and signs of ASCII without blanks, 1024 at most."
                )
                .Must(token => OtherThan(token) is null)
                .WithMessage(connection =>
                    $"It is {OtherThan(connection.Token)}, and was not sent to Slack. What connects a tenant is the user token of an owner of the Slack organization, which begins with xoxp- or xoxe.xoxp-."
                );

        // A secret of ours would be told to Slack; the others Slack would refuse, and not say why.
        private static string? OtherThan(string? token) =>
            token switch
            {
                ['"' or '\'' or '`', ..] => "a text in quotation marks",
                ['s', 'g', 'a', '_', ..] => "an admin key of this gateway",
                ['s', 'g', 't' or 's' or 'c', '_', ..] => "a credential of an identity provider at this gateway",
                ['x', 'o', 'x', 'b', '-', ..] => "the token of a bot",
                ['x', 'o', 'x', 'e', '-', ..] => "the token that renews another one",
                ['x', 'a', 'p', 'p', '-', ..] => "the token of an app",
                _ => null,
            };
    }
}

/// <summary>Where all tenants' Slack is: Slack's own address, GovSlack's, or a pretend one's.</summary>
/// <param name="Address">The SCIM v1 address.</param>
/// <param name="App">The operator's app there; null if there is none.</param>
internal sealed record SlackSite(Uri Address, SlackApp? App = null);
