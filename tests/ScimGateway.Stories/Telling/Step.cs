using System.Text.Json.Serialization;

namespace ScimGateway.Stories.Telling;

/// <summary>A user as a provider says it; what is null is not said.</summary>
internal sealed record Said
{
    public string UserName { get; init; } = "";

    public string? Primary { get; init; }

    public string? Secondary { get; init; }

    public bool? Active { get; init; }

    public string? Title { get; init; }

    public string? Key { get; init; }

    /// <summary>The manager, by number.</summary>
    public int? Manager { get; init; }
}

/// <summary>Whose way of speaking a request has.</summary>
internal enum Habit
{
    /// <summary>One operation for each attribute, filtered paths, capital letters, booleans as texts.</summary>
    Entra,

    /// <summary>A value without a path.</summary>
    Okta,

    /// <summary>As the RFC has it.</summary>
    Rfc,
}

/// <summary>What one operation on a group's members or name does.</summary>
internal enum GroupOp
{
    /// <summary>Puts members in.</summary>
    Add,

    /// <summary>Takes members out, each by a filtered path.</summary>
    Remove,

    /// <summary>Takes members out, named in the value as Entra does.</summary>
    RemoveByValue,

    /// <summary>Says all members.</summary>
    Replace,

    /// <summary>Takes all out.</summary>
    RemoveAll,

    /// <summary>Gives it another name.</summary>
    Rename,
}

/// <summary>One operation of a PATCH of a group.</summary>
internal sealed record GroupChange(GroupOp Op, int[] Members, string? Name = null);

/// <summary>One thing that happens in a story. Plain data: it says who by number, and the teller finds out whom that is.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "step")]
[JsonDerivedType(typeof(Post), nameof(Post))]
[JsonDerivedType(typeof(Put), nameof(Put))]
[JsonDerivedType(typeof(Patch), nameof(Patch))]
[JsonDerivedType(typeof(Delete), nameof(Delete))]
[JsonDerivedType(typeof(PostGroup), nameof(PostGroup))]
[JsonDerivedType(typeof(PutGroup), nameof(PutGroup))]
[JsonDerivedType(typeof(PatchGroup), nameof(PatchGroup))]
[JsonDerivedType(typeof(DeleteGroup), nameof(DeleteGroup))]
[JsonDerivedType(typeof(Bulk), nameof(Bulk))]
[JsonDerivedType(typeof(HangUp), nameof(HangUp))]
[JsonDerivedType(typeof(MakeByHand), nameof(MakeByHand))]
[JsonDerivedType(typeof(ChangeByHand), nameof(ChangeByHand))]
[JsonDerivedType(typeof(MakeGroupByHand), nameof(MakeGroupByHand))]
[JsonDerivedType(typeof(ChangeGroupByHand), nameof(ChangeGroupByHand))]
[JsonDerivedType(typeof(Weather), nameof(Weather))]
[JsonDerivedType(typeof(Clear), nameof(Clear))]
[JsonDerivedType(typeof(Knob), nameof(Knob))]
[JsonDerivedType(typeof(Prefer), nameof(Prefer))]
[JsonDerivedType(typeof(Rule), nameof(Rule))]
[JsonDerivedType(typeof(Decide), nameof(Decide))]
[JsonDerivedType(typeof(Import), nameof(Import))]
[JsonDerivedType(typeof(Resync), nameof(Resync))]
[JsonDerivedType(typeof(Sweep), nameof(Sweep))]
[JsonDerivedType(typeof(Unlink), nameof(Unlink))]
[JsonDerivedType(typeof(Claim), nameof(Claim))]
[JsonDerivedType(typeof(Protect), nameof(Protect))]
[JsonDerivedType(typeof(Unprotect), nameof(Unprotect))]
[JsonDerivedType(typeof(Erase), nameof(Erase))]
[JsonDerivedType(typeof(BackUp), nameof(BackUp))]
[JsonDerivedType(typeof(PutBack), nameof(PutBack))]
[JsonDerivedType(typeof(Script), nameof(Script))]
[JsonDerivedType(typeof(Restart), nameof(Restart))]
[JsonDerivedType(typeof(Die), nameof(Die))]
[JsonDerivedType(typeof(Wait), nameof(Wait))]
[JsonDerivedType(typeof(Token), nameof(Token))]
[JsonDerivedType(typeof(Stop), nameof(Stop))]
[JsonDerivedType(typeof(GoOn), nameof(GoOn))]
internal abstract record Step
{
    private Step() { }

    /// <summary>The names of all kinds.</summary>
    public static IReadOnlySet<string> Kinds { get; } =
        typeof(Step)
            .GetNestedTypes()
            .Where(type => type.IsAssignableTo(typeof(Step)))
            .Select(type => type.Name)
            .ToHashSet();

    /// <summary>A provider creates a person.</summary>
    public sealed record Post(int Source, int Who, Said Said, Habit Habit) : Step;

    /// <summary>A provider says all of a person; whom it does not know it looks for by the user name.</summary>
    public sealed record Put(int Source, int Who, Said Said) : Step;

    /// <summary>A provider changes one thing of a person, or two; a manager is said by number.</summary>
    public sealed record Patch(
        int Source,
        int Who,
        string Path,
        string? Value,
        Habit Habit,
        string? Also = null,
        string? And = null
    ) : Step;

