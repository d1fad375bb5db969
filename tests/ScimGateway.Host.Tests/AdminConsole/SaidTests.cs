using Xunit;
using Sentence = global::ScimGateway.AdminConsole.Parts.Said;

namespace ScimGateway.Host.Tests.AdminConsole;

/// <summary>A request that a page carries out is a link; any other stays what it is.</summary>
public class SaidTests
{
    [Theory]
    [InlineData("GET {0}/holds", "holds")]
    [InlineData("GET {0}/holds?reason=guardAccounts", "holds?reason=guardAccounts")]
    [InlineData("POST {0}/holds/release", "holds")]
    [InlineData("POST {0}/holds/dismiss", "holds")]
    [InlineData("POST {0}/holds/7/choose", null)]
    [InlineData("GET {0}/links?state=failed", "people?state=failed")]
    [InlineData("GET {0}/links?changed=true", "people?changed=true")]
    [InlineData("GET {0}/links/7", "people/7")]
    [InlineData("POST {0}/links/7/unprotect", "people/7")]
    [InlineData("POST {0}/links/7/erase", "people/7")]
    [InlineData("POST {0}/links/7/full-list", null)]
    [InlineData("POST {0}/notifications/test", "notifications")]
    [InlineData("GET {0}/operations", "operations")]
    [InlineData("POST {0}/enable", "setup")]
    [InlineData("PUT {0}/connection", "connection")]
    [InlineData("POST {0}/connection/test", "connection")]
    [InlineData("POST {0}/sources", "sources")]
    [InlineData("POST {0}/sources/3/credentials", "sources/3")]
    [InlineData("POST {0}/jobs", "jobs")]
    [InlineData("GET {0}/jobs/14", "jobs/14")]
    [InlineData("PATCH {0}/rules", "rules")]
    [InlineData("GET {0}/budget", "budget")]
    [InlineData("PATCH {0}/notifications/channels", "notifications")]
    [InlineData("DELETE {0}", null)]
    [InlineData("PATCH {0}/preferences", "preferences")]
    public void A_link_stands_in_place_of_what_a_page_does(string request, string? page)
    {
        request = request.Replace("{0}", "/admin/api/v1/tenants/acme", StringComparison.Ordinal);

        var parts = Sentence.In($"Before: {request}. After").ToList();

        Assert.Equal(3, parts.Count);
        Assert.Equal(("Before: ", ". After"), (parts[0].Text, parts[2].Text));
        Assert.Equal((page, page is null), (parts[1].Page, parts[1].IsRequest));
        if (page is null)
            Assert.Equal(request, parts[1].Text);
    }
}
