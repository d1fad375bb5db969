using System.Text;
using ScimGateway.Host.Tests.Scim;
using Xunit;

namespace ScimGateway.Host.Tests.Admin;

/// <summary>The admin API has one spelling: whoever keeps /admin closed in front of the gateway keeps all of it closed.</summary>
public class SpellingTests
{
    [Theory]
    [InlineData("/admin/api/v1/tenants", 200)]
    [InlineData("/admin/api/v1/tenants?limit=1", 200)]
    [InlineData("/ADMIN/api/v1/tenants", 404)]
    [InlineData("/Admin/api/v1/tenants", 404)]
    [InlineData("/%61dmin/api/v1/tenants", 404)]
    [InlineData("/admi%6E/api/v1/tenants", 404)]
    [InlineData("/x/../admin/api/v1/tenants", 404)]
    [InlineData("/./admin/api/v1/tenants", 404)]
    [InlineData("/%2e/admin/api/v1/tenants", 404)]
    [InlineData("/demo/scim/v2/../../../admin/api/v1/tenants", 404)]
    [InlineData("/admin/api/x/../v1/tenants", 404)]
    [InlineData("/admin/api/v1/tenants/", 404)]
    [InlineData("/admin/api/v1/tenants/?limit=1", 404)]
    [InlineData("/admin/api/v1/tenants//", 404)]
    [InlineData("/admin/api/v1/tenants/acme/", 404)]
    [InlineData("/admin/API/v1/tenants", 404)]
    [InlineData("/admin/api/v1/Tenants", 404)]
    [InlineData("/admin/api/v1/%74enants", 404)]
    [InlineData("//admin/api/v1/tenants", 401)] // of a tenant whose word is empty
    [InlineData("http://a/admin/api/v1/tenants", 404)]
    public async Task What_is_spelled_otherwise_is_not_there(string target, int status)
    {
        await using var served = await ServedGateway.StartAsync();

        var answer = await RawRequest.SendAsync(
            served.Base,
            Encoding.ASCII.GetBytes(
                $"GET {target} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {served.Key}\r\nConnection: close\r\n\r\n"
            )
        );

        Assert.Equal((target, status), (target, answer.Status));
    }
}
