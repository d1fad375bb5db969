using System.Globalization;

namespace ScimGateway.Stories.Telling;

/// <summary>
/// Makes the story of a seed. Names, addresses and groups are few, so that people get into each other's way; each story
/// has its own mood, so that what is rare as a whole comes together in some.
/// </summary>
internal sealed class Generator
{
    /// <summary>Who there is: user name, address, external id.</summary>
    public static readonly (string Name, string Address, string Key)[] People =
    [
        ("ada", "ada@corp.example", "1"),
        ("bob.b", "bob@corp.example", "2"),
        ("zo\u00eb", "zoe@corp.example", "3"),
        ("team@corp.example", "team@corp.example", "4"),
    ];

    /// <summary>The groups there are.</summary>
    public static readonly string[] Groups = ["Crew", "S\u00e9ance", "All"];

    private static readonly string[] _addresses =
    [
        "ada@corp.example",
        "bob@corp.example",
        "zoe@corp.example",
        "team@corp.example",
        "Ada@Corp.Example",
        "new@corp.example",
    ];

    private static readonly string[] _names =
    [
        "ada",
        "ADA",
        "bob.b",
        "zo\u00eb",
        "zoe\u0308",
        "team@corp.example",
        "team",
        "someone.with.a.very.long.name",
    ];
    private static readonly string[] _groupNames = ["Crew", "crew", "S\u00e9ance", "Se\u0301ance", "Others"];
    private static readonly string?[] _titles = ["Analyst", "Pilot", "Captain", null];

    private static readonly (string Name, string[] Values)[] _preferences =
    [
        ("UserSlackCannotHold", ["\"Keep\"", "\"Keep\"", "\"Refuse\""]),
        ("UniqueUserIdentifier", ["\"UserName\"", "\"PrimaryEmail\""]),
        ("WhenAccountExists", ["\"Refuse\"", "\"Adopt\""]),
        ("WhenNotAllowed", ["\"Skip\"", "\"Refuse\""]),
        ("CreateUsers", ["false", "true"]),
        ("UpdateUsers", ["false", "true"]),
        ("DisableUsers", ["false", "true"]),
        ("DeprovisionUsers", ["false", "true"]),
        ("RemoveAction", ["\"Delete\"", "\"Disable\""]),
        ("ProvisionDisabledUsers", ["true", "false"]),
        ("CreateGroups", ["false", "true"]),
        ("UpdateGroups", ["false", "true"]),
        ("DeleteGroups", ["false", "true"]),
        ("GroupMembership", ["\"Overwrite\"", "\"Merge\""]),
        ("GuardedAccounts", ["1", "1", "2", "0"]),
        ("GuardedMembers", ["1", "0"]),
        ("GuardedGroups", ["1", "0"]),
        ("Drift", ["\"Restore\"", "\"Report\""]),
        ("WhenSlackIsSlow", ["\"Refuse\"", "\"Accept\""]),
        ("WhileSlackCannotBeWritten", ["\"Queue\"", "\"Refuse\""]),
        ("SlackUserName", ["\"Verbatim\"", "\"Derive\""]),
        ("UnknownGroupMember", ["\"Refuse\"", "\"Skip\""]),
        ("NestedGroups", ["\"Flatten\"", "\"Keep\""]),
        ("NestedGroups", ["\"Flatten\""]),
        ("DeprovisionOnRuleDeletion", ["true", "false"]),
    ];

