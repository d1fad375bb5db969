using System.Globalization;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Slack.Http;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Executing;

/// <summary>
/// What Slack's reply means, where that is the same for accounts and groups: the table of docs/outcomes.md. Pure.
/// </summary>
internal static class Replies
{
    private static readonly TimeSpan _firstDelay = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan _longestDelay = TimeSpan.FromMinutes(1);

    /// <summary>The longest until something that failed is tried again by itself.</summary>
    public static readonly TimeSpan LongestRetry = TimeSpan.FromHours(6);

    private static readonly TimeSpan _longestRetryAfter = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan _firstRetry = TimeSpan.FromMinutes(1);

    // How often Slack is asked who has an address or a name that it says is taken.
    private const int MostAsked = 3;

    // How often a change of what Slack shows may be a 404 before that counts as Slack's refusal.
    private const int MostDenials = 3;

    private static readonly Reason _late = new(
        ReasonCode.SlackLate,
        "Slack said that it does not know it, and shows it when asked for it"
    );

    // How often an account that stays inactive is told again to be active, before that counts as Slack's refusal.
    private const int MostIgnored = 3;

    private static readonly FieldSet _signingIn = FieldSet.Of(SlackField.Active, SlackField.PrimaryEmail);

    /// <summary>What is to be done; a done command is for the subject to say.</summary>
    public static Transition Of(Reply reply) =>
        reply.Result switch
        {
            SlackResult.Refused refused => Refused(reply, refused),
            // Whoever says so, Slack or somebody before it: what was sent twice and is a 400 twice is refused, while
            // others get through.
            SlackResult.NotDone { Refusal: { } page }
                when reply is { Met.IsOutOfReach: false, Link.Attempts: > 0 }
                    && Suspects(reply) is { IsEmpty: false } suspects => Fail(
                reply,
                Reason.Refused(page, suspects),
                suspects
            ),
            // A leaver may go by another call, which has room as far as anybody knows; else the budget has the leaver wait.
            SlackResult.NotDone late => new Transition.Later(
                (reply.Command.Alternative is null ? Bounded(late.RetryAfter) : null) ?? Delay(reply.Link.Attempts),
                new Reason(ReasonCode.SlackLate, late.Why)
            ),
            SlackResult.Lost { StaysInactive: true } when reply.Link.Attempts >= MostIgnored => Fail(
                reply,
                ReasonCode.StaysInactive,
                // The address goes along with the activation, and is nothing that Slack could be told instead.
                reply.Carried.And(_signingIn)
            ),
            SlackResult.Lost lost => new Transition.Later(
                Delay(reply.Link.Attempts),
                new Reason(ReasonCode.AnswerLost, lost.Why)
            )
            {
                MayLandFor = reply.TimeLimit,
                AsksFirst = !reply.Command.IsRepeatable,
            },
            _ => new Transition.Deliver(null, reply.Command.Delivers, null),
        };

    /// <summary>
    /// Slack shows what it said that it does not know: a read that lags, a proxy or a fault. What was denied just now is
    /// told again after a while; what is denied again and again is Slack's refusal.
    /// </summary>
    public static Transition StillThere(Reply reply) =>
        reply.Link.Attempts switch
        {
            0 => new Transition.TellAgain(null, null),
            > MostDenials and var failed => new Transition.StopAsking(
                // A call whose answer was lost counts as well.
                Fail(
                    reply,
                    new Reason(ReasonCode.DeniedYetShown, failed.ToString(CultureInfo.InvariantCulture)),
                    FieldSet.Nothing
                )
            ),
            var denied => new Transition.TellAgain(Delay(denied - 1), _late),
        };

    /// <summary>When a failure is tried again for the first time, and later on.</summary>
    public static TimeSpan Retry(int attempts) => Growing(_firstRetry, LongestRetry, attempts);

    /// <summary>In how long a link is tried again that was tried so often.</summary>
    public static TimeSpan UntilNext(int attempts) => Delay(attempts);

