using Microsoft.AspNetCore.Http;
using ScimGateway.Host.Security;
using Xunit;

namespace ScimGateway.Host.Tests.Security;

/// <summary>When clients are told to come again.</summary>
public sealed class RetryAfterTests
{
    [Theory]
    [InlineData(429, null, "5")]
    [InlineData(503, null, "5")]
    [InlineData(503, 1_200, "2")]
    [InlineData(500, null, "30")]
    [InlineData(502, null, "30")]
    [InlineData(501, null, "")]
    [InlineData(504, null, "")] // it may be done
    [InlineData(409, null, "")]
    public void What_may_pass_by_itself_says_when(int status, int? milliseconds, string expected)
    {
        var context = new DefaultHttpContext();

        RetryAfter.Write(context, status, milliseconds is { } wait ? TimeSpan.FromMilliseconds(wait) : null);

        Assert.Equal(expected, context.Response.Headers.RetryAfter.ToString());
    }
}
