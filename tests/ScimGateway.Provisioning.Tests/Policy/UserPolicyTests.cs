using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Storage;
using Xunit;

namespace ScimGateway.Provisioning.Tests.Policy;

/// <summary>
/// What the preferences say to each write: row by row from the table, and over every combination there is.
/// </summary>
public class UserPolicyTests
{
    private static readonly bool[] _both = [false, true];

    public static IEnumerable<TheoryDataRow<string>> Rows() =>
        Vectors
            .Rows("user-policy.json")
            .Select(row => new TheoryDataRow<string>(row.ToJsonString()) { TestDisplayName = (string)row["name"]! });

    [Theory]
    [MemberData(nameof(Rows))]
    public void The_verdict_is_that_of_the_table(string json)
    {
        var row = JsonNode.Parse(json)!.AsObject();
        var wish = new UserWish(
            Enum.Parse<Trigger>((string)row["when"]!),
            Enum.Parse<Account>((string)row["account"]!),
            ((string)row["active"]!).StartsWith("yes", StringComparison.Ordinal),
            ((string)row["active"]!).EndsWith("yes", StringComparison.Ordinal),
            (bool?)row["changesMore"] == true,
            (bool?)row["protected"] == true
        );

        var verdict = UserPolicy.Decide(Preferences.FromJson(row["preferences"]?.ToJsonString() ?? "{}"), wish);

        Assert.Equal((string)row["verdict"]!, Told(verdict));
        Assert.Contains((string?)row["says"] ?? "", Why(verdict) ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_is_asked_for_there_is_one_of_the_four_verdicts_and_what_is_not_allowed_has_a_reason_that_names_what_to_change()
    {
        foreach (var (preferences, wish) in All())
        {
            var why = Why(UserPolicy.Decide(preferences, wish));
            Assert.True(
                why is null
                    || why.Contains("(preference ", StringComparison.Ordinal)
                    || why.Contains("operator", StringComparison.Ordinal),
                $"{wish}: {why}"
            );
        }
    }

    [Fact]
    public void Something_is_left_out_only_where_the_tenant_chose_to_and_refused_for_a_switch_only_where_it_did_not()
    {
        foreach (var (preferences, wish) in All())
            switch (UserPolicy.Decide(preferences, wish))
            {
                case Verdict.Skip:
                    Assert.Equal(NotAllowed.Skip, preferences.WhenNotAllowed);
                    break;
                case Verdict.Refuse { Why.Status: HttpStatusCode.Forbidden } when !wish.IsProtected:
                    Assert.Equal(NotAllowed.Refuse, preferences.WhenNotAllowed);
                    break;
            }
    }

    [Fact]
    public void Left_out_is_only_what_changes()
    {
        foreach (var (preferences, wish) in All())
            if (UserPolicy.Decide(preferences, wish) is Verdict.Skip { Left: var left })
            {
                Assert.NotEqual(Part.Nothing, left);
                Assert.True(!left.HasFlag(Part.Active) || wish.WasActive != wish.WantsActive, $"{wish}: {left}");
                Assert.True(!left.HasFlag(Part.Rest) || wish.ChangesMore, $"{wish}: {left}");
                Assert.True(
                    !left.HasFlag(Part.Account)
                        || wish.Trigger == Trigger.Delete
                        || wish.Account is not (Account.Own or Account.Unclaimed),
                    $"{wish}: {left}"
                );
            }
    }

    [Fact]
    public void Nobody_leaves_by_being_left_out_unless_the_tenant_switched_that_off()
    {
        foreach (var preset in Presets.All.Select(preset => preset.Preferences).Append(new Preferences()))
        foreach (var wish in Wishes())
            Assert.IsNotType<Verdict.Skip>(UserPolicy.Decide(preset, wish));

        foreach (var (preferences, wish) in All().Where(x => x.Allowed is { DisableUsers: true, UpdateUsers: true }))
            if (
                UserPolicy.Decide(preferences, wish) is Verdict.Skip { Left: var left }
                && wish.Trigger != Trigger.Create
            )
                Assert.False(
                    left.HasFlag(Part.Active) && wish is { WasActive: true, WantsActive: false },
                    $"{wish}: {left}"
                );
    }

    [Fact]
    public void What_Slack_has_nothing_of_may_always_be_deleted()
    {
        foreach (var (preferences, wish) in All())
            if (wish is { Trigger: Trigger.Delete, Account: Account.None })
                Assert.IsType<Verdict.Allow>(UserPolicy.Decide(preferences, wish));
    }

    [Fact]
    public void To_switch_something_on_forbids_nothing()
    {
        foreach (var (preferences, wish) in All())
            if (UserPolicy.Decide(preferences, wish) is Verdict.Allow)
                foreach (
                    var more in new[]
                    {
                        preferences with
                        {
                            CreateUsers = true,
                        },
                        preferences with
                        {
                            UpdateUsers = true,
                        },
                        preferences with
                        {
                            DisableUsers = true,
                        },
                        preferences with
                        {
                            DeprovisionUsers = true,
                        },
                        preferences with
                        {
                            WhenAccountExists = Existing.Adopt,
                        },
                    }
                )
                    Assert.False(
                        UserPolicy.Decide(more, wish) is Verdict.Refuse or Verdict.Skip,
                        $"{wish}: {preferences} allows it and {more} does not"
                    );
    }

    [Fact]
    public void A_protected_account_is_changed_by_nobody()
    {
        foreach (var (preferences, wish) in All())
            if (
                wish is { IsProtected: true, Trigger: not Trigger.Delete, Account: not Account.None }
                && (wish.ChangesMore || wish.WasActive != wish.WantsActive)
            )
                Assert.IsType<Verdict.Refuse>(UserPolicy.Decide(preferences, wish));
    }

    [Fact]
    public void The_other_preferences_have_no_say()
    {
        foreach (var (preferences, wish) in All())
            Assert.Equal(
                Told(UserPolicy.Decide(preferences, wish)),
                Told(
                    UserPolicy.Decide(
                        preferences with
                        {
                            UniqueUserIdentifier = Identifier.UserName,
                            RemoveAction = RemoveAction.Delete,
                            WhenSlackIsSlow = WhenSlow.Refuse,
                            WhileSlackCannotBeWritten = CannotWrite.Queue,
                            WaitBudget = TimeSpan.Zero,
                            SlackUserName = SlackUserName.Verbatim,
                            DisplayNameOnCreateOnly = true,
                            UserSlackCannotHold = Unholdable.Keep,
                        },
                        wish
                    )
                )
            );
    }

    private static IEnumerable<(Preferences Allowed, UserWish Wish)> All() =>
        from wish in Wishes()
        from preferences in AllPreferences()
        select (preferences, wish);

    private static IEnumerable<Preferences> AllPreferences() =>
        from create in _both
        from update in _both
        from disable in _both
        from deprovision in _both
        from disabled in _both
        from notAllowed in Enum.GetValues<NotAllowed>()
        from existing in Enum.GetValues<Existing>()
        select new Preferences
        {
            CreateUsers = create,
            UpdateUsers = update,
            DisableUsers = disable,
            DeprovisionUsers = deprovision,
            ProvisionDisabledUsers = disabled,
            WhenNotAllowed = notAllowed,
            WhenAccountExists = existing,
        };

    private static IEnumerable<UserWish> Wishes() =>
        from trigger in Enum.GetValues<Trigger>()
        from account in Enum.GetValues<Account>()
        // Only a new user meets the account of a deleted one, and it has none of its own yet.
        where
            trigger == Trigger.Create
                ? account != Account.Own
                : account is Account.None or Account.Own or Account.Unclaimed
        from was in _both
        from wants in _both
        from more in _both
        from isProtected in _both
        select new UserWish(trigger, account, was, wants, more, isProtected);

    private static string Told(Verdict verdict) =>
        verdict switch
        {
            Verdict.Allow => "allow",
            Verdict.Skip skip => $"skip {skip.Left}",
            Verdict.Refuse refuse => $"refuse {(int)refuse.Why.Status}",
            _ => "hold",
        };

    private static string? Why(Verdict verdict) =>
        verdict switch
        {
            Verdict.Skip skip => skip.Why,
            Verdict.Refuse refuse => refuse.Why.Message,
            Verdict.Hold hold => hold.Why.Sentence,
            _ => null,
        };
}
