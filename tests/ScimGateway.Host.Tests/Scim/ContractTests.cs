using ScimGateway.Tests;
using Xunit;

namespace ScimGateway.Host.Tests.Scim;

/// <summary>The contract is a file: openapi.yaml says what is mapped, all of it and nothing else.</summary>
public class ContractTests
{
    private static readonly string[] _methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

    [Fact]
    public async Task What_openapi_describes_is_what_is_mapped()
    {
        await using var gateway = await Gateway.StartAsync();
        var (mapped, described) = (Mapped(gateway), Described().ToHashSet());

        Assert.Equal(described.Order(StringComparer.Ordinal), mapped.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_admin_API_knows_the_query_parameters_that_openapi_describes_and_no_others()
    {
        await using var gateway = await Gateway.StartAsync();
        var described = Scim.Described.Queries();

        var mapped = gateway.AdminQueries();

        Assert.NotEmpty(mapped);
        Assert.All(mapped, one => Assert.Equal(described[one.Key], one.Value));
    }

    // What takes any method is described with five.
    private static IEnumerable<string> Mapped(Gateway gateway) =>
        gateway
            .Routes()
            // Pages, which are made of the admin API's answers.
            .Where(route => !route.Path.StartsWith("/console", StringComparison.Ordinal))
            .SelectMany(route =>
                (route.Methods.Count == 0 ? ["GET", "POST", "PUT", "PATCH", "DELETE"] : route.Methods)
                    .Where(method => method != "HEAD") // it is GET, and not described
                    .Select(method => $"{method} {route.Path}")
            );

    [Fact]
    public async Task HEAD_is_answered_wherever_GET_is()
    {
        await using var gateway = await Gateway.StartAsync();

        Assert.All(
            gateway.Routes(),
            route => Assert.Equal(route.Methods.Contains("GET"), route.Methods.Contains("HEAD"))
        );
    }

    // The paths stand two blanks from the left, their methods four. No more of YAML is read here.
    private static IEnumerable<string> Described()
    {
        var path = "";
        foreach (
            var line in File.ReadLines(Path.Combine(GeneratedPage.Root(), "openapi.yaml"))
                .SkipWhile(l => l != "paths:")
                .Skip(1)
        )
        {
            if (line.Length > 0 && line[0] != ' ')
                yield break;
            if (line.StartsWith("  /", StringComparison.Ordinal))
                path = line.Trim().TrimEnd(':');
            else if (
                line.Length > 4
                && line[..4] == "    "
                && line[4..].Split(':')[0] is var word
                && _methods.Contains(word)
            )
                yield return $"{word.ToUpperInvariant()} {path}";
        }
    }
}
