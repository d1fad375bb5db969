using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Planning;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Subjects;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Http;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Tests.Executing;

/// <summary>A row of tests/vectors/outcomes.json, whose words are explained there.</summary>
internal sealed partial record OutcomeCase(string Name, string Told, string Says, string About, bool Waits, string Then)
{
    private static readonly Instant _now = new(1_800_000_000_000);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(8);
    private const string _asked = "vera@example.com";

    // Whom a group's call speaks of.
    private static readonly ResourceId _member = new(Guid.Parse("00000000-0000-0000-0000-00000000000a"));

    /// <summary>The fields that the request spoke of; those of the command where the row does not say.</summary>
    public string? Spoke { get; init; }

    /// <summary>What the tenant chose otherwise than by default.</summary>
    public string? Chosen { get; init; }

    /// <summary>Reads a row.</summary>
    public static OutcomeCase Read(JsonObject row) =>
        new(
            (string)row["name"]!,
            (string)row["told"]!,
            (string)row["says"]!,
            (string?)row["link"] ?? "",
            (bool?)row["waits"] == true,
            (string)row["then"]!
        )
        {
            Spoke = (string?)row["spoke"],
            Chosen = row["preferences"]?.ToJsonString(),
        };

    /// <summary>What is done, as the second transaction asks for it.</summary>
    public string Judged()
    {
        var command = Command();
        var reply = ReplyTo(command);
        Subject subject = reply.Link.Kind == Kind.Group ? new Groups() : new Accounts(delegate { });
        return Words(subject.Judge(reply) ?? Replies.Of(reply));
    }

    private Reply ReplyTo(SlackCommand command)
    {
        var told = LinkFor(command);
        var link = Settings(Is("wished since") ? told.Wish(Wish(command)) : told);
        return new Reply(
            link,
            Plan(Is("wished since") ? told : link),
            command,
            Result(command),
            Preferences.FromJson(Chosen ?? "{}"),
            TimeSpan.FromSeconds(30),
            Is("too late") ? _now + _patience : _now
        )
        {
            Holder =
                Is("another link has it") || Is("an unclaimed link has it") || Is("its lost link has it")
                    ? new LinkId(9)
                    : null,
            Lost = Is("its lost link has it") ? LostLink() : null,
            Leaving = Is("a deleted group has it") ? LeavingLink() : null,
            IsFree = Is("an unclaimed link has it"),
            IsHeld = Is("another link has it"),
            Met = new Met(Is("refused in a row"), IsOutOfReach: false, IsLookedAt: Is("looked at just now")),
        };
    }

    private string AskedAbout => Is("asked about a former address") ? "v@example.com" : _asked;

    private Link LostLink() =>
        Link.New(new TenantId(1), Kind.User)
            .Deliver("U1", SlackProfile.Empty.With(SlackField.PrimaryEmail, AskedAbout), null, _now);

    private static Link LeavingLink() =>
        Link.New(new TenantId(1), Kind.Group).Deliver("U1", SlackProfile.Empty, null, _now).Want(absent: true);

    private bool Is(string what) => About.Split(", ").Contains(what);

    private int Count(string what) =>
        Regex.Match(About, $@"{what} (\d+) times") is { Success: true } match ? Whole(match.Groups[1].Value) : 0;

    // An account or group that Slack has, as it was told and shown, but for what the row says.
    private Link LinkFor(SlackCommand command)
    {
        var kind = command
            is SlackCommand.CreateGroup
                or SlackCommand.RenameGroup
                or SlackCommand.ChangeMembers
                or SlackCommand.DeleteGroup
                or SlackCommand.FindGroup
                or SlackCommand.ReadGroup
            ? Kind.Group
            : Kind.User;
        var link = Link.New(new TenantId(1), kind);
        if (!Is("new"))
            link = link.Deliver(
                "U0",
                SlackProfile.Empty.With(active: !Is("told inactive")),
                Is("never shown") ? null : SlackProfile.Empty.With(active: !Is("shown inactive")),
                _now
            );
        if (Is("has the address"))
            link = link.Deliver(null, SlackProfile.Nothing.With(SlackField.PrimaryEmail, _asked), null, _now);
        if (Is("second address in doubt"))
            link = link.Unlearn(FieldSet.Of(SlackField.SecondaryEmail));
        if (!Is("of nobody"))
            link = link with { ClaimantId = new ResourceId(Guid.CreateVersion7()) };
        return link.Name(Is("named by us") ? "vera" : null).Want(Is("to be gone")).Wish(Wish(command));
    }

