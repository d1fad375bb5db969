using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Http;
using ScimGateway.Slack.Translation;

namespace ScimGateway.Provisioning.Operating;

/// <summary>What a test of the connection looks at.</summary>
internal enum Checked
{
    /// <summary>Whether Slack takes the token.</summary>
    Token,

    /// <summary>Whether it is the organization that the tenant has.</summary>
    Organization,

    /// <summary>Whether the token may do what is wanted of it.</summary>
    Scopes,

    /// <summary>Whether Slack's SCIM shows a user.</summary>
    Read,
}

/// <summary>One thing that a test has looked at.</summary>
/// <param name="What">Which.</param>
/// <param name="IsWell">Whether it is as it has to be.</param>
/// <param name="Says">What was found, and where it is not well what to do.</param>
internal sealed record ConnectionCheck(Checked What, bool IsWell, string Says);

/// <summary>
/// Looks, once, at each thing that it takes to write a tenant's Slack, for an operator who waits for it. What it finds
/// is the tenant's state from then on, as if the gateway had asked by itself.
/// </summary>
internal sealed class ConnectionTest(
    HomeStore store,
    Func<CancellationToken, Task<SlackTokenTest>> ask,
    SlackScimClient slack,
    SlackSchedule<LinkId> schedule,
    Executor executor,
    LaterImport import,
    TimeProvider clock
)
{
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(10);

    /// <summary>Tests it; the first thing that is not well is the last one.</summary>
    public async Task<IReadOnlyList<ConnectionCheck>> RunAsync(CancellationToken cancel)
    {
        var checks = new List<ConnectionCheck>();
        SlackTokenTest? said = null;
        string? problem;
        try
        {
            problem = await Connecting.TryAsync(
                store,
                async () => said = await ask(cancel),
                executor.Due,
                clock,
                cancel
            );
        }
        catch (SlackUnreadableException other)
        {
            checks.Add(new(Checked.Token, true, "Slack takes it."));
            checks.Add(new(Checked.Organization, false, other.Message));
            await CloseAsync(other.Message);
            return checks;
        }
        checks.Add(
            new(
                Checked.Token,
                said is not (SlackTokenTest.Refused or SlackTokenTest.NoAnswer),
                problem ?? "Slack takes it."
            )
        );
        if (said is not SlackTokenTest.Valid token)
        {
            // That Slack says nothing just now does not make the connection another one.
            if (said is SlackTokenTest.Refused)
                await CloseAsync(problem!);
            return checks;
        }
        checks.Add(new(Checked.Organization, true, $"It is {token.OrganizationId}; the token is {token.OwnerId}'s."));
        checks.Add(ScopesOf(token));
        var unread = await TryReadAsync(slack, schedule, clock, cancel);
        checks.Add(new(Checked.Read, unread is null, unread?.Says ?? "Slack shows its users."));
        if (problem is not null)
            await CloseAsync(problem);
        else if (unread is { IsRefused: true })
        {
            // Whose the token is, is known, and asking that again would say nothing new: it is the tenant's trouble until SCIM
            // takes a call.
            executor.Gate.Connect();
            executor.Gate.Close(new Reason(ReasonCode.SlackShut, unread.Says));
            await Connecting.NoteAsync(store, unread.Says, clock);
        }
        else if (unread is null)
        {
            executor.Gate.Connect();
            import.BeginIfDue();
        }
        return checks;
    }

    private Task CloseAsync(string problem)
    {
        executor.Gate.Disconnect(); // it is asked again until it is well
        executor.Gate.Close(new Reason(ReasonCode.SlackShut, problem));
        return Connecting.NoteAsync(store, problem, clock);
    }

    private static ConnectionCheck ScopesOf(SlackTokenTest.Valid token)
    {
        if (token.Scopes is null)
            return new(Checked.Scopes, true, "Slack does not say what it may do.");
        return Connecting.Lacking(token) is { } lacking
            ? new(Checked.Scopes, false, lacking)
            : new(Checked.Scopes, true, "It may do what is wanted.");
    }

    /// <summary>Whether Slack's SCIM shows a user to whom it is asked by; null if it does.</summary>
    internal static async Task<Unread?> TryReadAsync(
        SlackScimClient slack,
        SlackSchedule<LinkId> schedule,
        TimeProvider clock,
        CancellationToken cancel
    )
    {
        using var late = new CancellationTokenSource(_longest, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, late.Token);
        var command = new SlackCommand.ListUsers(1, 1);
        try
        {
            SlackGrant grant;
            while (!schedule.TryTakeBehind(command.Call, out grant, out var wait))
                await Task.Delay(wait, clock, either.Token);
            return await slack.SendAsync(command, grant, either.Token) switch
            {
                SlackResult.Done or SlackResult.NotDone { IsTooLong: true } => null,
                SlackResult.Refused refused => new Unread(
                    SlackErrors.Said(refused.Row, refused.Error),
                    IsRefused: true
                ),
                _ => new Unread("Slack's SCIM does not answer; test again in a while.", IsRefused: false),
            };
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new Unread(
                "Slack has no call to spare for a test just now, or does not answer; test again in a minute.",
                IsRefused: false
            );
        }
    }
}

/// <summary>Why Slack's SCIM has shown nothing.</summary>
/// <param name="Says">The same for people, with what to do.</param>
/// <param name="IsRefused">Whether Slack has said so, and not only nothing.</param>
internal sealed record Unread(string Says, bool IsRefused);
