using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using ScimGateway.AdminConsole.Answers;
using ScimGateway.AdminConsole.Parts;

namespace ScimGateway.AdminConsole;

/// <summary>A browser's request for a page, by somebody who has signed in.</summary>
/// <param name="http">The request.</param>
/// <param name="api">The admin API for it.</param>
/// <param name="secret">The session's secret.</param>
/// <param name="me">Who has signed in.</param>
internal sealed class Visit(HttpContext http, AdminApi api, string secret, Session me)
{
    /// <summary>How many rows a page of a list has.</summary>
    public const int MostOfPage = 50;

    /// <summary>How many rows the admin API gives at once, for what is looked through or goes into a file.</summary>
    public const int MostOfRead = 1_000;

    private const int MostDays = 3650;

    /// <summary>The request.</summary>
    public HttpContext Http => http;

    /// <summary>The admin API for it.</summary>
    public AdminApi Api => api;

    /// <summary>The administrator who has signed in.</summary>
    public Session Me => me;

    /// <summary>The frame of its page.</summary>
    public Frame Frame { get; } = FrameOf(http.Request, me, FormToken(secret));

    /// <summary>The slug of the tenant that the path names.</summary>
    public string Tenant => Route("slug");

    /// <summary>The path of that tenant in the admin API.</summary>
    public string TenantPath => $"tenants/{Uri.EscapeDataString(Tenant)}";

    /// <summary>A part of the path.</summary>
    public string Route(string name) => (string)http.GetRouteValue(name)!;

    /// <summary>A part of the query; null where it is not there, or empty.</summary>
    public string? Query(string name) => http.Request.Query[name].ToString() is { Length: > 0 } value ? value : null;

    /// <summary>Parts of the query as they go on to the admin API: those that are there, each with an ampersand before it.</summary>
    public string Asked(params string[] names) =>
        string.Concat(names.Select(name => Query(name) is { } value ? $"&{name}={Uri.EscapeDataString(value)}" : ""));

    /// <summary>The same as they stand before more of the next page's query.</summary>
    public string Filters(params string[] names) => Asked(names) is { Length: > 0 } asked ? asked[1..] + "&" : "";

    /// <summary>A page of a list of the tenant, with the filters and the cursor of the query.</summary>
    public Task<Page<T>> ListAsync<T>(string list, params string[] filters) =>
        api.ReadAsync<Page<T>>($"{TenantPath}/{list}?limit={MostOfPage}{Asked([.. filters, "cursor"])}");

    /// <summary>What was entered in a form's fields; empty where nothing was.</summary>
    public async Task<Dictionary<string, string>> EnteredAsync(params string[] fields)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        return fields.ToDictionary(field => field, field => form[field].ToString(), StringComparer.Ordinal);
    }

    /// <summary>A word for a form, so that what it asks for is made once, however often it is sent.</summary>
    public static string Once() => Guid.NewGuid().ToString("N");

    /// <summary>The word that a form came with.</summary>
    public async Task<string?> OnceAsync() =>
        (await EnteredAsync("once"))["once"] is { Length: 32 } once && once.All(char.IsAsciiHexDigitLower)
            ? once
            : null;

    /// <summary>
    /// When what ends after some days ends; null where none were entered. It is the end of a day, so that the same form sent
    /// again says the same.
    /// </summary>
    public string? Ends(string days) =>
        int.TryParse(days, NumberStyles.None, CultureInfo.InvariantCulture, out var after)
            ? $"{http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow().Date.AddDays(Math.Min(after, MostDays) + 1):yyyy-MM-dd}T00:00:00Z"
            : null;

    /// <summary>The time, as the admin API takes it.</summary>
    public string Now() => $"{http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow():O}";

    /// <summary>A command that reads something of the admin API, at the address that the browser has.</summary>
    public string Curl(string path) =>
        $"curl -H \"Authorization: Bearer $SCIMGATEWAY_ADMIN_KEY\" '{http.Request.Scheme}://{http.Request.Host.ToUriComponent()}{http.Request.PathBase}/admin/api/v1/{path}'";

    /// <summary>A page, with what it shows.</summary>
    public Shown<TPage> Page<TPage>(params (string Name, object? Value)[] shows)
        where TPage : IComponent =>
        new(
            new Dictionary<string, object?>(shows.Select(one => new KeyValuePair<string, object?>(one.Name, one.Value)))
            {
                ["Frame"] = Frame,
            },
            StatusCodes.Status200OK
        );

    /// <summary>
    /// Whether a form comes from a page of this session: what a page of another site can send has no such token.
    /// </summary>
    public bool IsOwnForm(IFormCollection form) =>
        CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(Frame.FormToken),
            Encoding.UTF8.GetBytes(form[Parts.Frame.FormField].ToString())
        );

    /// <summary>The frame of a page that anybody may see.</summary>
    public static Frame FrameOf(HttpRequest request) => FrameOf(request, null, "");

    // Addresses go from the page's own, so that they stay right behind whatever path a proxy has before it.
    private static Frame FrameOf(HttpRequest request, Session? me, string formToken)
    {
        var depth = request.Path.Value!.AsSpan().Count('/') - 1;
        var up = string.Concat(Enumerable.Repeat("../", depth));
        return new Frame(
            depth == 0 ? "console/"
                : depth == 1 ? "./"
                : up[3..],
            up + "console",
            me,
            formToken
        );
    }

    private static string FormToken(string secret) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes($"form of {secret}")));
}