    private static readonly (string Name, string[] Values)[] _knobs =
    [
        ("username.too_long", ["\"truncate\""]),
        ("username.precedence", ["\"userName\""]),
        ("username.free_on_deactivate", ["true"]),
        ("displayname.sanitise", ["\"underscore\""]),
        ("put.missing_active", ["\"deactivate\""]),
        ("patch.missing_active", ["\"deactivate\""]),
        ("post.inactive", ["\"ignored\""]),
        ("emails.lowercase", ["false"]),
        ("emails.blank_secondary", ["\"always\"", "\"never\""]),
        ("emails.patch_primary", ["\"demote-old-to-secondary\""]),
        ("emails.patch_untyped", ["\"primary\""]),
        ("deactivate.group_membership", ["\"kept\""]),
        ("conflict.status", ["409"]),
        ("user.form", ["\"long\"", "\"short\""]),
        ("clear.empty_string", ["false"]),
        ("group.duplicate_name", ["\"allow\""]),
        ("group.add_inactive", ["\"skip\"", "\"add\""]),
        ("group.unknown_member", ["\"skip\""]),
        ("group.max_members", ["1", "2"]),
        ("groups.list_members", ["false"]),
        ("consistency.deactivate_lag_ms", ["5000"]),
        ("consistency.group_lag_ms", ["5000"]),
        ("users.delete_status", ["204"]),
        ("paging.order", ["\"newest\""]),
        ("filter.email_matches", ["\"primary\""]),
        ("guest.expiry_sweep", ["\"hourly\"", "\"never\""]),
        ("lock.hold_ms", ["1000"]),
        ("faults.create_flaky", ["\"on\""]),
        ("ratelimit.mode", ["\"bucket\""]),
        ("ratelimit.scale", ["0.02"]),
        ("faults.drop_rate", ["0.3", "0"]),
        ("faults.hold_rate", ["0.3", "0"]),
        ("faults.hold_ms", ["3000", "9000"]),
        ("latency_ms", ["50", "3000", "0"]),
        ("errors.suffix", ["\"never\""]),
    ];

    private static readonly (string Says, int Status)[] _refusals =
    [
        ("email_taken", 400),
        ("username_taken", 400),
        ("invalid_emoji_not_allowed", 400),
        ("email_invalid", 400),
        ("cannot_modify_owner", 400),
        ("cannot_disable_primary_owner", 400),
        ("no_such_user", 404),
        ("user_not_found", 404),
        ("unable_to_add_deleted_or_guest_to_group", 400),
        ("name_already_exists", 400),
        ("resource_locked", 429),
        ("permission_denied", 403),
        ("invalid_authentication", 401),
        ("internal_error", 500),
        ("too_many_requests", 429),
        ("too_many_requests", 429),
        ("service_unavailable", 503),
    ];

    private static readonly (string Method, string Path)[] _calls =
    [
        ("POST", "/Users"),
        ("PATCH", "/Users/{id}"),
        ("PATCH", "/Users/{id}"),
        ("DELETE", "/Users/{id}"),
        ("POST", "/Groups"),
        ("PATCH", "/Groups/{id}"),
        ("DELETE", "/Groups/{id}"),
        ("GET", "*"),
        ("*", "*"),
    ];

    private readonly Random _dice;
    private readonly int[] _mood;

    private Generator(int seed)
    {
        _dice = new Random(seed);
        _mood = [.. Enumerable.Range(0, _kinds.Length).Select(i => Weight(_kinds[i].Weight))];
    }

    // How often each kind of step is, before the story's mood.
    private static readonly (int Weight, Func<Generator, Step> Make)[] _kinds =
    [
        (30, of => of.Post()),
        (20, of => of.Put()),
        (40, of => of.Patch()),
        (14, of => of.Delete()),
        (12, of => of.PostGroup()),
        (8, of => of.PutGroup()),
        (20, of => of.PatchGroup()),
        (4, of => of.DeleteGroup()),
        (10, of => of.Bulk()),
        (2, _ => new Step.HangUp()),
        (8, of => of.MakeByHand()),
        (8, of => of.ChangeByHand()),
        (3, of => new Step.MakeGroupByHand(of.One(_groupNames), of.Some())),
        (5, of => of.ChangeGroupByHand()),
        (14, of => of.Weather()),
        (3, _ => new Step.Clear()),
        (6, of => of.Knob()),
        (6, of => of.Prefer()),
        (
            3,
            of => new Step.Rule(
                of.Any(3) switch
                {
                    0 => null,
                    1 => "title eq \"Pilot\"",
                    _ => "title pr",
                },
                of.Coin()
            )
        ),
        (4, of => new Step.Decide(of.Any(3) > 0, of.Any(3) > 0)),
        (5, _ => new Step.Import()),
        (2, _ => new Step.Resync()),
        (4, _ => new Step.Restart()),
        (8, of => new Step.Die(of.Any(8))),
        (10, of => new Step.Wait(of.One([1, 9, 11, 40, 100, 700, 4000]))),
        (3, of => new Step.Token(of.Any(3) == 0)),
        (2, of => new Step.Stop(of.Coin())),
        (3, _ => new Step.GoOn()),
    ];