    /// <summary>
    /// A refusal counts against the request that spoke of the field; otherwise the field is set aside and the rest is
    /// sent without it.
    /// </summary>
    public static Transition Fail(Reply reply, Reason why, FieldSet blamed)
    {
        var isAllOfIt = reply.Link.SlackId is null || blamed.IsEmpty;
        Transition rest = isAllOfIt ? new Transition.End(LinkEvent.Failed, why) : new Transition.SetAside(blamed, why);
        // Whom Slack does not take as a guest is not let in, so a request for that has failed.
        var isNotLetIn =
            reply.Command.Delivers.Active == true && reply.Link.Told.Active != true && blamed.Has(SlackField.GuestType);
        var isTheRequests = isAllOfIt || isNotLetIn || blamed.Fields.Any(reply.Link.Spoken.Has);
        return reply.Waits && isTheRequests ? new Transition.TakeBack(why, rest) : rest;
    }

    private static Transition Refused(Reply reply, SlackResult.Refused refused)
    {
        var (link, why) = (reply.Link, Reason.Refused(refused.Error));
        return refused.Row.Kind switch
        {
            SlackErrorKind.Token or SlackErrorKind.Plan => new Transition.Shut(why),
            // Nothing is wrong with the wish, such as when an account is being made still (docs/slack.md 4.6): it is
            // tried again.
            SlackErrorKind.SlackFault or SlackErrorKind.Limit or SlackErrorKind.Locked => new Transition.Later(
                Delay(link.Attempts),
                why
            )
            {
                AsksFirst = !reply.Command.IsRepeatable,
            },
            SlackErrorKind.Protected => new Transition.Protect(
                why,
                reply.Waits
                    ? new Transition.TakeBack(why, new Transition.End(LinkEvent.Protected, why))
                    : new Transition.End(LinkEvent.Protected, why)
            ),
            // Of several in a row it is the token that may do less than it did.
            SlackErrorKind.Forbidden when reply.Met.IsTokensFault => new Transition.Shut(why),
            SlackErrorKind.Forbidden => Fail(reply, why, FieldSet.Nothing),
            SlackErrorKind.Erased when link.Absent || reply.Preferences.CreateUsers => new Transition.Erase(),
            SlackErrorKind.Erased => Fail(reply, why, FieldSet.Nothing),
            // Somebody has made it in Slack meanwhile: who that is, and whether it may be adopted, is seen by asking.
            SlackErrorKind.Conflict when Names(reply.Command, refused.Row) && link.Asked < MostAsked =>
                new Transition.AskWho(),
            SlackErrorKind.InvalidValue when Blamed(reply, refused.Row) is var blamed => Fail(
                reply,
                Reason.Refused(refused.Error, blamed),
                blamed
            ),
            _ => Fail(reply, why, Blamed(reply, refused.Row)),
        };
    }

    // Whether a refused create says that what it is found by is taken.
    private static bool Names(SlackCommand command, SlackErrorRow row) =>
        command is SlackCommand.CreateGroup
        || (command is SlackCommand.CreateUser && row.Field == SlackField.PrimaryEmail);

    // The fields that may be to blame, as far as the command carried them.
    private static FieldSet Blamed(Reply reply, SlackErrorRow row)
    {
        var blamed = row.Field is { } field ? FieldSet.Of(field) : FieldSet.Of(row.MayBe);
        if (!blamed.Fields.Any(reply.Carried.Has))
            blamed = Suspects(reply) is { IsEmpty: false } suspects ? suspects : reply.Carried;
        var news = FieldSet.Of(blamed.Fields.Where(field => IsNews(reply, field)));
        return news.IsEmpty ? blamed : news;
    }

    // What a command carried and Slack may dislike: whether somebody is to be active is no matter of values.
    private static FieldSet Suspects(Reply reply) =>
        FieldSet.Of(reply.Carried.Fields.Where(field => field != SlackField.Active));

    // What Slack has already, and is told along with something else, it takes.
    private static bool IsNews(Reply reply, SlackField field) =>
        reply.Planned.Link.Told is var told && !(told.Says(field) && told[field] == reply.Command.Delivers[field]);

    // Whatever Slack, or somebody between, says: neither at once nor for days.
    private static TimeSpan? Bounded(TimeSpan? retryAfter) =>
        retryAfter is { } given
            ? TimeSpan.FromTicks(Math.Clamp(given.Ticks, _firstDelay.Ticks, _longestRetryAfter.Ticks))
            : null;

    private static TimeSpan Delay(int attempts) => Growing(_firstDelay, _longestDelay, attempts);

    private static TimeSpan Growing(TimeSpan first, TimeSpan longest, int attempts) =>
        TimeSpan.FromTicks(Math.Min(longest.Ticks, first.Ticks << Math.Min(attempts, 16)));
}
