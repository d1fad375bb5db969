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

    private readonly Random _dice;
    private readonly int[] _mood;

    // In some stories most of it is about one person.
    private readonly int? _hero;

    // In some stories both sources have as much to say.
    private readonly bool _areAlike;

    private Generator(int seed)
    {
        _dice = new Random(seed);
        _mood = [.. Enumerable.Range(0, _kinds.Length).Select(i => Weight(_kinds[i].Weight))];
        _hero = Coin() ? Any(People.Length) : null;
        _areAlike = Any(4) == 0;
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
        (3, of => new Step.MakeGroupByHand(of.One(Words.GroupNames), of.Some())),
        (5, of => of.ChangeGroupByHand()),
        (14, of => of.Weather()),
        (3, _ => new Step.Clear()),
        (6, of => of.Knob()),
        (6, of => of.Prefer()),
        (4, of => of.Rule()),
        (4, of => new Step.Decide(of.Any(3) > 0, of.Any(3) > 0)),
        (5, _ => new Step.Import()),
        (2, _ => new Step.Resync()),
        (6, _ => new Step.Sweep()),
        (3, of => new Step.Unlink(of.Linked())),
        (3, of => new Step.Claim(of.Who(), of.Any(3))),
        (2, of => new Step.Protect(of.Linked())),
        (2, of => new Step.Unprotect(of.Linked())),
        (2, of => new Step.Erase(of.Who())),
        (2, _ => new Step.BackUp()),
        (2, _ => new Step.PutBack()),
        (6, of => of.Script()),
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
            var (name, values) = made.One(Words.Preferences);
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
        var before = steps.Count;
        for (var length = 3 + made.Any(made.Coin() ? 8 : 22); length > 0; length--)
            steps.Add(made.Next());
        if (steps.Exists(step => step is Step.Script) && made.Any(4) > 0)
            preferences["V1Lane"] = "\"Write\"";
        var at = before;
        foreach (var step in made.Plot())
        {
            at += made.Any(steps.Count - at + 1);
            steps.Insert(at++, step);
        }
        return new Story(preferences, steps);
    }

    // What leads somewhere in a certain order alone; anything else may come between.
    private Step[] Plot()
    {
        var who = Who();
        var leaves = new Step.Patch(0, who, "active", "false", Habit());
        Step isSaidAgain = Coin() ? leaves : new Step.Delete(0, who);
        return Any(8) switch
        {
            0 => [new Step.BackUp(), new Step.PutBack()],
            1 => [leaves, new Step.ChangeByHand(who, "active", "true"), new Step.Sweep(), isSaidAgain],
            2 => [Rule(), isSaidAgain],
            3 => [new Step.Delete(0, who), new Step.Post(1, who, Said(who), Habit())],
            _ => [],
        };
    }

    private Step.Rule Rule() =>
        new(
            Any(3) switch
            {
                0 => null,
                1 => "title eq \"Pilot\"",
                _ => "title pr",
            },
            Coin()
        );

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
        var who = Who();
        return new Step.Post(Source(this), who, Said(who), Habit());
    }

    private Step.Put Put()
    {
        var who = Who();
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
            UserName = Any(8) == 0 ? One(Words.Names) : name,
            Primary = Any(5) switch
            {
                0 => One(Words.Addresses),
                1 when Any(4) == 0 => null,
                _ => address,
            },
            Secondary = Any(6) == 0 ? One(Words.Addresses) : null,
            Active = Any(6) switch
            {
                0 => false,
                1 => null,
                _ => true,
            },
            Title = One(Words.Titles),
            Key = Any(10) == 0 ? "9" : key,
            Manager = Any(5) == 0 ? Who() : null,
        };
    }

    private Step.Patch Patch()
    {
        var (path, value) = Change();
        var (also, and) = Any(4) == 0 ? Change() : (null!, null);
        return new Step.Patch(
            Source(this),
            Who(),
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
            9 => ("manager", Any(4) == 0 ? null : Who().ToString(CultureInfo.InvariantCulture)),
            0 or 1 or 2 => ("active", Coin() ? "true" : "false"),
            3 or 4 => ("title", One(Words.Titles)),
            5 => ("userName", One(Words.Names)),
            6 or 7 => ("primary", One(Words.Addresses)),
            _ => ("secondary", Any(3) == 0 ? null : One(Words.Addresses)),
        };

    private Step.Delete Delete() => new(Source(this), Who());

    private Step.PostGroup PostGroup()
    {
        var which = Any(Groups.Length);
        return new Step.PostGroup(Source(this), which, Any(5) == 0 ? One(Words.GroupNames) : Groups[which], Members());
    }

    private Step.PutGroup PutGroup()
    {
        var which = Any(Groups.Length);
        return new Step.PutGroup(
            Source(this),
            which,
            Any(5) == 0 ? One(Words.GroupNames) : Groups[which],
            Any(5) == 0 ? null : Members()
        );
    }

    private Step.PatchGroup PatchGroup() =>
        new(Source(this), Any(Groups.Length), [.. Enumerable.Range(0, Any(3) == 0 ? 2 : 1).Select(_ => GroupChange())]);

    private GroupChange GroupChange() =>
        Any(10) switch
        {
            < 4 => new(GroupOp.Add, Members()),
            4 or 5 => new(GroupOp.Remove, [Any(4) == 0 ? Group() : Who()]),
            6 => new(GroupOp.RemoveByValue, Members()),
            7 => new(GroupOp.Replace, Members()),
            8 => Coin() ? new(GroupOp.RemoveAll, []) : new(GroupOp.Remove, Members()),
            _ => new(GroupOp.Rename, [], One(Words.GroupNames)),
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
        var who = Who();
        return new Step.MakeByHand(
            Any(3) == 0 ? People[who].Name.Split('@')[0] : $"hand{Any(2).ToString(CultureInfo.InvariantCulture)}",
            One(Words.Addresses),
            Any(4) == 0 ? One(Words.Addresses) : null,
            Any(4) > 0,
            Any(6) == 0 ? One(["owner", "admin"]) : "member"
        );
    }

    private Step.ChangeByHand ChangeByHand()
    {
        var who = Who();
        return Any(10) switch
        {
            0 or 1 => new(who, "active", "false"),
            2 or 3 => new(who, "active", "true"),
            9 => new(who, "email", One(Words.Addresses)),
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
            0 or 1 => new(Any(Groups.Length), "in", Who()),
            2 => new(Any(Groups.Length), "out", Who()),
            3 => new(Any(Groups.Length), "name", 0, One(Words.GroupNames)),
            _ => new(Any(Groups.Length), "gone"),
        };

    private Step.Weather Weather()
    {
        var (method, path) = One(Words.Calls);
        var weather = new Step.Weather(method, path) { Nth = 1 + Any(3), Times = Any(8) == 0 ? 3 : 1 };
        var (says, status) = One(Words.Refusals);
        return Any(10) switch
        {
            0 or 1 => weather with { Drop = "before" },
            2 or 3 => weather with { Drop = "after" },
            4 => weather with { Delay = One([1000, 8500, 9500, 12000]) },
            5 => weather with { AnswerDelay = One([1000, 8500, 12000]) },
            6 => weather with { Body = One(["truncated", "cut", "garbage"]) },
            7 => weather with { Status = One([500, 503]), RetryAfter = Coin() ? 20 : null, Effect = Any(3) == 0 },
            // What Slack denies once it may deny for a while, also when it is asked for it by its id.
            _ when status == 404 => weather with { Says = says, Status = status, Times = One([1, 1, 2, 3, 6]) },
            _ => weather with { Says = says, Status = status, Delay = Any(4) == 0 ? 8500 : 0 },
        };
    }

    private Step.Knob Knob()
    {
        var (name, values) = One(Words.Knobs);
        return new Step.Knob(name, One(values));
    }

    private Step.Prefer Prefer()
    {
        var (name, values) = One(Words.Preferences);
        return new Step.Prefer(name, One(values), Coin());
    }

    private Habit Habit() => (Habit)Any(3);

    private static int Source(Generator of) => of.Any(of._areAlike ? 2 : 12) == 0 ? 1 : 0;

    private int Who() => _hero is { } hero && Any(5) < 3 ? hero : Any(People.Length);

    // A person, and now and then a group.
    private int Linked() => Any(4) == 0 ? Group() : Who();

    private Step.Script Script() =>
        Any(8) switch
        {
            0 or 1 => new(Source(this), Who(), "active", "false"),
            2 => new(Source(this), Who(), "active", "true"),
            3 => new(Source(this), Who(), "title", "By Script"),
            4 => new(Source(this), Who(), "DELETE"),
            5 => new(Source(this), Any(2), "POST", One(Words.Addresses)),
            _ => new(Source(this), Group(), Coin() ? "in" : "out", Who().ToString(CultureInfo.InvariantCulture)),
        };

    private int[] Some() => [.. Enumerable.Range(0, People.Length).Where(_ => Coin())];

    // People, and now and then a group.
    private int[] Members() => Any(4) == 0 ? [.. Some(), Group()] : Some();

    private int Group() => Meant.Groups + Any(Groups.Length);

    private T One<T>(IReadOnlyList<T> of) => of[_dice.Next(of.Count)];

    private int Any(int below) => _dice.Next(below);

    private bool Coin() => _dice.Next(2) == 0;
}
