using ScimGateway.Conformance.Tests.Sound;

namespace ScimGateway.Conformance.Tests.Faults;

/// <summary>A habit that a server does not bear.</summary>
internal static class OfHabits
{
    public static readonly ProviderFault[] All =
    [
        Without(
            Habit.CapitalOperation,
            "entra-add-attribute",
            "entra-update-one-by-one",
            "entra-update-mail-and-name",
            "entra-rename-user",
            "entra-update-address",
            "entra-update-extension",
            "entra-remove-address-with-value",
            "entra-patch-schemas-last",
            "entra-group-rename",
            "entra-members-one-by-one",
            "entra-members-several",
            "entra-members-again"
        ),
        Without(
            Habit.BooleanAsText,
            "entra-disable-as-text",
            "entra-disable-by-add",
            "entra-roles-primary-as-text",
            "entra-create-user-with-texts-for-values"
        ),
        Without(Habit.PathAsKey, "entra-flag-update-at-once"),
        Without(Habit.ReadOnlyInValue, "okta-group-rename"),
        Without(Habit.MissingElement, "entra-missing-phone", "entra-missing-kinds", "entra-update-many"),
        Without(
            Habit.RemoveListed,
            "entra-members-remove-listed",
            "jumpcloud-members-remove",
            "others-salesforce-members-remove"
        ),
        Without(
            Habit.BareValue,
            "entra-manager-as-text",
            "entra-create-user-with-manager-as-text",
            "entra-members-as-text"
        ),
        Without(Habit.ShortName, "entra-manager-array"),
        Without(Habit.UnknownExtension, "entra-create-user-with-own-extension"),
        Without(Habit.TwoPrimaries, "pingone-two-primaries"),
        Without(Habit.GroupNameOnce, "entra-group-create-twice"),
        Without(Habit.NoOperations, "entra-patch-nothing"),
        Without(Habit.ComparedValuePath, "entra-found-by-work-address"),
        Without(Habit.ComplexForValue, "entra-manager-check"),
        Without(Habit.PackedJson, "entra-roles-packed"),
        Without(Habit.LoneElement, "onelogin-lone-address"),
        Without(Habit.DottedUrn, "entra-path-forms"),
        Without(Habit.WrappedValue, "entra-wrapped-values"),
        Without(Habit.EmailForEmails, "pingone-match-by-email"),
        Without(Habit.UnquotedValue, "pingfederate-unquoted-filter"),
    ];

    private static ProviderFault Without(Habit habit, params string[] scenarios) =>
        new($"without {habit}", scenarios) { Without = habit };
}