    private Link Settings(Link link)
    {
        for (var i = Count("tried"); i > 0; i--)
            link = link.Delay(_now, ReasonCode.SlackLate);
        for (var i = Count("asked"); i > 0; i--)
            link = link.AskWhoHasIt();
        if (Is("may be made"))
            link = link.AskBeforeCreating();
        if (Is("asked for by its id"))
            link = link.AskIfGone();
        if (Is("looked for by its address"))
            link = link.AskInPlace();
        return Waits ? link : link.Accept(link.SpokenVersion);
    }

    private Wish Wish(SlackCommand command) =>
        new(
            default,
            Spoke is null ? FieldSet.Of(command.Delivers.Fields) : FieldSet.Parse(Spoke),
            SlackPriority.Update,
            _now,
            _now + _patience
        );

    private Wanted Plan(Link link)
    {
        var claimant = Is("of nobody") ? null : new Resource { Document = [], Active = !Is("wanted inactive") };
        return link.Kind == Kind.Group
            ? new WantedGroup(
                link,
                claimant,
                [],
                [.. Ids().Select(id => new PlannedMember(_member, 1, 1, id, Adds: true))]
            )
            : new WantedAccount(link, claimant, UserPlan.Nothing)
            {
                Who = new Identity(_asked, "vera"),
                Names = [Fold.Key("vera")],
                AskAbout = AskedAbout,
                IsAskedAboutWanted = !Is("asked about a former address"),
            };
    }

    private SlackCommand Command()
    {
        var (verb, rest) = Told.Split(": ") is [var first, var second] ? (first, second) : (Told, "");
        return verb switch
        {
            "create user" => new SlackCommand.CreateUser(Profile(rest)),
            "change user" => new SlackCommand.PatchUser(
                "U0",
                new UserChange(Profile(rest), SlackProfile.Nothing, SlackProfile.Nothing)
            ),
            "look at user" => new SlackCommand.ReadUser("U0"),
            "deactivate user" => new SlackCommand.DeactivateUser("U0"),
            "delete user" => new SlackCommand.DeleteUser("U0"),
            "find user" => new SlackCommand.FindUserByEmail(_asked),
            "create group" => new SlackCommand.CreateGroup("Rope Crew", [.. Ids()]),
            "rename group" => new SlackCommand.RenameGroup("U0", "Rope Crew"),
            "add to group" => new SlackCommand.ChangeMembers("U0", [.. Ids()], []),
            "delete group" => new SlackCommand.DeleteGroup("U0"),
            "look at group" => new SlackCommand.ReadGroup("U0"),
            "find group" => new SlackCommand.FindGroup("Rope Crew"),
            _ => throw new FormatException($"{Name}: {Told}"),
        };
    }

    // "3 members" are M1, M2, M3.
    private IEnumerable<string> Ids() =>
        Members().Match(Told) is { Success: true } match
            ? Enumerable.Range(1, Whole(match.Groups[1].Value)).Select(i => $"M{i}")
            : [];

