using System.Globalization;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using ScimGateway.Host.Admin;
using ScimGateway.Host.Logging;
using ScimGateway.Host.Secrets;
using ScimGateway.Host.Security;
using ScimGateway.Protocol.Bounds;

namespace ScimGateway.Host.SignIn;

/// <summary>A browser that came back from the identity provider.</summary>
/// <param name="To">Where it was to go on.</param>
/// <param name="Secret">The secret of its session; null where there is none.</param>
/// <param name="Not">Why there is none.</param>
internal sealed record Returned(string To, string? Secret, NotSignedIn? Not)
{
    // Records print what they hold.
    public override string ToString() => nameof(Returned);
}

/// <summary>Why nobody was signed in.</summary>
/// <param name="Why">Why, and what to do.</param>
/// <param name="Status">The status of the answer.</param>
/// <param name="Wait">How long to wait; null for not at all.</param>
internal sealed record NotSignedIn(string Why, int Status, TimeSpan? Wait = null);

/// <summary>
/// Signing in by the identity provider: the code flow of OpenID Connect with PKCE, state and nonce (OpenID Connect Core 1.0 §3.1,
/// RFC 7636), by ASP.NET's handler.
/// </summary>
/// <remarks>
/// The handler is run for the console's two addresses alone. It is no scheme of ASP.NET's authentication, whose middleware would
/// look at each request, and whose services would bring a key ring of their own.
/// </remarks>
internal sealed class IdentityProvider : IDisposable
{
    /// <summary>Where the provider sends browsers back to.</summary>
    public const string Callback = "/console/sign-in/callback";

    // Under which wrong codes are counted: each costs the provider a call.
    private const string Codes = "codes";

    private const string To = "to";
    private const string Begun = "begun";
    private const string Nonce = "nonce";

    // How long somebody may take at the provider.
    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(10);

    private static readonly AuthenticationScheme _scheme = new("organization", null, typeof(OpenIdConnectHandler));

    private readonly SignInOptions _settings;
    private readonly People _people;
    private readonly WrongTries _tries;
    private readonly FailedRequests _failures;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly LogMinute _refusals;
    private readonly HttpClient _http;
    private readonly ConfigurationManager<OpenIdConnectConfiguration> _manager;
    private readonly (OpenIdConnectOptions OverHttps, OpenIdConnectOptions OverHttp) _options;
    private readonly Lock _one = new();
    private Task _metadata = Task.FromCanceled(new CancellationToken(canceled: true)); // none has been asked for

    public IdentityProvider(
        SignInOptions settings,
        KeptSecrets secrets,
        People people,
        WrongTries tries,
        FailedRequests failures,
        TimeProvider clock,
        ILogger<IdentityProvider> log
    )
    {
        (_settings, _people, _tries, _failures, _clock, _log) = (settings, people, tries, failures, clock, log);
        _refusals = new LogMinute(clock);
        _http = ProviderMetadata.NewClient(settings.Issuer);
        _manager = ProviderMetadata.Of(settings.Issuer, _http);
        _options = (NewOptions(secrets, isHttps: true), NewOptions(secrets, isHttps: false));
    }

    /// <summary>Sends a browser to the provider.</summary>
    /// <param name="context">The request.</param>
    /// <param name="to">Where it is to go on after that.</param>
    /// <returns>Why it was not sent; null where it was.</returns>
    public async Task<NotSignedIn?> BeginAsync(HttpContext context, string to)
    {
        var asked = new AuthenticationProperties { RedirectUri = "/" };
        asked.Items[To] = to;
        asked.Items[Begun] = _clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        try
        {
            await MetadataAsync();
            await AsReachedAsync(
                context,
                handler =>
                {
                    SignInCookies.ForgetMany(context, handler.Options);
                    return handler.ChallengeAsync(asked);
                }
            );
            return null;
        }
        catch (Exception e) when (TroubleOf(e) is not null)
        {
            return Not(context, TroubleOf(e)!.Value);
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            return Failed(e);
        }
    }

