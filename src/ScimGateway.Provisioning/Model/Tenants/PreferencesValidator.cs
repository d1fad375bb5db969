using FluentValidation;

namespace ScimGateway.Provisioning.Model.Tenants;

/// <summary>
/// Which preferences cannot be, alone or beside others: they are refused with the field named, never silently changed.
/// </summary>
internal sealed class PreferencesValidator : AbstractValidator<Preferences>
{
    private const string NoLimit = "A limit of the guard is a number of changes within an hour, or 0 for none.";

    private static readonly TimeSpan _longestWait = TimeSpan.FromMinutes(1);

    /// <summary>The rules, a line for each.</summary>
    public PreferencesValidator()
    {
        RuleFor(p => p.DisableUsers)
            .Equal(false)
            .When(p => !p.UpdateUsers)
            .WithMessage("To deactivate a user is to change it; switch updateUsers on, or this off.");

        RuleFor(p => p.RemoveAction)
            .Equal(RemoveAction.Disable)
            .When(p => !p.DisableUsers)
            .WithMessage("Slack's DELETE deactivates, which disableUsers forbids; switch that on, or choose disable.");

        RuleFor(p => p.ProvisionDisabledUsers)
            .Equal(false)
            .When(p => !p.CreateUsers || !p.DisableUsers)
            .WithMessage(
                "A disabled user is created and then deactivated; switch createUsers and disableUsers on, or this off."
            );

        RuleFor(p => p.DeprovisionOnRuleDeletion)
            .Equal(false)
            .When(p => !p.DeprovisionUsers)
            .WithMessage(
                "Rules would remove users, which deprovisionUsers forbids; switch that on, or this off, and whom rules leave out stays in Slack."
            );

        RuleFor(p => p.GuardedAccounts).GreaterThanOrEqualTo(0).WithMessage(NoLimit);
        RuleFor(p => p.GuardedMembers).GreaterThanOrEqualTo(0).WithMessage(NoLimit);
        RuleFor(p => p.GuardedGroups).GreaterThanOrEqualTo(0).WithMessage(NoLimit);
        RuleFor(p => p.GuardedAddresses).GreaterThanOrEqualTo(0).WithMessage(NoLimit);

        RuleFor(p => p.WaitBudget)
            .InclusiveBetween(TimeSpan.Zero, _longestWait)
            .WithMessage("A request may wait from 0 to 60 seconds.");

        RuleFor(p => p.WhenSlackIsSlow)
            .Equal(WhenSlow.Accept)
            .When(p => p.WaitBudget == TimeSpan.Zero)
            .WithMessage("Without a wait budget every write would be refused; choose accept, or a waitBudgetSeconds.");
    }
}
