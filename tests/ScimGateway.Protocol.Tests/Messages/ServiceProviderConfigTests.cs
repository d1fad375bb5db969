using System.Text.Json.Nodes;
using ScimGateway.Protocol.Messages;
using ScimGateway.Protocol.Schemas;
using Xunit;

namespace ScimGateway.Protocol.Tests.Messages;

public class ServiceProviderConfigTests
{
    [Fact]
    public void All_that_is_supported_is_announced() =>
        Assert.Equal(
            "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig\"],"
                + "\"documentationUri\":\"https://docs.example/scim\","
                + "\"patch\":{\"supported\":true},"
                + "\"bulk\":{\"supported\":true,\"maxOperations\":100,\"maxPayloadSize\":4194304},"
                + "\"filter\":{\"supported\":true,\"maxResults\":200},"
                + "\"changePassword\":{\"supported\":false},"
                + "\"sort\":{\"supported\":true},"
                + "\"etag\":{\"supported\":true},"
                + "\"pagination\":{\"cursor\":true,\"index\":true,\"defaultPaginationMethod\":\"index\",\"defaultPageSize\":100,\"maxPageSize\":200,\"cursorTimeout\":3600},"
                + "\"authenticationSchemes\":[{\"type\":\"oauthbearertoken\",\"name\":\"Bearer token\",\"description\":\"A token of the console.\","
                + "\"specUri\":\"https://www.rfc-editor.org/info/rfc6750\",\"documentationUri\":\"https://docs.example/tokens\",\"primary\":true},"
                + "{\"type\":\"httpbasic\",\"name\":\"Basic\",\"description\":\"A name and a password.\"}],"
                + "\"meta\":{\"resourceType\":\"ServiceProviderConfig\",\"location\":\"https://scim.example/v2/ServiceProviderConfig\"}}",
            Text(
                new ServiceProviderConfig
                {
                    DocumentationUri = "https://docs.example/scim",
                    Patch = true,
                    Bulk = new BulkLimits(100, 4 << 20),
                    FilterMaxResults = 200,
                    Sort = true,
                    ETag = true,
                    Pagination = new Pagination(Cursor: true, Index: true)
                    {
                        Pages = new PageLimits(100, 200),
                        CursorTimeout = TimeSpan.FromHours(1),
                    },
                    AuthenticationSchemes =
                    [
                        new("oauthbearertoken", "Bearer token", "A token of the console.")
                        {
                            SpecUri = "https://www.rfc-editor.org/info/rfc6750",
                            DocumentationUri = "https://docs.example/tokens",
                            Primary = true,
                        },
                        new("httpbasic", "Basic", "A name and a password."),
                    ],
                }
            )
        );

    [Fact]
    public void What_is_not_supported_is_said_with_the_limits_that_the_RFC_requires_and_without_null()
    {
        var text = Text(new ServiceProviderConfig());

        Assert.Equal(
            "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig\"],"
                + "\"patch\":{\"supported\":false},"
                + "\"bulk\":{\"supported\":false,\"maxOperations\":0,\"maxPayloadSize\":0},"
                + "\"filter\":{\"supported\":false,\"maxResults\":0},"
                + "\"changePassword\":{\"supported\":false},\"sort\":{\"supported\":false},\"etag\":{\"supported\":false},"
                + "\"authenticationSchemes\":[],"
                + "\"meta\":{\"resourceType\":\"ServiceProviderConfig\",\"location\":\"https://scim.example/v2/ServiceProviderConfig\"}}",
            text
        );
    }

    [Theory]
    [InlineData(true, true, "{\"cursor\":true,\"index\":true,\"defaultPaginationMethod\":\"index\"}")]
    [InlineData(true, false, "{\"cursor\":true,\"index\":false,\"defaultPaginationMethod\":\"cursor\"}")]
    [InlineData(false, true, "{\"cursor\":false,\"index\":true,\"defaultPaginationMethod\":\"index\"}")]
    [InlineData(false, false, "{\"cursor\":false,\"index\":false}")]
    public void Pages_go_by_index_by_default_where_they_can(bool cursor, bool index, string pagination) =>
        Assert.Equal(
            pagination,
            JsonNode.Parse(Text(new ServiceProviderConfig { Pagination = new Pagination(cursor, index) }))![
                "pagination"
            ]!.ToJsonString()
        );

    [Fact]
    public void Every_required_member_of_the_schema_is_there()
    {
        var json = JsonNode.Parse(Text(new ServiceProviderConfig()))!.AsObject();

        foreach (var attribute in DiscoverySchemas.ServiceProviderConfig.Attributes.Where(a => a.Required))
        {
            Assert.True(json.ContainsKey(attribute.Name), attribute.Name);
            if (json[attribute.Name] is JsonObject part)
                Assert.All(
                    attribute.SubAttributes.Where(s => s.Required),
                    s => Assert.True(part.ContainsKey(s.Name), s.Name)
                );
        }
    }

    private static string Text(ServiceProviderConfig config) =>
        Written.Text(json => config.WriteTo(json, "https://scim.example/v2"));
}
