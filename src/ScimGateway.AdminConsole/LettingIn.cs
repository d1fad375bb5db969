using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ScimGateway.AdminConsole.Answers;
using ScimGateway.AdminConsole.Pages;
using ScimGateway.AdminConsole.Parts;

namespace ScimGateway.AdminConsole;

/// <summary>Identity providers, and what they are let in by.</summary>
internal static class LettingIn
{
    /// <summary>The form's word for a client that signs what it shows instead of a secret.</summary>
    public const string Signed = "signed";

    /// <summary>The form's word for Entra ID's own token.</summary>
    public const string OfEntra = "entraId";

    private static readonly string[] _fields =
    [
        "kind",
        "label",
        "scope",
        "scheme",
        "issuer",
        "audience",
        "metadata",
        "claim",
        "entraTenant",
        "client",
        "expires",
    ];

    private const string NoPin =
        "Write a name and a value with = between them, such as azp=0a1b2c3d. Nothing was made.";

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
        var entered = await visit.EnteredAsync(_fields);
        if (entered["claim"] is { Length: > 0 } pin && !pin.Contains('=', StringComparison.Ordinal))
            return await SourceAsync(
                visit,
                ("Form", new Filled(entered, new Dictionary<string, string> { ["claim"] = NoPin }))
            );
        var body = Wanted(entered);
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
                ("HasNone", entered["kind"] is "jwt" or Signed or OfEntra),
                ("Use", use)
            );
        }
        catch (RefusedException refused) when (refused.IsAboutForm)
        {
            var form = Filled.Refused(entered, refused.Answer);
            return await SourceAsync(visit, ("Form", form with { Errors = ByField(form.Errors) }));
        }
    }

    // The admin API's issuer.audience is the form's audience.
    private static Dictionary<string, string> ByField(IReadOnlyDictionary<string, string> errors) =>
        errors
            .GroupBy(
                one =>
                    one.Key[(one.Key.IndexOf('.', StringComparison.Ordinal) + 1)..] switch
                    {
                        "claims" => "claim",
                        "jwks" => "metadata",
                        var name => name,
                    },
                one => one.Value,
                StringComparer.Ordinal
            )
            .ToDictionary(group => group.Key, group => string.Join(" ", group), StringComparer.Ordinal);

    // What was entered for another kind is left out, as the form has all of it.
    private static JsonObject Wanted(Dictionary<string, string> entered)
    {
        var body = new JsonObject { ["label"] = entered["label"], ["scope"] = entered["scope"] };
        var kind = entered["kind"];
        body["kind"] = kind switch
        {
            Signed => "oauthClient",
            OfEntra => "jwt",
            _ => kind,
        };
        if (kind == "raw" && entered["scheme"].Length > 0)
            body["scheme"] = entered["scheme"];
        if (kind == OfEntra)
            (body["preset"], body["entraTenant"], body["client"]) = (
                OfEntra,
                entered["entraTenant"],
                entered["client"]
            );
        if (kind is "jwt" or Signed)
        {
            var issuer = new JsonObject { ["issuer"] = entered["issuer"], ["audience"] = entered["audience"] };
            if (entered["metadata"].Length > 0)
                issuer["metadata"] = entered["metadata"];
            if (entered["claim"].Split('=', 2) is [var claim, var value])
                issuer["claims"] = new JsonObject { [claim.Trim()] = value.Trim() };
            body[kind == Signed ? "assertion" : "issuer"] = issuer;
        }
        return body;
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

    private static Task<Credentials> CredentialsAsync(Visit visit) =>
        visit.Api.ReadAsync<Credentials>($"{SourcePath(visit)}/credentials?limit={Visit.MostOfRead}");

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