    /// <summary>Takes one back from there, and signs the person in.</summary>
    public async Task<Returned> FinishAsync(HttpContext context)
    {
        // Before it is looked at, which uses it up: who has to wait comes back with the same.
        if (_tries.Wait(context.Connection.RemoteIpAddress, Codes) is { } later)
            return new Returned("", null, TooManyCodes(later));
        var answer = new Answer();
        context.Features.Set(answer);
        await AsReachedAsync(context, handler => handler.HandleRequestAsync());
        if (answer.Wait is { } wait)
            return new Returned(answer.To, null, TooManyCodes(wait));
        if (answer.Step >= Step.Code && answer.Trouble is not (SignInTrouble.Refused or SignInTrouble.WrongToken))
            _tries.Forgive(context.Connection.RemoteIpAddress, Codes);
        if (answer.Trouble is { } trouble || answer.Said is not { } said)
            return new Returned(answer.To, null, Not(context, answer.Trouble ?? SignInTrouble.Spent));
        try
        {
            var (secret, not) = await _people.SignInAsync(
                said.Person,
                said.Grant,
                $"{context.Connection.RemoteIpAddress}"
            );
            return new Returned(answer.To, secret, not is { } why ? Not(context, why) : null);
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            return new Returned(answer.To, null, Failed(e));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private OpenIdConnectOptions NewOptions(KeptSecrets secrets, bool isHttps)
    {
        var options = new OpenIdConnectOptions
        {
            ClientId = _settings.Client,
            ClientSecret = _settings.Secret,
            CallbackPath = Callback,
            ResponseType = OpenIdConnectResponseType.Code,
            ResponseMode = OpenIdConnectResponseMode.Query,
            UsePkce = true,
            MapInboundClaims = false,
            SaveTokens = false,
            GetClaimsFromUserInfoEndpoint = false,
            DisableTelemetry = true,
            RequireHttpsMetadata = !_settings.Issuer.IsLoopback,
            Backchannel = _http,
            TokenHandler = new IdTokenHandler(),
            ConfigurationManager = _manager,
            RemoteAuthenticationTimeout = _longest,
            TokenValidationParameters = new TokenValidationParameters
            {
                IssuerValidator = (issuer, _, _) =>
                    issuer == _settings.Issuer.OriginalString
                        ? issuer
                        : throw new SecurityTokenInvalidIssuerException("It is of another issuer."),
                ValidAudience = _settings.Client,
                ValidAlgorithms = IssuerTrust.Algorithms,
                RequireExpirationTime = true,
                LifetimeValidator = (from, until, _, _) => IsInTime(from, until),
                NameClaimType = "name",
            },
            Events = new OpenIdConnectEvents
            {
                OnRedirectToIdentityProvider = context =>
                {
                    context.Properties.Items[Nonce] = context.ProtocolMessage.Nonce;
                    return Task.CompletedTask;
                },
                OnMessageReceived = NoticeIssuerAsync,
                OnTicketReceived = ReceivedAsync,
                OnAccessDenied = context => CameAsync(context, context.Properties, SignInTrouble.Cancelled),
                OnAuthorizationCodeReceived = CodeAsync,
                OnTokenResponseReceived = context => StepAsync(context.HttpContext, Step.Token),
                OnRemoteFailure = FailedAsync,
            },
        };
        options.Scope.Add(SaidOfPerson.Email);
        options.ClaimActions.Clear(); // what the token says is looked at as it is
        SignInCookies.Name(options, isHttps);
        new OpenIdConnectPostConfigureOptions(secrets.SignIns).PostConfigure(_scheme.Name, options);
        options.Validate(_scheme.Name);
        return options;
    }

    // With an address of its own the console is reached by another one than SCIM.
    private async Task AsReachedAsync(HttpContext context, Func<OpenIdConnectHandler, Task> run)
    {
        var request = context.Request;
        var before = (request.Scheme, request.Host, request.PathBase);
        if (_settings.Console is { } url)
            (request.Scheme, request.Host, request.PathBase) = (
                url.Scheme,
                new HostString(url.Authority),
                PathString.FromUriComponent(url).Value!.TrimEnd('/')
            );
        try
        {
            // What it logs has texts of tokens and of requests; the gateway has lines of its own.
            var handler = new OpenIdConnectHandler(
                new Always(request.IsHttps ? _options.OverHttps : _options.OverHttp),
                NullLoggerFactory.Instance,
                HtmlEncoder.Default,
                UrlEncoder.Default
            );
            await handler.InitializeAsync(_scheme, context);
            await run(handler);
        }
        finally
        {
            (request.Scheme, request.Host, request.PathBase) = before;
        }
    }

    private Task ReceivedAsync(TicketReceivedContext context)
    {
        var said = new SaidOfPerson(context.Principal!, _settings);
        context.HttpContext.Features.GetRequiredFeature<Answer>().Said = said;
        var trouble =
            !IsNew(context.Properties!) ? SignInTrouble.Spent
            : said.IsForAnother ? SignInTrouble.WrongToken
            : (SignInTrouble?)null;
        return CameAsync(context, context.Properties, trouble);
    }

    // All who wait for them share one attempt: asked for one after another, each would take as long as the provider does.
    private Task MetadataAsync()
    {
        lock (_one)
        {
            if (_metadata.IsCompleted)
                _metadata = _manager.GetConfigurationAsync(CancellationToken.None);
            return _metadata;
        }
    }

    // Counted before the provider is asked, and taken back if the code is right: else a crowd of forged ones would take all
    // connections to the provider, and have it lock the gateway out.
    private Task CodeAsync(AuthorizationCodeReceivedContext context)
    {
        var answer = context.HttpContext.Features.GetRequiredFeature<Answer>();
        answer.Step = Step.Code;
        answer.Wait = _tries.Count(context.HttpContext.Connection.RemoteIpAddress, Codes);
        if (answer.Wait is not null)
            context.HandleResponse();
        return Task.CompletedTask;
    }

    // RFC 9207 §2.4: an answer that names its issuer is of that one alone.
    private Task NoticeIssuerAsync(MessageReceivedContext context)
    {
        if (context.ProtocolMessage.GetParameter("iss") is not { } issuer || issuer == _settings.Issuer.OriginalString)
            return Task.CompletedTask;
        context.HttpContext.Features.GetRequiredFeature<Answer>().Trouble = SignInTrouble.WrongToken;
        context.HandleResponse();
        return Task.CompletedTask;
    }

    private static Task StepAsync(HttpContext context, Step step)
    {
        context.Features.GetRequiredFeature<Answer>().Step = step;
        return Task.CompletedTask;
    }

    // How far it came says what was wrong, where the failure does not.
    private static Task FailedAsync(RemoteFailureContext context)
    {
        var known = context.Failure is { } failure ? TroubleOf(failure) : null;
        var trouble = context.HttpContext.Features.GetRequiredFeature<Answer>().Step switch
        {
            Step.Answer => known ?? SignInTrouble.Spent,
            Step.Code => known is null or SignInTrouble.WrongToken ? SignInTrouble.Refused : known,
            _ => known ?? SignInTrouble.WrongToken,
        };
        return CameAsync(context, context.Properties, trouble);
    }

    private static Task CameAsync(
        HandleRequestContext<RemoteAuthenticationOptions> context,
        AuthenticationProperties? asked,
        SignInTrouble? trouble
    )
    {
        var answer = context.HttpContext.Features.GetRequiredFeature<Answer>();
        answer.Trouble = trouble;
        if (asked?.Items.TryGetValue(To, out var to) is true)
            answer.To = to ?? "";
        // The handler forgets it with a token that it takes alone.
        if (trouble is not null && asked?.Items.TryGetValue(Nonce, out var nonce) is true)
            SignInCookies.ForgetNonce(context.HttpContext, (OpenIdConnectOptions)context.Options, nonce);
        context.HandleResponse();
        return Task.CompletedTask;
    }

    private bool IsNew(AuthenticationProperties asked) =>
        asked.Items.TryGetValue(Begun, out var begun)
        && long.TryParse(begun, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
        && _clock.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(at) <= _longest;

    private bool IsInTime(DateTime? from, DateTime? until)
    {
        var now = _clock.GetUtcNow().UtcDateTime;
        return now < until + AccessTokenRules.Skew && (from is null || from - AccessTokenRules.Skew <= now);
    }

    private static SignInTrouble? TroubleOf(Exception failure) =>
        failure switch
        {
            SecurityTokenInvalidLifetimeException => SignInTrouble.TokenNotInTime,
            SecurityTokenException or ArgumentException => SignInTrouble.WrongToken,
            OpenIdConnectProtocolException when failure.Data["error"] is "invalid_client" or "unauthorized_client" =>
                SignInTrouble.WrongClient,
            OpenIdConnectProtocolException when failure.Data.Contains("error") => SignInTrouble.Refused,
            OpenIdConnectProtocolException => SignInTrouble.WrongToken,
            _ when failure.InnerException is WrongMetadataException => SignInTrouble.WrongMetadata,
            InvalidOperationException { InnerException: not null }
            or HttpRequestException
            or IOException
            or OperationCanceledException => SignInTrouble.Unreachable,
            _ => null,
        };

    // Such as a store that is away: as the admin API answers it.
    private NotSignedIn Failed(Exception e)
    {
        if (Problem.Of(e) is not { } problem)
        {
            _failures.Tell("A sign-in", e);
            problem = Problem.Failed();
        }
        return new NotSignedIn(problem.Message, problem.Status, problem.RetryAfter);
    }

    // Counted and logged as wrong keys are: nothing of the person, nor of what was sent.
    private NotSignedIn Not(HttpContext context, SignInTrouble trouble)
    {
        var isTold = _refusals.HasRoom(out var untold);
        if (untold > 0)
            _log.SignInRefusedMore(untold);
        if (isTold)
            _log.SignInRefused($"{context.Connection.RemoteIpAddress}", trouble.Told());
        return trouble is SignInTrouble.Spent && _tries.Count(context.Connection.RemoteIpAddress, Callback) is { } wait
            ? TooMany(wait)
            : new NotSignedIn(trouble.Words(_settings), trouble.Status());
    }

    private static NotSignedIn TooMany(TimeSpan wait) =>
        new(
            "Too many answers that nobody here has asked for came from this address. Wait a minute, then sign in again.",
            StatusCodes.Status429TooManyRequests,
            wait
        );

    // What came back may be right, and is as good in a minute as the provider lets it be.
    private static NotSignedIn TooManyCodes(TimeSpan wait) =>
        new(
            "Too many sign-ins from this address ended with a code that the identity provider did not take. Wait a minute, then load this page again. If your own code is over by then, sign in again, or by an admin key.",
            StatusCodes.Status429TooManyRequests,
            wait
        );

    // What the handler has at last: the provider's answer, a code of it that is this browser's, tokens for it.
    private enum Step
    {
        Answer,
        Code,
        Token,
    }

    // What the handler has found out of an answer of the provider.
    private sealed class Answer
    {
        public Step Step { get; set; }

        public SaidOfPerson? Said { get; set; }

        public SignInTrouble? Trouble { get; set; }

        // How long its address has to wait; null if the provider was asked.
        public TimeSpan? Wait { get; set; }

        public string To { get; set; } = "";
    }

    private sealed class Always(OpenIdConnectOptions options) : IOptionsMonitor<OpenIdConnectOptions>
    {
        public OpenIdConnectOptions CurrentValue => options;

        public OpenIdConnectOptions Get(string? name) => options;

        public IDisposable? OnChange(Action<OpenIdConnectOptions, string?> listener) => null;
    }
}
