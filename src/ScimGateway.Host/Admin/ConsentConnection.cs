using System.Text.Json;
using ScimGateway.Provisioning.Homes;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Http;

namespace ScimGateway.Host.Admin;

/// <summary>
/// Connects a tenant by what Slack sends the browser back with after somebody's consent, and says how that went. The
/// browser may be gone; what Slack has given by then is kept all the same.
/// </summary>
internal sealed class ConsentConnection(
    Store store,
    Homes homes,
    SlackSite site,
    SlackLimits limits,
    SlackClientOptions call,
    HttpClient http,
    TimeProvider clock
)
{
    private const int MostLetters = 1_024;

    /// <summary>Has Slack give the token, and connects the tenant with it.</summary>
    /// <param name="before">The tenant.</param>
    /// <param name="owner">Who has asked for it; null if that is no owner any more.</param>
    /// <param name="entry">The line of the audit trail.</param>
    /// <param name="error">What Slack says instead of giving anything.</param>
    /// <param name="code">What Slack gives a token for.</param>
    /// <param name="back">Where Slack has sent the browser to.</param>
    public async Task<ConsentPage> MakeAsync(
        Tenant before,
        AdminKey? owner,
        AuditEntry entry,
        string error,
        string code,
        Uri back
    )
    {
        if (owner is null)
            return ConsentPage.NotConnected(
                StatusCodes.Status403Forbidden,
                before,
                "The admin key by which this was asked for was deleted since, or is no owner's any more. Have an owner ask again."
            );
        if (error.Length > 0)
            return ConsentPage.NotConnected(StatusCodes.Status403Forbidden, before, ConsentPage.Denied(error));
        if (code.Length is 0 or > MostLetters || site.App is not { } app)
            return ConsentPage.NotConnected(
                StatusCodes.Status400BadRequest,
                before,
                "Slack has sent nothing that could be used. Ask for another link and begin again."
            );
        return await app.RedeemAsync(http, code, back, call.AttemptLimit, clock, CancellationToken.None) switch
        {
            SlackTokenAnswer.Given { IsOfOneWorkspace: true } => ConsentPage.NotConnected(
                StatusCodes.Status409Conflict,
                before,
                "The app was installed on one workspace of an organization, by which Slack lets nobody provision. Ask for another link, and on Slack's page choose the organization itself; only an Org Owner can."
            ),
            SlackTokenAnswer.Given given => await ConnectAsync(before, entry, given),
            var answer => ConsentPage.NotConnected(
                answer is SlackTokenAnswer.NoAnswer
                    ? StatusCodes.Status503ServiceUnavailable
                    : StatusCodes.Status502BadGateway,
                before,
                ConsentPage.NotGiven(answer)
            ) with
            {
                Wait = (answer as SlackTokenAnswer.NoAnswer)?.RetryAfter,
            },
        };
    }

    private async Task<ConsentPage> ConnectAsync(Tenant before, AuditEntry entry, SlackTokenAnswer.Given given)
    {
        try
        {
            var home = await homes.ConnectLaterAsync(
                before.Id,
                site.Address,
                given.Token,
                limits,
                CancellationToken.None
            );
            var checks = await home.Test.RunAsync(CancellationToken.None);
            var after = await store.AskAsync(session => Tenants.Find(session, before.Id));
            (entry.Before, entry.After) = (Said(before), Said(after));
            return ConsentPage.Of(after, checks);
        }
        catch (SlackUnreadableException silent) when (silent.Silence is { } wait)
        {
            return ConsentPage.NotConnected(
                StatusCodes.Status503ServiceUnavailable,
                before,
                $"{silent.Message} Ask for another link in a while, and begin again."
            ) with
            {
                Wait = wait,
            };
        }
        catch (SlackUnreadableException refused)
        {
            return ConsentPage.NotConnected(
                StatusCodes.Status409Conflict,
                before,
                refused.Message,
                "The app stays installed in the Slack that you have chosen; remove it there if nobody else uses it."
            );
        }
    }

    private static string Said(Tenant row) =>
        JsonSerializer.Serialize(ConnectionEndpoints.Show(row, []), AdminJson.Options);
}