    /// <summary>The story of a seed.</summary>
    public static Story Of(int seed)
    {
        var made = new Generator(seed);
        var preferences = new Dictionary<string, string>();
        for (var i = made.Any(4); i > 0; i--)
        {
            var (name, values) = made.One(_preferences);
            preferences[name] = made.One(values);
        }
        // Mostly there is somebody before anything else happens.
        var steps = new List<Step>();
        if (made.Any(4) > 0)
            for (var who = 0; who < People.Length; who++)
                if (made.Coin())
                    steps.Add(new Step.Post(0, who, made.Any(3) == 0 ? made.Said(who) : Usual(who), made.Habit()));
        if (made.Any(3) == 0)
            steps.Add(new Step.PostGroup(0, 0, Groups[0], made.Members()));
        for (var length = 3 + made.Any(made.Coin() ? 8 : 22); length > 0; length--)
            steps.Add(made.Next());
        return new Story(preferences, steps);
    }

    private Step Next()
    {
        var at = _dice.Next(_mood.Sum());
        var kind = 0;
        for (; at >= _mood[kind]; kind++)
            at -= _mood[kind];
        return _kinds[kind].Make(this);
    }

    // What is usual stays; of the rest some is left out, and some comes more often.
    private int Weight(int usual) =>
        usual >= 20
            ? usual
            : _dice.Next(10) switch
            {
                < 5 => 0,
                < 8 => usual,
                _ => usual * 3,
            };

    private Step.Post Post()
    {
        var who = Any(People.Length);
        return new Step.Post(Source(this), who, Said(who), Habit());
    }

    private Step.Put Put()
    {
        var who = Any(People.Length);
        return new Step.Put(Source(this), who, Said(who));
    }

    private static Said Usual(int who) =>
        new()
        {
            UserName = People[who].Name,
            Primary = People[who].Address,
            Active = true,
            Title = "Analyst",
            Key = People[who].Key,
        };

    private Said Said(int who)
    {
        var (name, address, key) = People[who];
        return new Said
        {
            UserName = Any(8) == 0 ? One(_names) : name,
            Primary = Any(5) switch
            {
                0 => One(_addresses),
                1 when Any(4) == 0 => null,
                _ => address,
            },
            Secondary = Any(6) == 0 ? One(_addresses) : null,
            Active = Any(6) switch
            {
                0 => false,
                1 => null,
                _ => true,
            },
            Title = One(_titles),
            Key = Any(10) == 0 ? "9" : key,
            Manager = Any(5) == 0 ? Any(People.Length) : null,
        };
    }

    private Step.Patch Patch()
    {
        var (path, value) = Change();
        var (also, and) = Any(4) == 0 ? Change() : (null!, null);
        return new Step.Patch(
            Source(this),
            Any(People.Length),
            path,
            value,
            Habit(),
            also == path ? null : also,
            also == path ? null : and
        );
    }

    private (string Path, string? Value) Change() =>
        Any(10) switch
        {
            9 => ("manager", Any(4) == 0 ? null : Any(People.Length).ToString(CultureInfo.InvariantCulture)),
            0 or 1 or 2 => ("active", Coin() ? "true" : "false"),
            3 or 4 => ("title", One(_titles)),
            5 => ("userName", One(_names)),
            6 or 7 => ("primary", One(_addresses)),
            _ => ("secondary", Any(3) == 0 ? null : One(_addresses)),
        };

    private Step.Delete Delete() => new(Source(this), Any(People.Length));

    private Step.PostGroup PostGroup()
    {
        var which = Any(Groups.Length);
        return new Step.PostGroup(Source(this), which, Any(5) == 0 ? One(_groupNames) : Groups[which], Members());
    }

    private Step.PutGroup PutGroup()
    {
        var which = Any(Groups.Length);
        return new Step.PutGroup(
            Source(this),
            which,
            Any(5) == 0 ? One(_groupNames) : Groups[which],
            Any(5) == 0 ? null : Members()
        );
    }

    private Step.PatchGroup PatchGroup() =>
        new(Source(this), Any(Groups.Length), [.. Enumerable.Range(0, Any(3) == 0 ? 2 : 1).Select(_ => GroupChange())]);