    /// <summary>A provider deletes a person.</summary>
    public sealed record Delete(int Source, int Who) : Step;

    /// <summary>A provider creates a group; of members groups have numbers from <see cref="Meant.Groups"/> on.</summary>
    public sealed record PostGroup(int Source, int Which, string Name, int[] Members) : Step;

    /// <summary>A provider says all of a group; members that are null are not said.</summary>
    public sealed record PutGroup(int Source, int Which, string Name, int[]? Members) : Step;

    /// <summary>A provider changes a group.</summary>
    public sealed record PatchGroup(int Source, int Which, GroupChange[] Changes) : Step;

    /// <summary>A provider deletes a group.</summary>
    public sealed record DeleteGroup(int Source, int Which) : Step;

    /// <summary>
    /// A provider asks for several things in one request, whose source it is; it ends after so many errors, 0 for never.
    /// </summary>
    public sealed record Bulk(int Source, int FailOnErrors, Step[] Steps) : Step;

    /// <summary>Whoever waits for an answer hangs up.</summary>
    public sealed record HangUp : Step;

    /// <summary>Somebody makes an account in Slack.</summary>
    public sealed record MakeByHand(
        string UserName,
        string Address,
        string? Second = null,
        bool Active = true,
        string Rank = "member"
    ) : Step;

    /// <summary>Somebody changes an account in Slack: the one of a person, or else the one so made.</summary>
    public sealed record ChangeByHand(int Who, string What, string? Value = null) : Step;

    /// <summary>Somebody makes a group in Slack.</summary>
    public sealed record MakeGroupByHand(string Name, int[] Members) : Step;

    /// <summary>Somebody changes a group in Slack.</summary>
    public sealed record ChangeGroupByHand(int Which, string What, int Who = 0, string? Value = null) : Step;

    /// <summary>Slack does something else with some calls.</summary>
    public sealed record Weather(string Method, string Path) : Step
    {
        public int Nth { get; init; } = 1;

        public int Times { get; init; } = 1;

        public int? Status { get; init; }

        public string? Says { get; init; }

        public int? RetryAfter { get; init; }

        public int Delay { get; init; }

        public int AnswerDelay { get; init; }

        public string? Drop { get; init; }

        public string? Body { get; init; }

        public bool Effect { get; init; }
    }

    /// <summary>The weather clears up.</summary>
    public sealed record Clear : Step;

    /// <summary>A knob of the pretend Slack is turned; the value is JSON.</summary>
    public sealed record Knob(string Name, string Value) : Step;

    /// <summary>An operator changes a preference; the value is JSON.</summary>
    public sealed record Prefer(string Name, string Value, bool Releases = false) : Step;

    /// <summary>An operator sets the rule that there is; null for none.</summary>
    public sealed record Rule(string? Filter, bool Everybody = true) : Step;

    /// <summary>An operator decides what is held: all, or the oldest.</summary>
    public sealed record Decide(bool Release, bool All = true) : Step;

    /// <summary>An operator has Slack read again.</summary>
    public sealed record Import : Step;

    /// <summary>An operator has all planned again.</summary>
    public sealed record Resync : Step;

    /// <summary>
    /// Slack is read until what was changed there by hand is certain: twice, more than a minute apart.
    /// </summary>
    public sealed record Sweep : Step;

    /// <summary>An operator ends the claim of a person, or of a group from <see cref="Meant.Groups"/> on.</summary>
    public sealed record Unlink(int Who) : Step;

    /// <summary>An operator gives a person one of the accounts that nobody claims.</summary>
    public sealed record Claim(int Who, int Nth) : Step;

    /// <summary>An operator has nobody change what a person or a group has at Slack.</summary>
    public sealed record Protect(int Who) : Step;

    /// <summary>An operator lets it be changed again.</summary>
    public sealed record Unprotect(int Who) : Step;

    /// <summary>An operator has a person forgotten.</summary>
    public sealed record Erase(int Who) : Step;

    /// <summary>The store is copied, once everybody has an answer.</summary>
    public sealed record BackUp : Step;

    /// <summary>The gateway stops, starts again with the last copy of the store in place of the present one.</summary>
    public sealed record PutBack : Step;

    /// <summary>
    /// A script changes an account or group in Slack's own words: of people <c>active</c>, <c>title</c>, <c>DELETE</c>
    /// or <c>POST</c>, of a group from <see cref="Meant.Groups"/> on who is in it, by number.
    /// </summary>
    public sealed record Script(int Source, int Who, string What, string? Value = null) : Step;

    /// <summary>The gateway stops and starts again.</summary>
    public sealed record Restart : Step;

    /// <summary>The gateway dies after so many steps of its engine, or with the next restart or silence.</summary>
    public sealed record Die(int After) : Step;

    /// <summary>Time passes.</summary>
    public sealed record Wait(double Seconds) : Step;

    /// <summary>The token is accepted, or not.</summary>
    public sealed record Token(bool IsValid) : Step;

    /// <summary>An operator stops the tenant.</summary>
    public sealed record Stop(bool Shadow) : Step;

    /// <summary>An operator lets it go on.</summary>
    public sealed record GoOn : Step;
}
