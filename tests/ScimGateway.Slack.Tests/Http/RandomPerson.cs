using System.Text.Json.Nodes;
using ScimGateway.Protocol.Paths;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Slack.Tests.Http;

/// <summary>
/// A user as some provider might want it, changing as the dice fall; the same seed gives the same life.
/// </summary>
internal sealed class RandomPerson
{
    private static readonly string[] _texts =
    [
        "Pilot",
        "Kjøkken / \"sjef\"",
        "back\\slash",
        "山田 太郎",
        "O'Brien + Co; x=y",
        "rocket 🚀",
        " leading blank",
        "{\"json\":[1]}",
    ];
    private static readonly string[] _names = ["Vera", "Åse-Marie", "O'Brien", "山田", "X @ home"];
    private static readonly string[] _shown =
    [
        "Vera Holm",
        "Vera @ sea",
        "🚀 Vera",
        "山田",
        "(v) [x] {y}, z; /",
        new string('x', 100),
    ];
    private static readonly string[] _numbers = ["+47 1", "+47 2", "+47 3"];

    private static readonly AttributePath[] _paths =
    [
        .. AttributeMap
            .Rows.Where(r => r is { Field: not null and not SlackField.UserName })
            .Select(r => r.Asserted!)
            .Distinct(),
    ];

    private readonly Random _dice;
    private readonly int _number;
    private readonly string[] _bosses;
    private readonly Dictionary<string, Func<JsonNode?>> _attributes;
    private readonly HashSet<AttributePath> _asserted = [new("emails")];
    private readonly JsonObject _document = [];
    private string _userName;
    private string? _manager;
    private bool _managerIsLinked = true;

    public RandomPerson(int seed, int number, string[] bosses, bool mayBeGuest)
    {
        _dice = new Random(seed * 10_007 + number);
        (_number, _bosses, _userName) = (number, bosses, $"u{number}");
        _attributes = new()
        {
            ["displayName"] = () => Maybe(_shown),
            ["name"] = () => Object(("givenName", _names), ("familyName", _names), ("honorificPrefix", _texts)),
            ["title"] = () => Maybe(_texts),
            ["profileUrl"] = () => Maybe(["https://crew.example/a?b=c&d", "https://crew.example/山"]),
            ["timezone"] = () => Maybe(["Europe/Oslo", "Asia/Tokyo"]),
            ["userType"] = () => Maybe(_texts),
            ["preferredLanguage"] = () => Maybe(["nb-NO", "en_US"]),
            ["locale"] = () => Maybe(["nb-NO", "en_US"]),
            ["active"] = () =>
                Dice(6) switch
                {
                    0 => null,
                    1 or 2 => false,
                    _ => true,
                },
            ["emails"] = Emails,
            ["phoneNumbers"] = () => List(3, () => Element(Pick(_numbers), ["work", "mobile", "other"])),
            ["photos"] = () =>
                List(
                    2,
                    () =>
                        Element(
                            Pick(["https://pictures.example/a.png", "https://pictures.example/b.png?s=1/2"]),
                            ["photo", "thumbnail"]
                        )
                ),
            ["addresses"] = () =>
                List(
                    2,
                    () =>
                        Object(
                            ("type", ["work", "home"]),
                            ("streetAddress", _texts),
                            ("locality", ["Bergen", "Tromsø"]),
                            ("region", ["Vestland"]),
                            ("postalCode", ["5003", "007"]),
                            ("country", ["NO", "JP"])
                        )
                ),
            ["roles"] = () => List(2, () => Element(Pick(_texts), ["crew", "staff"])),
            [Urn.EnterpriseUser] = () =>
                Object(
                    ("employeeNumber", ["7", "007"]),
                    ("costCenter", _texts),
                    ("organization", _texts),
                    ("division", _texts),
                    ("department", _texts)
                ),
            [SlackUrn.Profile2] = () => Object(("startDate", ["2026-04-10T00:00:00+0000", "2027-01-01T00:00:00+0000"])),
        };
        if (mayBeGuest)
            _attributes[SlackUrn.Guest2] = () =>
                Dice(3) == 0
                    ? Object(("expiration", ["2096-01-31T00:00:00Z", "2097-01-31T00:00:00Z"])) is var end
                    && end.TryAdd("type", "multi")
                        ? end
                        : null
                    : null;
        foreach (var name in _attributes.Keys)
            Set(name);
        while (_document["emails"] is not JsonArray { Count: > 0 })
            Set("emails");
        AssertMore();
        AssertMore();
        Settings = new SlackSettings { CreateDisabledUsers = Dice(2) == 0, DeleteRemovedUsers = Dice(2) == 0 };
    }

    public SlackSettings Settings { get; init; }

    public WantedUser Wanted =>
        new(
            ScimResource.Read(
                SlackSchemas.User,
                System.Text.Encoding.UTF8.GetBytes(_document.ToJsonString()),
                ReadLimits.User
            ),
            _asserted.Contains,
            _userName,
            _managerIsLinked ? _manager : null,
            _managerIsLinked
        );

    /// <summary>Some attributes get other values or none, some more are asserted.</summary>
    public void Change()
    {
        foreach (var name in _attributes.Keys)
            if (Dice(4) == 0)
                Set(name);
        if (Dice(4) == 0)
            _userName = $"u{_number}" + Pick(["", ".b", "-c", "_d"]);
        if (Dice(3) == 0)
            _manager = Dice(3) == 0 ? null : Pick(_bosses);
        _managerIsLinked = Dice(5) > 0;
        if (Dice(2) == 0)
            AssertMore();
    }

    public override string ToString() => $"{_document.ToJsonString()} asserted: {string.Join(", ", _asserted)}";

    private void Set(string name)
    {
        _document.Remove(name);
        if (_attributes[name]() is { } value)
            _document[name] = value;
    }

    private void AssertMore()
    {
        foreach (var path in _paths)
            if (Dice(3) == 0)
                _asserted.Add(path);
    }

    private JsonArray Emails()
    {
        var emails = List(
            3,
            () =>
                Element(
                    $"{_number}.{Pick(["a", "B", "c+d", "o'e"])}@Crew.example",
                    ["work", "home", "other"],
                    flags: false
                )
        );
        if (emails.Count > 0 && Dice(2) == 0)
            emails[Dice(emails.Count)]!["primary"] = true;
        return emails;
    }

    private JsonObject Element(string value, string[] types, bool flags = true)
    {
        var element = new JsonObject { ["value"] = value };
        if (Dice(4) > 0)
            element["type"] = Pick(types);
        if (flags && Dice(3) == 0)
            element["primary"] = true;
        return element;
    }

    private JsonObject Object(params (string Name, string[] Values)[] members)
    {
        var value = new JsonObject();
        foreach (var (name, values) in members)
            if (Dice(3) > 0)
                value[name] = Pick(values);
        return value;
    }

    private JsonArray List(int most, Func<JsonObject> element) =>
        [.. Enumerable.Range(0, Dice(most + 1)).Select(_ => element())];

    private JsonValue? Maybe(string[] values) => Dice(3) == 0 ? null : JsonValue.Create(Pick(values));

    private string Pick(string[] values) => values[Dice(values.Length)];

    private int Dice(int sides) => _dice.Next(sides);
}