    private SlackResult Result(SlackCommand command)
    {
        if (Refusal().Match(Says) is { Success: true } refusal)
        {
            var words = refusal.Groups["words"].Value;
            var error = new SlackError(Whole(refusal.Groups["status"].Value), words.Split(' ')[0], words);
            return new SlackResult.Refused(error, SlackErrors.Row(error, command));
        }
        if (Says == "a page with 400")
            return new SlackResult.NotDone("a page")
            {
                IsForeign = true,
                Refusal = SlackError.Read(400, "<html>"u8.ToArray()),
            };
        if (Says.StartsWith("not done", StringComparison.Ordinal))
            return new SlackResult.NotDone("busy", Seconds() is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
        if (Says == "no reply")
            return new SlackResult.Lost("time limit");
        if (Says == "stays inactive")
            return new SlackResult.Lost("inactive") { StaysInactive = true };
        return Done(command);
    }

    private SlackResult.Done Done(SlackCommand command)
    {
        var id = Id().Match(Says) is { Success: true } match ? match.Value : null;
        var made =
            Seconds() is { } before ? _now.ToTime().AddSeconds(-before)
            : Says.Contains("made since", StringComparison.Ordinal) ? _now.ToTime()
            : (DateTimeOffset?)null;
        var seen = command.Delivers.With(active: !Says.EndsWith("inactive", StringComparison.Ordinal));
        if (Says.Contains("a guest until yesterday", StringComparison.Ordinal))
            seen = seen.With(SlackField.GuestExpiration, _now.ToTime().AddDays(-1).ToString("O"));
        if (Says.Contains("without ", StringComparison.Ordinal))
            seen = seen.With(Enum.Parse<SlackField>(Says.Split(' ')[^1]), null);
        if (command is SlackCommand.FindUserByEmail)
            seen = seen.With(
                    SlackField.PrimaryEmail,
                    Says.Contains("other address", StringComparison.Ordinal) ? "v@example.com" : "Vera@example.com"
                )
                .With(SlackField.UserName, Says.Contains("other name", StringComparison.Ordinal) ? "v" : "vera");
        var users = id is null ? new List<SlackUser>() : [new SlackUser(id, seen, made, [])];
        var groups = id is null ? new List<SlackGroup>() : [new SlackGroup(id, "Rope Crew", [], made)];
        if (Says.Contains("a bot", StringComparison.Ordinal))
            users.Insert(0, new SlackUser("B1", seen.With(SlackField.PrimaryEmail, "b1@slack-bots.com"), made, []));
        return command switch
        {
            SlackCommand.FindUserByEmail => new() { Users = new(users.Count, 1, users.Count, users) },
            SlackCommand.FindGroup => new() { Groups = new(groups.Count, 1, groups.Count, groups) },
            SlackCommand.CreateGroup or SlackCommand.ReadGroup => new() { Group = groups.FirstOrDefault() },
            _ => new() { User = users.FirstOrDefault() },
        };
    }

    private int? Seconds() => After().Match(Says) is { Success: true } match ? Whole(match.Groups[1].Value) : null;

    private static SlackProfile Profile(string fields) =>
        fields
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(Enum.Parse<SlackField>)
            .Aggregate(
                SlackProfile.Nothing,
                (profile, field) => profile.With(field, field == SlackField.Active ? "true" : "x")
            );

    // What is done, in the words of the table.
    private static string Words(Transition transition) =>
        transition switch
        {
            Transition.Deliver d => $"delivered{(d.SlackId is null ? "" : $" {d.SlackId}")}: {Fields(d.Carried)}"
                + (d.Adopts ? ", adopted" : "")
                + (d.Replaces is null ? "" : ", in place of the one that is gone")
                + (d.TakesUp is null ? "" : ", taken up again")
                + (d.Halts ? ", and the tenant is disabled" : "")
                + (d.Suspends is { } why ? $", and held{Of(why)}" : ""),
            Transition.Remove => "gone, as wanted",
            Transition.AskIfGone => "Slack is asked for it by its id",
            Transition.TellAgain { In: { } pause } => $"sent again in {Seconds(pause)}",
            Transition.TellAgain => "sent at once",
            Transition.Lose => "gone, as wanted, unless it is seen again",
            Transition.Erase => "erased",
            Transition.Anew => "another account is made",
            Transition.AskInPlace => "another one is looked for by its address",
            Transition.AskOn => "the next question",
            Transition.AskWho => "Slack is asked who has it",
            Transition.LetStay => "left alone",
            Transition.Later later => $"again in {Seconds(later.In)}"
                + (later.Clears ? ", when what is in the way is gone" : "")
                + (later.MayLandFor is { } time ? $", may land for {Seconds(time)}" : "")
                + (later.AsksFirst ? ", Slack is asked first" : ""),
            Transition.Shut => "the connection is closed",
            Transition.TakeBack back => $"taken back{(back.Leaves is { } leaves ? $" and {leaves}" : "")}{Of(back.Why)}"
                + $", else {Words(back.Else)}",
            Transition.Protect sticks => $"protected, then {Words(sticks.Then)}",
            Transition.SetAside aside => $"set aside: {aside.Fields}",
            Transition.StopAsking stop => $"no more questions, then {Words(stop.Then)}",
            Transition.End end => $"ends {end.As}{Of(end.Why)}",
            Transition.TryName next => $"the next name is tried, else {Words(next.Else)}",
            Transition.Narrow narrow => $"narrowed to {narrow.Most}",
            Transition.BlockMember member => $"{member.Member.SlackId} waits",
            Transition.BlockJoiners => "all added members wait",
            _ => throw new FormatException(transition.ToString()),
        };

    private static string Seconds(TimeSpan time) => $"{time.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s";

    private static string Of(Reason why) => why.Code == ReasonCode.SlackRefused ? "" : $" ({why})";

    private static string Fields(SlackProfile carried)
    {
        var fields = carried.Fields.ToList();
        var others = Enum.GetValues<SlackField>().Except(fields).ToList();
        return fields.Count == 0 ? "nothing"
            : others.Count == 0
                ? carried.Active == false ? "all, inactive"
                    : "all"
            : others.Count < fields.Count ? $"all but {string.Join(' ', others)}"
            : string.Join(' ', fields);
    }

    private static int Whole(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);

    [GeneratedRegex(@": (\d+) members?")]
    private static partial Regex Members();

    [GeneratedRegex(@"^(?<status>\d{3}) (?<words>.+)$")]
    private static partial Regex Refusal();

    [GeneratedRegex(@" (\d+) s\b")]
    private static partial Regex After();

    [GeneratedRegex(@"\bU\d\b")]
    private static partial Regex Id();
}
