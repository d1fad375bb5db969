using Microsoft.AspNetCore.Http;
using ScimGateway.SlackEmulator.Access;
using ScimGateway.SlackEmulator.Control;
using ScimGateway.SlackEmulator.Http;
using ScimGateway.SlackEmulator.Spelling;

namespace ScimGateway.SlackEmulator;

/// <summary>Every request comes in here and is led to an organization: control calls by the number in their path, calls
/// to Slack by what they carry.</summary>
internal sealed class FrontDoor(Organizations organizations, CancellationToken stopping)
{
    public async Task HandleAsync(HttpContext http)
    {
        var segments = (http.Request.Path.Value ?? "/").Split('/', StringSplitOptions.RemoveEmptyEntries);
        switch (segments)
        {
            case ["_emulator", "organizations", var text, .. var path]:
                if (OrganizationNumber.TryRead(text, out var number))
                    await ControlAsync(http, organizations[number], path);
                else
                    await ControlEndpoints.RefuseAsync(
                        http,
                        404,
                        $"there is no organization '{text}': they are numbered from {OrganizationNumber.First} to {OrganizationNumber.Most}"
                    );
                break;
            case ["_emulator", .. var path]:
                await ControlAsync(http, organizations.First, path);
                break;
            default:
                // Not awaited yet: which organization it is for mostly stands in the head, and there it is counted as
                // soon as it comes.
                var body = http.Request.Method is "GET" or "HEAD" or "DELETE"
                    ? Task.FromResult<byte[]?>([])
                    : RequestBody.ReadAsync(http);
                var slack = organizations[await Addressee.OfAsync(http, body)];
                await new Visit(slack, stopping).HandleAsync(http, segments, body);
                break;
        }
    }

    private Task ControlAsync(HttpContext http, SlackOrganization slack, string[] path) =>
        new ControlEndpoints(slack.Knobs, slack.Workspace, slack.Calls, slack.Faults, slack.Reset).HandleAsync(
            http,
            path,
            stopping
        );
}
