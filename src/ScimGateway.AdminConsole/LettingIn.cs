using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ScimGateway.AdminConsole.Answers;
using ScimGateway.AdminConsole.Pages;
using ScimGateway.AdminConsole.Parts;

namespace ScimGateway.AdminConsole;

/// <summary>Identity providers, and what they are let in by.</summary>
internal static class LettingIn
{
    private const string LastOne =
        "It is the only one that the provider has: it is refused from then on, until you make another one and enter it there.";

    /// <summary>The providers.</summary>
    public static Task<IResult> AtSourcesAsync(Visit visit) => SourcesAsync(visit);

    /// <summary>Adds one.</summary>
    public static async Task<IResult> AddSourceAsync(Visit visit)
    {
        var entered = await visit.EnteredAsync("name", "preset");
        var body = new JsonObject { ["name"] = entered["name"] };
        if (entered["preset"].Length > 0)
            body["preset"] = entered["preset"];
        try
        {
            var made = await visit.Api.SendAsync(
                new AdminRequest(HttpMethod.Post, $"{visit.TenantPath}/sources", body, await visit.OnceAsync())
            );
            return new Moved($"sources/{made.As<Source>().Id}");
        }
        catch (RefusedException refused) when (refused.IsAboutForm)
        {
            return await SourcesAsync(visit, ("Form", Filled.Refused(entered, refused.Answer)));
        }
    }

    /// <summary>One provider, and its credentials.</summary>
    public static Task<IResult> AtSourceAsync(Visit visit) => SourceAsync(visit);

    /// <summary>Makes a credential, and shows its secret this once.</summary>
    public static async Task<IResult> MakeCredentialAsync(Visit visit)
    {
        var entered = await visit.EnteredAsync("kind", "label", "expires");
        var body = new JsonObject { ["kind"] = entered["kind"], ["label"] = entered["label"] };
        if (visit.Ends(entered["expires"]) is { } end)
            body["expires"] = end;
        try
        {
            var made = await visit.Api.SendAsync(
                new AdminRequest(HttpMethod.Post, $"{SourcePath(visit)}/credentials", body, await visit.OnceAsync())
            );
            var (secret, use) = made.As<MadeCredential>();
            return visit.Page<MadeCredentialPage>(
                ("Tenant", visit.Tenant),
                ("Source", visit.Route("source")),
                ("Secret", secret),
                ("Use", use)
            );
        }
        catch (RefusedException refused) when (refused.IsAboutForm)
        {
            return await SourceAsync(visit, ("Form", Filled.Refused(entered, refused.Answer)));
        }
    }

    /// <summary>Says what ending a credential does, before it is done.</summary>
    public static async Task<IResult> ConfirmEndAsync(Visit visit)
    {
        var credentials = await CredentialsAsync(visit);
        if (credentials.Items.FirstOrDefault(one => $"{one.Id}" == visit.Route("credential")) is not { } credential)
            return new Moved($"../../../{visit.Route("source")}");
        return visit.Page<ConfirmPage>(
            ("Tenant", visit.Tenant),
            ("Current", "setup"),
            ("Title", $"End the credential {credential.Label} {credential.Prefix}"),
            (
                "Does",
                credential.LastUsed is { } used
                    ? $"Whoever uses it is refused at once. It was last used {used.ToUniversalTime():yyyy-MM-dd HH:mm} UTC."
                    : "Whoever uses it is refused at once. It was never used."
            ),
            ("Warning", credentials.Items.Count == 1 ? LastOne : null),
            ("Button", "End it"),
            ("To", $"sources/{visit.Route("source")}/credentials/{visit.Route("credential")}/end"),
            ("BackTo", $"sources/{visit.Route("source")}")
        );
    }

    /// <summary>Ends a credential.</summary>
    public static async Task<IResult> EndAsync(Visit visit)
    {
        await visit.Api.DeleteAsync($"{SourcePath(visit)}/credentials/{visit.Route("credential")}");
        return new Moved($"../../../{visit.Route("source")}");
    }

    private static string SourcePath(Visit visit) => $"{visit.TenantPath}/sources/{visit.Route("source")}";

    private static Task<Page<Credential>> CredentialsAsync(Visit visit) =>
        visit.Api.ReadAsync<Page<Credential>>($"{SourcePath(visit)}/credentials?limit={Visit.MostOfRead}");

    private static async Task<IResult> SourcesAsync(Visit visit, params (string, object?)[] shows) =>
        visit.Page<SourcesPage>([
            ("Tenant", visit.Tenant),
            ("Once", Visit.Once()),
            ("Sources", await visit.ListAsync<Source>("sources")),
            .. shows,
        ]);

    private static async Task<IResult> SourceAsync(Visit visit, params (string, object?)[] shows) =>
        visit.Page<SourcePage>([
            ("Tenant", visit.Tenant),
            ("Once", Visit.Once()),
            ("Source", await visit.Api.ReadAsync<Source>(SourcePath(visit))),
            ("Credentials", await CredentialsAsync(visit)),
            .. shows,
        ]);
}
