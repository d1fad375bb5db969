using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using ScimGateway.Host.Admin;
using ScimGateway.Host.Tests.Admin;
using ScimGateway.Host.Tests.Scim;
using Xunit;

namespace ScimGateway.Host.Tests.Security;

/// <summary>
/// Each address that is mapped, asked by a method that it does not take: whoever may ask there is told which it takes, in
/// the form in which everything else is told there.
/// </summary>
public sealed partial class WrongMethodTests
{
    private static readonly string[] _methods =
    [
        "GET",
        "HEAD",
        "POST",
        "PUT",
        "PATCH",
        "DELETE",
        "OPTIONS",
        "TRACE",
        "BREW",
    ];

    [Fact]
    public async Task A_wrong_method_is_405_with_those_there_are_wherever_one_may_ask()
    {
        await using var served = await ServedGateway.StartAsync();
        var provider = await served.SetUpAsync();
        var lane = await served.AskAsync(
            HttpMethod.Post,
            "tenants/acme/sources/1/credentials",
            """{"kind":"slackV1"}"""
        );
        await served.AskAsync(HttpMethod.Patch, "tenants/acme/preferences", """{"v1Lane":"write"}""");
        using var http = new HttpClient { BaseAddress = served.Base };
        var routes = served
            .Part<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Select(one =>
                (Path: Plain(one), Methods: one.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [])
            )
            .Where(one => one.Methods.Count > 0)
            .ToList();
        var wrong = new List<string>();
        var asked = 0;
        foreach (var path in routes.Select(one => one.Path).Distinct())
        {
            var asks = Place().Replace(path, place => place.Value is "{tenant}" or "{slug}" ? "acme" : "1");
            var takes = routes
                .Where(one => Regex.IsMatch(asks, $"^{Place().Replace(one.Path, "[^/]+")}$"))
                .SelectMany(one => one.Methods)
                .ToHashSet();
            var (credential, kind) =
                path.StartsWith(AdminPaths.Base, StringComparison.Ordinal) ? (served.Key, "application/problem+json")
                : path.StartsWith("/{tenant}/scim/", StringComparison.Ordinal) ? (provider, "application/scim+json")
                : path.StartsWith("/{tenant}/slack/", StringComparison.Ordinal)
                    ? ((string)lane["secret"]!, "application/json")
                : path == "/{tenant}/oauth/token" ? ("", "application/json")
                : ("", "application/problem+json");
            foreach (var method in _methods.Where(method => !takes.Contains(method)))
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), asks);
                if (credential.Length > 0)
                    request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", credential);
                using var answer = await http.SendAsync(request);
                asked++;
                var (status, allow) = ((int)answer.StatusCode, answer.Content.Headers.Allow);
                if (status != 405 || !takes.SetEquals(allow) || answer.Content.Headers.ContentType?.MediaType != kind)
                    wrong.Add(
                        $"{method} {asks}: {status} {answer.Content.Headers.ContentType} Allow: {string.Join(", ", allow)}"
                    );
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(asked > 300, $"{asked} are not all");
    }

    [Theory]
    [InlineData("/oauth")]
    [InlineData("/oauth/slack/other")]
    [InlineData("/OAuth/scim/v2/Users")]
    [InlineData("/oauth/slack/v1/Users")]
    [InlineData("/health/scim/v2/Users")]
    [InlineData("/static/oauth/other")]
    [InlineData("/metrics")]
    [InlineData("/favicon.ico")]
    public async Task Where_no_tenant_can_be_nothing_is_there_and_no_credential_is_asked_for(string path)
    {
        await using var gateway = await Gateway.StartAsync();

        using var answer = await gateway.AskAsync(null, HttpMethod.Get, path);

        Assert.Equal(404, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    // RFC 9110 §9.1: methods are case-sensitive. HttpClient would send GET.
    [Theory]
    [InlineData("/demo/scim/v2/Users")]
    [InlineData("/demo/slack/v1/Users")]
    [InlineData("/demo/oauth/token")]
    [InlineData("/admin/api/v1/tenants")]
    [InlineData("/console/sign-in")]
    [InlineData("/health/live")]
    public async Task A_method_in_small_letters_is_none(string path)
    {
        await using var gateway = await Gateway.StartAsync();

        foreach (var method in (string[])["get", "Get", "head", "post"])
        {
            var answer = await RawRequest.SendAsync(gateway, method, path);
            Assert.True(answer.Status == 400, $"{method}: {answer.Status}");
            Assert.Contains("methods are written in capitals", answer.Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("acme")]
    [InlineData("nobody")]
    public async Task What_methods_an_address_of_tenants_takes_is_told_to_nobody_else(string tenant)
    {
        await using var gateway = await Gateway.StartAsync();

        Assert.Equal(401, await gateway.StatusAsync(null, HttpMethod.Delete, $"/{tenant}/scim/v2/Users"));
        Assert.Equal(401, await gateway.StatusAsync(null, HttpMethod.Delete, $"/{tenant}/slack/v1/Users"));
        // The same of each word: whether there is such a tenant does not show.
        Assert.Equal(405, await gateway.StatusAsync(null, HttpMethod.Get, $"/{tenant}/oauth/token"));
    }

    private static string Plain(RouteEndpoint endpoint) =>
        Kind().Replace("/" + endpoint.RoutePattern.RawText!.Trim('/'), "}");

    [GeneratedRegex(":[a-z]+}")]
    private static partial Regex Kind();

    [GeneratedRegex(@"\{[^}]+}")]
    private static partial Regex Place();
}
