using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Planning;
using ScimGateway.Slack.Http;
using ScimGateway.Slack.Translation;

namespace ScimGateway.Provisioning.Executing;

/// <summary>What several replies of Slack's say together that none says alone.</summary>
internal sealed class CallStreaks
{
    // How many accounts in a row may be refused before that is the token's fault.
    private const int MostForbidden = 3;

    // How many answers in a row may be another's than Slack's before Slack counts as out of reach.
    private const int MostForeign = 3;

    private readonly Lock _lock = new();
    private readonly HashSet<LinkId> _forbidden = [];
    private int _foreign;
    private Instant? _carefulUntil;

    /// <summary>For a while after Slack has shown an account inactive unasked, each is looked at before it is updated.</summary>
    public void LookUntil(Instant? until)
    {
        lock (_lock)
            _carefulUntil = until;
    }

    /// <summary>What Slack is asked or told next; null for nothing.</summary>
    public SlackCommand? Next(Wanted wanted, Instant now) => (IsCareful(now) ? wanted.Look(now) : null) ?? wanted.Next;

    /// <summary>Whether the account was looked at, and is now to be told.</summary>
    public bool IsLookedAt(Wanted wanted, Instant now) => IsCareful(now) && wanted.Look(now) is null;

    /// <summary>Counts a reply.</summary>
    public Met Meet(Link link, SlackCommand command, SlackResult result, bool isLookedAt)
    {
        lock (_lock)
            return new Met(IsTokensFault(link, command, result), IsOutOfReach(result), isLookedAt);
    }

    private bool IsCareful(Instant now)
    {
        lock (_lock)
            return _carefulUntil > now;
    }

    // Slack's 403 says that this account may not be changed, or that none may: after several in a row, with none changed
    // between them, it is the token. The first that is changed again shows that it is not any more.
    private bool IsTokensFault(Link link, SlackCommand command, SlackResult result)
    {
        if (command is not (SlackCommand.PatchUser or SlackCommand.DeactivateUser or SlackCommand.DeleteUser))
            return false;
        if (result is SlackResult.Done)
            _forbidden.Clear();
        else if (
            result is SlackResult.Refused { Row.Kind: SlackErrorKind.Forbidden }
            && _forbidden.Count < MostForbidden
        )
            _forbidden.Add(link.Id);
        return _forbidden.Count >= MostForbidden;
    }

    // Pages of something in between, one after the other, and nothing of Slack's among them.
    private bool IsOutOfReach(SlackResult result)
    {
        var isForeign = result is SlackResult.NotDone { IsForeign: true } or SlackResult.Lost { IsForeign: true };
        if (!isForeign && result is SlackResult.Done or SlackResult.Refused)
            _foreign = 0;
        return isForeign && ++_foreign >= MostForeign;
    }
}
