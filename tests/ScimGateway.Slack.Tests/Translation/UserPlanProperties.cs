using FsCheck;
using FsCheck.Fluent;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;
using Xunit;

namespace ScimGateway.Slack.Tests.Translation;

/// <summary>What holds of every plan, whatever is wanted and whatever Slack has.</summary>
public class UserPlanProperties
{
    private static readonly Config _many = Config.QuickThrowOnFailure.WithMaxTest(3_000);

    private static readonly SlackField[] _address =
    [
        SlackField.StreetAddress,
        SlackField.Locality,
        SlackField.Region,
        SlackField.PostalCode,
        SlackField.Country,
    ];

    private static readonly Gen<SlackSettings> _settings =
        from removed in Gen.Elements(true, false)
        from disabled in Gen.Elements(true, false)
        from once in Gen.Elements(true, false)
        select new SlackSettings
        {
            DeleteRemovedUsers = removed,
            CreateDisabledUsers = disabled,
            DisplayNameOnCreateOnly = once,
        };

    private static readonly Arbitrary<Case> _cases = (
        from wanted in Profile(Enum.GetValues<SlackField>())
        from hasAddress in Gen.Elements(true, false)
        from address in Whole(_address)
        from delivered in Profile(Enum.GetValues<SlackField>())
        from slack in Whole(Enum.GetValues<SlackField>())
        from known in Gen.Elements(true, true, false)
        from settings in _settings
        select new Case(
            // An address is asserted as a whole.
            hasAddress ? wanted.With(address) : wanted.Only(f => !_address.Contains(f)),
            known ? "U1" : null,
            known ? slack.Only(delivered.Says) : SlackProfile.Nothing,
            slack,
            settings
        )
    ).ToArbitrary();

    [Fact]
    public void What_was_told_is_not_told_again() =>
        Prop.ForAll(
                _cases,
                c =>
                {
                    var (id, delivered) = Settle(c, c.SlackId, c.Delivered);
                    return id is null || Plan(c, id, delivered).IsEmpty;
                }
            )
            .Check(_many);

    [Fact]
    public void An_active_user_has_afterwards_what_was_wanted_but_for_what_is_noted() =>
        Prop.ForAll(
                _cases,
                c =>
                {
                    var (id, delivered) = Settle(c, c.SlackId, c.Delivered);
                    if (id is null || delivered.Active == false)
                        return true;
                    var noted = Plan(c, id, delivered).Notes.Select(n => n.Field).ToHashSet();
                    return c
                        .Wanted.Fields.Where(f => !noted.Contains(f) && f != SlackField.Active)
                        .All(f => delivered[f] == c.Wanted[f]);
                }
            )
            .Check(_many);

    [Fact]
    public void What_was_never_asserted_keeps_the_value_that_Slack_has() =>
        Prop.ForAll(
                _cases,
                c =>
                    c.SlackId is null
                    || Plan(c, c.SlackId, c.Delivered)
                        .Commands.All(command =>
                            command
                                .Delivers.Fields.Where(f => !c.Wanted.Says(f))
                                .All(f =>
                                    command.Delivers[f] == c.Slack[f]
                                    // Who becomes a member has no end.
                                    || (
                                        f == SlackField.GuestExpiration
                                        && command.Delivers[SlackField.GuestType] is null
                                    )
                                )
                        )
            )
            .Check(_many);

    [Fact]
    public void A_deactivation_is_the_first_call_and_says_nothing_else() =>
        Prop.ForAll(
                _cases,
                c =>
                    c.SlackId is null
                    || c.Wanted.Active != false
                    || c.Delivered.Active == false
                    || Plan(c, c.SlackId, c.Delivered).Commands[0] == new SlackCommand.DeactivateUser(c.SlackId)
            )
            .Check(_many);

    [Fact]
    public void Only_names_and_addresses_of_an_inactive_user_change() =>
        Prop.ForAll(
                _cases,
                c =>
                    c.SlackId is null
                    || c.Wanted.Active != false
                    || Plan(c, c.SlackId, c.Delivered)
                        .Commands.SelectMany(command => command.Delivers.Fields)
                        .All(f =>
                            f
                                is SlackField.Active
                                    or SlackField.UserName
                                    or SlackField.PrimaryEmail
                                    or SlackField.SecondaryEmail
                        )
            )
            .Check(_many);

    // A read shows what Slack has; every other command leaves what it says it does.
    private static (string? Id, SlackProfile Delivered) Settle(Case c, string? id, SlackProfile delivered)
    {
        for (var round = 0; round < 3; round++)
        {
            var plan = Plan(c, id, delivered);
            foreach (var command in plan.Commands)
            {
                id = "U1";
                delivered = delivered.With(command is SlackCommand.ReadUser ? c.Slack : command.Delivers);
            }
        }
        return (id, delivered);
    }

    private static UserPlan Plan(Case c, string? id, SlackProfile delivered) =>
        UserPlanner.Plan(c.Wanted, id, delivered, c.Settings);

    private static Gen<SlackProfile> Profile(SlackField[] fields) =>
        from whole in Whole(fields)
        from said in Gen.Elements(true, true, false).ListOf(fields.Length)
        select whole.Only(f => said[Array.IndexOf(fields, f)]);

    private static Gen<SlackProfile> Whole(SlackField[] fields) =>
        Gen.CollectToArray(fields, Value)
            .Select(values => fields.Zip(values).Aggregate(SlackProfile.Nothing, (p, v) => p.With(v.First, v.Second)));

    private static Gen<string?> Value(SlackField field) =>
        field switch
        {
            SlackField.Active => Gen.Elements<string?>("true", "false"),
            SlackField.GuestType => Gen.Elements("multi", null),
            SlackField.UserName => Gen.Elements<string?>("vera", "ola"),
            _ => Gen.Elements("a", "b", null),
        };

    /// <param name="Wanted">What is wanted.</param>
    /// <param name="SlackId">The account, if there is one.</param>
    /// <param name="Delivered">What is known of it.</param>
    /// <param name="Slack">All that Slack has.</param>
    /// <param name="Settings">How differences are told.</param>
    private sealed record Case(
        SlackProfile Wanted,
        string? SlackId,
        SlackProfile Delivered,
        SlackProfile Slack,
        SlackSettings Settings
    );
}
