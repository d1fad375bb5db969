using Microsoft.AspNetCore.Http;

namespace ScimGateway.AdminConsole;

/// <summary>What was asked for is at another address: 303, so that loading that page anew sends no form again.</summary>
/// <param name="where">The address.</param>
internal sealed class Moved(string where) : IResult
{
    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        httpContext.Response.Headers.Location = where;
        return Task.CompletedTask;
    }
}
