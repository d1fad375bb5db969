using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using ScimGateway.Slack.Translation;
using Xunit;

namespace ScimGateway.Slack.Tests.Translation;

/// <summary>How names become Slack's: tests/vectors/slack-names.json, and what holds of any name.</summary>
public class SlackNamesTests
{
    private const string UserNameCharacters = "abcdefghijklmnopqrstuvwxyz0123456789._-";

    private static readonly Config _many = Config.QuickThrowOnFailure.WithMaxTest(2_000);

    public static IEnumerable<TheoryDataRow<string, string>> Derived => Vectors.Rows("slack-names.json", "derived");

    public static IEnumerable<TheoryDataRow<string, string>> Nothing => Vectors.Rows("slack-names.json", "short");

    public static IEnumerable<TheoryDataRow<string, string>> Display => Vectors.Rows("slack-names.json", "display");

    [Theory]
    [MemberData(nameof(Derived))]
    public void User_names_are_tried_best_first(string name, string row)
    {
        var json = JsonNode.Parse(row)!;
        var tries = json["tries"]!.AsArray().Select(t => (string)t!).ToList();

        Assert.Equal(tries, SlackNames.UserNames((string)json["userName"]!).Take(tries.Count));
        Assert.NotNull(name);
    }

    [Theory]
    [MemberData(nameof(Nothing))]
    public void A_name_of_which_nothing_is_left_becomes_a_short_id_that_stays(string name, string row)
    {
        var userName = (string)JsonNode.Parse(row)!["userName"]!;
        var first = SlackNames.UserNames(userName).First();

        Assert.Matches("^[a-z][a-z0-9]{5,15}$", first);
        Assert.Equal(first, SlackNames.UserNames(userName).First());
        Assert.Equal(first, SlackNames.UserNames(userName.ToUpperInvariant()).First());
        Assert.NotEqual(first, SlackNames.UserNames(userName + "山").First());
        Assert.NotNull(name);
    }

    // Written down once, for it must be the same after years and on any machine.
    [Theory]
    [InlineData("山田太郎", "u6b0e1c8cc6")]
    [InlineData("Вера", "u8c250071d0")]
    public void The_short_id_is_the_same_for_ever(string userName, string id) =>
        Assert.Equal(id, SlackNames.UserNames(userName).First());

    [Theory]
    [InlineData(" Zoë's  Crew ", "ZOË_S CREW")]
    [InlineData("Zoë", "Zoe\u0308")]
    [InlineData("R&D", "R&amp;D")]
    [InlineData("Crew ⚓", "Crew")]
    public void Slack_may_write_the_signs_of_a_groups_name_otherwise(string told, string shown) =>
        Assert.True(SlackNames.MayShow(told, shown));

    [Theory]
    [InlineData("Crew", "Crews")]
    [InlineData("Team 1", "Team 2")]
    [InlineData("की", "का")]
    [InlineData("Crew", "")]
    public void Other_letters_or_digits_are_another_name(string told, string shown) =>
        Assert.False(SlackNames.MayShow(told, shown));

    [Fact]
    public void Half_a_surrogate_pair_is_no_name_and_no_mishap()
    {
        Assert.Matches("^[a-z][a-z0-9]{5,15}$", SlackNames.UserNames("\ud83d").First());
        Assert.Equal("a_b", SlackNames.CleanDisplayName("a\ud83db"));
    }

    [Fact]
    public void Every_user_name_that_is_tried_is_one_that_Slack_takes() =>
        Prop.ForAll(
                Texts,
                text =>
                    SlackNames
                        .UserNames(text)
                        .Take(30)
                        .All(name => name.Length is > 0 and <= 21 && name.All(UserNameCharacters.Contains))
            )
            .Check(_many);

    [Fact]
    public void The_same_name_gives_the_same_tries() =>
        Prop.ForAll(Texts, text => SlackNames.UserNames(text).Take(5).SequenceEqual(SlackNames.UserNames(text).Take(5)))
            .Check(_many);

    [Fact]
    public void Ten_thousand_of_one_name_find_ten_thousand_names_and_none_is_too_long()
    {
        var names = SlackNames.UserNames("alexander.the.great.of.macedonia@crew.example").Take(10_000).ToList();

        Assert.Equal("alexander.the.great.o", names[0]);
        Assert.Equal("alexander.the.gre9999", names[9_998]);
        Assert.Equal(10_000, names.Distinct().Count());
        Assert.All(names, name => Assert.True(name.Length <= 21));
    }

    [Theory]
    [MemberData(nameof(Display))]
    public void Display_names_lose_what_Slack_does_not_take(string name, string row)
    {
        var json = JsonNode.Parse(row)!;

        Assert.Equal((string)json["clean"]!, SlackNames.CleanDisplayName((string)json["shown"]!));
        Assert.NotNull(name);
    }

    [Fact]
    public void A_clean_display_name_stays_as_it_is() =>
        Prop.ForAll(
                Texts,
                text =>
                {
                    var clean = SlackNames.CleanDisplayName(text);
                    return clean.Length <= 80 && !clean.Contains('@') && clean == SlackNames.CleanDisplayName(clean);
                }
            )
            .Check(_many);

    [Theory]
    [InlineData("vera", true)]
    [InlineData("a.b_c-9", true)]
    [InlineData("abcdefghijklmnopqrstu", true)]
    [InlineData("abcdefghijklmnopqrstuv", false)]
    [InlineData("", false)]
    [InlineData("Vera", false)]
    [InlineData("vera holm", false)]
    [InlineData("åse", false)]
    [InlineData("vera@crew", false)]
    public void Slack_takes_a_user_name_as_it_is_or_not(string name, bool isTaken) =>
        Assert.Equal(isTaken, SlackNames.IsUserName(name));

    private static Arbitrary<string> Texts { get; } =
        Gen.OneOf(
                ArbMap.Default.GeneratorFor<string>().Where(s => s is not null),
                Gen.Elements(
                        "ver",
                        "Å",
                        "ß",
                        "@",
                        "ﬁ",
                        "山",
                        "é",
                        ".",
                        "🚀",
                        "\ud83d",
                        "İ",
                        " ",
                        "9",
                        "-",
                        "\u0308",
                        "\n",
                        "abcdefgh"
                    )
                    .ListOf()
                    .Select(parts => string.Concat(parts))
            )
            .ToArbitrary();
}
