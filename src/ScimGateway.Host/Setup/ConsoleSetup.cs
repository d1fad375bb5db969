using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Features;
using ScimGateway.AdminConsole;
using ScimGateway.AdminConsole.Answers;
using ScimGateway.Host.Admin;
using ScimGateway.Host.Security;
using ScimGateway.Host.SignIn;

namespace ScimGateway.Host.Setup;

/// <summary>
/// The console, and its way to the admin API: each page asks the API within the process, by the same gate, door and audit as
/// a request that comes from outside, and as the browser's own address.
/// </summary>
internal static class ConsoleSetup
{
    // A page of anything, and one operation or link with all that belongs to it.
    private const int MostBytes = 32 << 20;

    /// <summary>
    /// Maps the console's pages. To be called where the way of a request begins: what a page asks the admin API goes the rest
    /// of that way.
    /// </summary>
    public static void UseConsole(this WebApplication app)
    {
        RequestDelegate? way = null;
        app.Use(next => way = next);
        // What WebApplication would do before all else: each request that a page asks has a route of its own.
        app.UseRouting();
        new ConsoleEndpoints(
            (browser, secret, asked) => AskAsync(way!, browser, secret, asked),
            Browsers.SendForAnotherSite,
            app.Services.GetService<SignInLink>(),
            app.Services.GetService<IdentityProvider>() is { } provider ? Organization(provider) : null
        )
            .Map(app)
            .AddEndpointFilter(OneSpelling.OnlyAsync);
    }

    /// <summary>A page of the console that signs in once by a key, for whoever started the gateway.</summary>
    /// <returns>The path of that page, with the code that is good once.</returns>
    public static string AddSignInLink(this IServiceCollection services, string key)
    {
        var link = new SignInLink(key);
        services.AddSingleton(link);
        return $"{ConsoleEndpoints.Base}/sign-in?code={link.Code}";
    }

    private static OrganizationSignIn Organization(IdentityProvider provider) =>
        new(
            async (context, to) => Said(context, await provider.BeginAsync(context, to)),
            async context =>
            {
                var returned = await provider.FinishAsync(context);
                return new(returned.To, returned.Secret, Said(context, returned.Not));
            }
        );

    private static AdminConsole.NotSignedIn? Said(HttpContext context, SignIn.NotSignedIn? not)
    {
        if (not is null)
            return null;
        RetryAfter.Write(context, not.Status, not.Wait);
        return new(not.Why, not.Status);
    }

    private static async Task<AdminAnswer> AskAsync(
        RequestDelegate way,
        HttpContext browser,
        string secret,
        AdminRequest asked
    )
    {
        using var sent = new MemoryStream(asked.Body is null ? [] : JsonSerializer.SerializeToUtf8Bytes(asked.Body));
        using var answered = new MemoryStream();
        var context = new DefaultHttpContext(Features(browser, $"{AdminPaths.Base}/{asked.Path}", sent, answered))
        {
            RequestServices = browser.RequestServices,
        };
        var request = context.Request;
        request.Method = asked.Method.Method;
        request.Headers.Host = browser.Request.Headers.Host;
        request.Headers.Authorization = $"Bearer {secret}";
        request.Headers.Accept = "application/json";
        if (asked.Once is not null)
            request.Headers[Repeating.Header] = asked.Once;
        if (asked.Tag is not null)
            request.Headers.IfMatch = asked.Tag;
        // Whoever is let in keeps the browser's connection.
        ConnectionEnd.Announce(context);
        if (asked.Body is not null)
        {
            request.ContentType =
                asked.Method == HttpMethod.Patch ? "application/merge-patch+json" : "application/json";
            request.ContentLength = sent.Length;
        }
        await way(context);
        // Of a long table the rest is asked for while it goes out.
        if (!browser.Response.HasStarted)
            browser.Response.Headers.Connection = context.Response.Headers.Connection;
        await context.Response.CompleteAsync();
        if (answered.Length > MostBytes)
            throw new InvalidOperationException("An answer of the admin API is longer than the console shows.");
        var headers = context.Response.Headers;
        return new AdminAnswer(
            context.Response.StatusCode,
            answered.Length > 0 ? JsonNode.Parse(answered.GetBuffer().AsSpan(0, (int)answered.Length)) : null,
            headers.RetryAfter.ToString() is { Length: > 0 } wait ? wait : null,
            headers.ETag.ToString() is { Length: > 0 } tag ? tag : null
        );
    }

    // A request within that of a browser: it comes from the same address, and ends when that does.
    private static FeatureCollection Features(HttpContext browser, string target, Stream asked, Stream answered)
    {
        var query = target.IndexOf('?', StringComparison.Ordinal) is var at and >= 0 ? at : target.Length;
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(
            new HttpRequestFeature
            {
                Protocol = browser.Request.Protocol,
                Scheme = browser.Request.Scheme,
                PathBase = browser.Request.PathBase.Value ?? "",
                Path = target[..query],
                QueryString = target[query..],
                RawTarget = target,
                Body = asked,
            }
        );
        features.Set<IHttpRequestBodyDetectionFeature>(new Body(asked.Length > 0));
        features.Set<IHttpResponseFeature>(new HttpResponseFeature());
        features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(answered));
        features.Set(browser.Features.GetRequiredFeature<IHttpConnectionFeature>());
        features.Set(browser.Features.GetRequiredFeature<IHttpRequestLifetimeFeature>());
        features.Set(browser.Features.Get<KeptConnection>());
        return features;
    }

    private sealed class Body(bool isThere) : IHttpRequestBodyDetectionFeature
    {
        public bool CanHaveBody => isThere;
    }
}
