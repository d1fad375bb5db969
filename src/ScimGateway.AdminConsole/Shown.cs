using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ScimGateway.AdminConsole;

/// <summary>
/// A page as an answer. It is rendered whole before anything is sent, so that what fails is an error and not half a page; and
/// without ASP.NET's services for Razor components, which bring a key ring of their own that nothing here needs.
/// </summary>
/// <typeparam name="TPage">The page.</typeparam>
/// <param name="parameters">What it shows.</param>
/// <param name="status">The HTTP status.</param>
internal sealed class Shown<TPage>(Dictionary<string, object?> parameters, int status) : IResult
    where TPage : IComponent
{
    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var services = httpContext.RequestServices;
        await using var renderer = new HtmlRenderer(services, services.GetRequiredService<ILoggerFactory>());
        var html = await renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync<TPage>(ParameterView.FromDictionary(parameters))).ToHtmlString()
        );
        httpContext.Response.StatusCode = status;
        httpContext.Response.ContentType = "text/html; charset=utf-8";
        await httpContext.Response.WriteAsync(html, httpContext.RequestAborted);
    }
}