    private GroupChange GroupChange() =>
        Any(10) switch
        {
            < 4 => new(GroupOp.Add, Members()),
            4 or 5 => new(GroupOp.Remove, [Any(4) == 0 ? Group() : Any(People.Length)]),
            6 => new(GroupOp.RemoveByValue, Members()),
            7 => new(GroupOp.Replace, Members()),
            8 => Coin() ? new(GroupOp.RemoveAll, []) : new(GroupOp.Remove, Members()),
            _ => new(GroupOp.Rename, [], One(_groupNames)),
        };

    private Step.DeleteGroup DeleteGroup() => new(Source(this), Any(Groups.Length));

    private Step.Bulk Bulk() =>
        new(
            Source(this),
            Any(3) == 0 ? 1 + Any(2) : 0,
            [
                .. Enumerable
                    .Range(0, 2 + Any(5))
                    .Select(_ =>
                        Any(16) switch
                        {
                            < 4 => Post(),
                            4 => Put(),
                            < 8 => Patch(),
                            < 10 => Delete(),
                            < 12 => PostGroup(),
                            12 => PutGroup(),
                            < 15 => PatchGroup(),
                            _ => (Step)DeleteGroup(),
                        }
                    ),
            ]
        );

    private Step.MakeByHand MakeByHand()
    {
        var who = Any(People.Length);
        return new Step.MakeByHand(
            Any(3) == 0 ? People[who].Name.Split('@')[0] : $"hand{Any(2).ToString(CultureInfo.InvariantCulture)}",
            One(_addresses),
            Any(4) == 0 ? One(_addresses) : null,
            Any(4) > 0,
            Any(6) == 0 ? One(["owner", "admin"]) : "member"
        );
    }

    private Step.ChangeByHand ChangeByHand()
    {
        var who = Any(People.Length);
        return Any(9) switch
        {
            0 or 1 => new(who, "active", "false"),
            2 => new(who, "active", "true"),
            3 => new(who, "email", One(_addresses)),
            4 => new(who, "rank", One(["owner", "admin", "member", "member"])),
            5 => new(who, "erased"),
            6 => new(who, "title", "By Hand"),
            7 => new(who, "guest", Coin() ? "for a minute" : null),
            _ => new(who, "gone"),
        };
    }

    private Step.ChangeGroupByHand ChangeGroupByHand() =>
        Any(5) switch
        {
            0 or 1 => new(Any(Groups.Length), "in", Any(People.Length)),
            2 => new(Any(Groups.Length), "out", Any(People.Length)),
            3 => new(Any(Groups.Length), "name", 0, One(_groupNames)),
            _ => new(Any(Groups.Length), "gone"),
        };

    private Step.Weather Weather()
    {
        var (method, path) = One(_calls);
        var weather = new Step.Weather(method, path) { Nth = 1 + Any(3), Times = Any(8) == 0 ? 3 : 1 };
        var (says, status) = One(_refusals);
        return Any(10) switch
        {
            0 or 1 => weather with { Drop = "before" },
            2 or 3 => weather with { Drop = "after" },
            4 => weather with { Delay = One([1000, 8500, 9500, 12000]) },
            5 => weather with { AnswerDelay = One([1000, 8500, 12000]) },
            6 => weather with { Body = One(["truncated", "cut", "garbage"]) },
            7 => weather with { Status = One([500, 503]), RetryAfter = Coin() ? 20 : null, Effect = Any(3) == 0 },
            _ => weather with { Says = says, Status = status, Delay = Any(4) == 0 ? 8500 : 0 },
        };
    }

    private Step.Knob Knob()
    {
        var (name, values) = One(_knobs);
        return new Step.Knob(name, One(values));
    }

    private Step.Prefer Prefer()
    {
        var (name, values) = One(_preferences);
        return new Step.Prefer(name, One(values), Coin());
    }

    private Habit Habit() => (Habit)Any(3);

    private static int Source(Generator of) => of.Any(12) == 0 ? 1 : 0;

    private int[] Some() => [.. Enumerable.Range(0, People.Length).Where(_ => Coin())];

    // People, and now and then a group.
    private int[] Members() => Any(4) == 0 ? [.. Some(), Group()] : Some();

    private int Group() => Meant.Groups + Any(Groups.Length);

    private T One<T>(IReadOnlyList<T> of) => of[_dice.Next(of.Count)];

    private int Any(int below) => _dice.Next(below);

    private bool Coin() => _dice.Next(2) == 0;
}
