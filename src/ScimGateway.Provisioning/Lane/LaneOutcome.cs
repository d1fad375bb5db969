using System.Diagnostics;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Lane;

/// <summary>What is known of an account or group by the answer to a script's write.</summary>
internal enum LaneKnown
{
    /// <summary>Nothing: it may be done, or be done yet.</summary>
    Nothing,

    /// <summary>It is done; what the answer does not show is to be read.</summary>
    Done,

    /// <summary>The group is deleted.</summary>
    Gone,

    /// <summary>Slack does not know the account or group; it is to be read.</summary>
    Missing,

    /// <summary>Nothing was done: all is as before.</summary>
    AsBefore,
}

/// <summary>What a script's write comes to. Pure: the request, Slack's answer and the link in, an outcome out.</summary>
/// <param name="Came">What the journal says came of it.</param>
/// <param name="Error">Why, for people; null if it is done.</param>
/// <param name="Status">The HTTP status of what answered; null if nothing did.</param>
internal sealed record LaneOutcome(OperationOutcome Came, string? Error, int? Status)
{
    /// <summary>What is known of the account or group by it.</summary>
    public LaneKnown Known { get; private init; }

    /// <summary>The account as Slack has it now; null if the answer does not say.</summary>
    public SlackUser? Shown { get; private init; }

    /// <summary>The outcome.</summary>
    /// <param name="request">What was asked.</param>
    /// <param name="answer">What came of the call.</param>
    /// <param name="link">The account or group as the gateway knows it; null if one is made.</param>
    public static LaneOutcome Of(LaneRequest request, LaneAnswer answer, Link? link) =>
        answer switch
        {
            LaneAnswer.Answered { IsSlacks: false } other => new(
                OperationOutcome.Failed,
                "What answered was not Slack, and it may be done.",
                other.Status
            ),
            LaneAnswer.Answered { IsDone: true } done => new(OperationOutcome.Done, null, done.Status)
            {
                Known = request is { Verb: LaneVerb.Delete, Kind: Kind.Group } ? LaneKnown.Gone : LaneKnown.Done,
                Shown = link is { Kind: Kind.User } account ? ShownBy(request, done, account) : null,
            },
            LaneAnswer.Answered { MayBeDone: true } failed => new(
                OperationOutcome.Failed,
                $"Slack failed, and may have done it: {Words(failed)}",
                failed.Status
            ),
            LaneAnswer.Answered refused => new(OperationOutcome.Refused, Words(refused), refused.Status)
            {
                Known = refused.Status == 404 ? LaneKnown.Missing : LaneKnown.AsBefore,
            },
            LaneAnswer.NotSent late => new(OperationOutcome.Failed, $"Slack has not got it: {late.Why}", null)
            {
                Known = LaneKnown.AsBefore,
            },
            LaneAnswer.Lost lost => new(
                OperationOutcome.Failed,
                $"The answer was lost, and Slack may have done it: {lost.Why}",
                null
            ),
            _ => throw new UnreachableException(),
        };

    private static string? Words(LaneAnswer.Answered answer) => SlackError.Read(answer.Status, answer.Body).Words;

    // Slack's answer to a DELETE of a user shows nobody, and says that he is deactivated; reads lag behind that.
    private static SlackUser? ShownBy(LaneRequest request, LaneAnswer.Answered done, Link account) =>
        done.User() is { } user && user.Id == account.SlackId ? user
        : request.Verb == LaneVerb.Delete
            ? new SlackUser(account.SlackId!, account.AtSlack.With(active: false), null, [])
        : null;
}
