using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Host.Admin;

/// <summary>
/// The way of a browser to Slack's consent page and back (docs/slack.md 1.3). It shows no admin key: it has a ticket, for
/// which an owner has asked, then Slack's state together with a cookie; each is good once, and all of it for ten minutes.
/// </summary>
internal sealed class ConsentEndpoints(
    Store store,
    ConsentConnection connection,
    AdminAudit audit,
    WrongTries tries,
    SlackSite site,
    TimeProvider clock,
    OwnUrl own,
    FailedRequests failures
)
{
    /// <summary>Where it is.</summary>
    public const string Base = "/oauth/slack";

    /// <summary>Where browsers come back to.</summary>
    public const string Callback = Base + "/callback";

    /// <summary>As the audit trail calls it.</summary>
    public const string Operation = "connectByConsent";
    private const string Ticket = "ticket";

    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(10);

    public void Map(IEndpointRouteBuilder app)
    {
        var browser = app.MapGroup(Base).AllowAnonymous();
        browser
            .MapMethods("/begin", ReadMethods.All, (HttpContext context) => PageAsync(context, AskAsync))
            .WithName("showConsent");
        browser.MapPost("/begin", (HttpContext context) => PageAsync(context, BeginAsync)).WithName("beginConsent");
        browser
            .MapMethods("/callback", ReadMethods.All, (HttpContext context) => PageAsync(context, ReturnAsync))
            .WithName(Operation);
    }

    /// <summary>Why there is no link for a browser, and what to do; null where there is one.</summary>
    public string? WhyNone(AdminCall admin) =>
        site.App is null
            ? $"The gateway has no Slack app. Its operator can set SlackApp:ClientId and SlackApp:ClientSecretFile. Or connect the tenant with a token: PUT {AdminPaths.Of(admin.Tenant.Row.Slug)}/connection."
        : !site.Address.IsLoopback && !own(admin.Http).StartsWith("https://", StringComparison.OrdinalIgnoreCase)
            ? $"Slack only redirects to https. The gateway's operator must set PublicUrl to the address that browsers use. Or connect the tenant with a token: PUT {AdminPaths.Of(admin.Tenant.Row.Slug)}/connection."
        : null;

    /// <summary>Gives an owner a link for a browser.</summary>
    /// <exception cref="Problem">The gateway has no Slack app, or Slack would not come back to it.</exception>
    public async Task<(string Url, Instant Expires)> LinkAsync(AdminCall admin)
    {
        if (WhyNone(admin) is { } why)
            throw Problem.NotReady(why);
        var ticket = Minted.Random("", Minted.SecretBytes);
        var consent = new Consent
        {
            Awaited = SecretHash.Of(ticket),
            TenantId = admin.Tenant.Row.Id,
            KeyId = admin.Key.Id,
            Expires = admin.Now + _longest,
        };
        await store.WriteAsync(
            session =>
            {
                admin.RequireKey(session);
                return Consents.Insert(session, consent, admin.Now);
            },
            CancellationToken.None,
            consent.TenantId
        );
        return ($"{own(admin.Http)}{Base}/begin?{Ticket}={ticket}", consent.Expires);
    }

    // Whatever goes wrong: a page says so, and the log has no word of the address.
    private async Task PageAsync(HttpContext context, Func<HttpContext, Task> answer)
    {
        try
        {
            await answer(context);
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            if (Problem.Of(e) is null)
                failures.Tell("A consent", e);
            await ConsentPage.Failed(Problem.Of(e)).AnswerAsync(context, null);
        }
    }

    // Only shown: what looks at a link before a person does, as chats do, must not use it up. And whoever was sent one by
    // somebody else sees whose gateway would get his organization.
    private async Task AskAsync(HttpContext context)
    {
        var now = clock.Now();
        var asked = Hash(context.Request.Query[Ticket]) is { } ticket
            ? await store.ReadAsync(session => Asked(session, ticket, now))
            : null;
        await (asked is var (tenant, owner) ? ConsentPage.Ask(tenant, owner.Label) : Spent(context)).AnswerAsync(
            context,
            site.App?.ConsentPage(Back(context), "")
        );
    }

    // Whose consent a link asks for, and by whose key; null where the link is good for nothing.
    private static (Tenant Tenant, AdminKey Key)? Asked(StoreSession session, byte[] ticket, Instant now) =>
        Consents.Unbegun(session, ticket, now) is { } consent
        && Tenants.IsThere(session, consent.TenantId)
        && OwnerOf(session, consent, now) is { } key
            ? (Tenants.Find(session, consent.TenantId), key)
            : null;

    private async Task BeginAsync(HttpContext context)
    {
        // Another site's page must not send anybody on unasked; browsers say where a form was sent from. The page's own
        // policy for referrers makes its own origin "null", as a sandbox does another's: Sec-Fetch-Site tells them apart,
        // which the oldest browsers alone do not send.
        var headers = context.Request.Headers;
        var mayBeOwn = headers.Origin == "null" && !headers.ContainsKey(Browsers.FetchSite);
        if (!mayBeOwn && Browsers.SendForAnotherSite(context.Request))
        {
            await AskAsync(context);
            return;
        }
        var now = clock.Now();
        var (state, browser) = (Minted.Random("", Minted.SecretBytes), Minted.Random("", Minted.SecretBytes));
        var isBegun =
            site.App is not null
            && Hash(context.Request.Query[Ticket]) is { } ticket
            && await store.WriteAsync(
                session =>
                    Asked(session, ticket, now) is not null
                    && Consents.Begin(session, ticket, SecretHash.Of(state), SecretHash.Of(browser), now),
                CancellationToken.None
            );
        if (!isBegun)
        {
            await Spent(context).AnswerAsync(context, null);
            return;
        }
        context.Response.Cookies.Append(CookieOf(context, state), browser, Cookie(context, _longest));
        ConsentPage.Guard(context, null);
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = site.App!.ConsentPage(Back(context), state).AbsoluteUri;
    }

    private async Task ReturnAsync(HttpContext context)
    {
        if (HttpMethods.IsHead(context.Request.Method)) // whoever only looks uses nothing up
        {
            ConsentPage.Guard(context, null);
            return;
        }
        var query = context.Request.Query;
        var (state, now) = (query["state"].ToString(), clock.Now());
        Consent? consent = null;
        if (Hash(state) is { } awaited && Hash(context.Request.Cookies[CookieOf(context, state)]) is { } browser)
        {
            context.Response.Cookies.Delete(CookieOf(context, state), Cookie(context, TimeSpan.Zero));
            consent = await store.WriteAsync(
                session => Consents.Take(session, awaited, browser, now),
                CancellationToken.None
            );
        }
        var asked = consent is null
            ? null
            : await store.ReadAsync(session =>
                Tenants.IsThere(session, consent.TenantId)
                    ? (Tenant: Tenants.Find(session, consent.TenantId), Owner: OwnerOf(session, consent, now))
                    : ((Tenant Tenant, AdminKey? Owner)?)null
            );
        if (asked is not var (tenant, owner))
        {
            await Spent(context).AnswerAsync(context, null);
            return;
        }
        var entry = new AuditEntry
        {
            At = now,
            KeyId = consent!.KeyId,
            Label = owner?.Label ?? "a key that is none of an owner any more",
            Client = $"{context.Connection.RemoteIpAddress}",
            TenantId = tenant.Id,
            Tenant = tenant.Slug,
            Action = Operation,
            About = "connection",
        };
        var page = await audit.AuditedAsync(
            entry,
            tenant,
            () =>
                connection.MakeAsync(
                    tenant,
                    owner,
                    entry,
                    query["error"].ToString(),
                    query["code"].ToString(),
                    Back(context)
                ),
            done => done.Status
        );
        await page.AnswerAsync(context, null);
    }

    // As it was asked for, an owner's key; it may have been deleted since, or be over.
    private static AdminKey? OwnerOf(StoreSession session, Consent consent, Instant now) =>
        AdminKeys.Find(session, consent.KeyId) is { Role: Role.Owner } key
        && (key.Expires is not { } end || now < end)
        && (key.TenantId is null || key.TenantId == consent.TenantId)
            ? key
            : null;

    // Whatever is wrong, the same: who tries learns nothing of what others have begun.
    private ConsentPage Spent(HttpContext context) =>
        tries.Count(context.Connection.RemoteIpAddress, Base) is { } wait
            ? ConsentPage.TooMany(wait)
            : ConsentPage.Spent();

    private Uri Back(HttpContext context) => new($"{own(context)}{Callback}");

    // One for each of what a browser may have begun, so that none takes another's place.
    private static string CookieOf(HttpContext context, string state) =>
        $"{Browsers.OwnCookie(context.Request.IsHttps)}scimgateway-{Convert.ToHexStringLower(SecretHash.Of(state).AsSpan(0, 6))}";

    // Lax, since it has to come along when Slack sends the browser back.
    private static CookieOptions Cookie(HttpContext context, TimeSpan age) =>
        new()
        {
            HttpOnly = true,
            Secure = context.Request.IsHttps,
            SameSite = SameSiteMode.Lax,
            Path = "/",
            MaxAge = age,
        };

    private static byte[]? Hash(string? shown)
    {
        var hash = new byte[SecretHash.Bytes];
        return SecretHash.TryTake(shown, hash) ? hash : null;
    }
}
