using System.Text.Json;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Slack.Http;

/// <summary>What an attempt says of a command: done, refused, not done or unknown. Pure.</summary>
internal static class SlackAnswer
{
    private const string OtherAccount = "the answer does not show the account as it was written";

    /// <summary>Whether a call changes nothing, so that it may be repeated.</summary>
    public static bool IsRead(SlackCall call) => call is SlackCall.List or SlackCall.ReadUser or SlackCall.ReadGroup;

    /// <summary>Which result an attempt is of a command, at a time.</summary>
    public static SlackResult Of(SlackCommand command, Attempt attempt, DateTimeOffset now)
    {
        switch (attempt.Status)
        {
            case Attempt.NotSent:
                return new SlackResult.NotDone(attempt.Trouble!, attempt.RetryAfter);
            case Attempt.Lost:
                return Lost(command, attempt.Trouble!, attempt.Trouble!);
            case 429:
                return new SlackResult.NotDone(SlackErrors.Row(attempt.Error).Says, attempt.RetryAfter);
            case >= 200 and < 300:
                return Done(command, attempt, now);
            case >= 300 and < 400:
                return new SlackResult.NotDone(
                    $"something between the gateway and Slack sent us elsewhere (HTTP {attempt.Status}); check the proxy, and the connection's base address"
                )
                {
                    IsForeign = true,
                };
            case >= 500:
            // The table knows some 5xx of Slack's own; what they did before failing nobody says.
            case 408:
                return Lost(command, attempt.Error.Words, SlackErrors.ForLog(attempt.Error));
            default:
                var error = attempt.Error;
                // A proxy's page or a wrong address's says nothing of accounts, tokens or values: Slack never saw the
                // request.
                return error.IsSlackWords
                    ? new SlackResult.Refused(error, SlackErrors.Row(error, command))
                    : new SlackResult.NotDone($"something between the gateway and Slack answered HTTP {attempt.Status}")
                    {
                        IsForeign = true,
                        Refusal = error.Status == 400 ? error : null,
                    };
        }
    }

    private static SlackResult Lost(SlackCommand command, string why, string forLog) =>
        IsRead(command.Call)
            ? new SlackResult.NotDone(why) { ForLog = forLog }
            : new SlackResult.Lost(why) { ForLog = forLog };

    // A write that Slack confirms is done, also where the answer breaks off; but a create without the id it made has to be
    // looked for, and what is there to be read and does not show the account as it was written proves nothing.
    private static SlackResult Done(SlackCommand command, Attempt attempt, DateTimeOffset now)
    {
        var done = Read(command, attempt.Body ?? default);
        if (done is not null)
            return Shows(done, command, now) ? done
                : command is SlackCommand.PatchUser { Delivers.Active: true } patch
                && done.User is { Seen.Active: false } off
                && off.Id == patch.Id
                    ? new SlackResult.Lost(OtherAccount) { StaysInactive = true }
                : Lost(command, OtherAccount, OtherAccount);
        var why = attempt.Trouble ?? "the answer could not be read";
        if (attempt.Trouble == Attempt.TooLong)
            return IsRead(command.Call) ? new SlackResult.NotDone(why) { IsTooLong = true } : new SlackResult.Lost(why);
        // A page that does not even begin like JSON is a proxy's, whatever its status: the write may not have got to
        // Slack.
        var isForeign = attempt.Body.AsSpan().TrimStart(" \r\n\t"u8) is { Length: > 0 } page && page[0] != (byte)'{';
        if (isForeign)
            return IsRead(command.Call)
                ? new SlackResult.NotDone(why) { IsForeign = true }
                : new SlackResult.Lost(why) { IsForeign = true };
        // Slack shows an account that it changed, and says nothing of a DELETE: whatever else comes, or breaks off, may be
        // a proxy's.
        var showsNobody =
            command is SlackCommand.PatchUser or SlackCommand.DeactivateUser
            || (command is SlackCommand.DeleteUser && attempt is not { Trouble: null, Body.Length: 0 });
        var saysWrong = attempt.Body is { Length: > 0 } && attempt.Error.IsSlackWords;
        // What a new primary address made of the former one is seen by the answer alone (docs/slack.md 4.3).
        var isHalfKnown = command.Delivers.Says(SlackField.PrimaryEmail);
        return IsRead(command.Call) || isHalfKnown || !command.IsRepeatable || showsNobody || saysWrong
            ? Lost(command, why, why)
            : new SlackResult.Done();
    }

    // Whether the account that Slack shows is the one that was written, and as active as it was told; a guest's ends at
    // its time whatever it was told.
    private static bool Shows(SlackResult.Done done, SlackCommand command, DateTimeOffset now)
    {
        if (command is SlackCommand.CreateUser create)
            return done.User is not { } made || !IsAnothers(made.Seen, create.Profile);
        var id = command switch
        {
            SlackCommand.PatchUser patch => patch.Id,
            SlackCommand.DeactivateUser off => off.Id,
            SlackCommand.DeleteUser gone => gone.Id,
            _ => null,
        };
        return id is null
            || (
                done.User is { } shown
                && shown.Id == id
                && ((command.Delivers.Active ?? shown.Seen.Active) == shown.Seen.Active || shown.Seen.ShowsEnd(now))
            );
    }

    // Slack may spell a name its own way; what has another address as well is somebody else's.
    private static bool IsAnothers(SlackProfile shown, SlackProfile created) =>
        new[] { SlackField.PrimaryEmail, SlackField.UserName }.All(field =>
            shown[field] is { } has && !has.Equals(created[field], StringComparison.OrdinalIgnoreCase)
        );

    private static SlackResult.Done? Read(SlackCommand command, ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var json = document.RootElement;
            return command switch
            {
                SlackCommand.CreateUser
                or SlackCommand.PatchUser
                or SlackCommand.DeactivateUser
                or SlackCommand.DeleteUser
                or SlackCommand.ReadUser when SlackUser.Read(json) is { } user => new SlackResult.Done { User = user },
                SlackCommand.CreateGroup or SlackCommand.ReadGroup when SlackGroup.Read(json) is { } group =>
                    new SlackResult.Done { Group = group },
                SlackCommand.FindUserByName or SlackCommand.FindUserByEmail when Page(1, SlackUser.Read) is { } users =>
                    new SlackResult.Done { Users = users },
                SlackCommand.ListUsers c when Page(c.StartIndex, SlackUser.Read) is { } users => new SlackResult.Done
                {
                    Users = users,
                },
                SlackCommand.FindGroup when Page(1, SlackGroup.Read) is { } groups => new SlackResult.Done
                {
                    Groups = groups,
                },
                SlackCommand.ListGroups c when Page(c.StartIndex, SlackGroup.Read) is { } groups => new SlackResult.Done
                {
                    Groups = groups,
                },
                _ => null,
            };

            SlackPage<T>? Page<T>(int startIndex, Func<JsonElement, T?> read)
                where T : class => SlackPage.Read(json, startIndex, read);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
