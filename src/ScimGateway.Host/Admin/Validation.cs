using FluentValidation;
using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Host.Admin;

/// <summary>What several documents of administrators want of their fields.</summary>
internal static class Validation
{
    private const int MostLetters = 100;

    /// <summary>A name for people.</summary>
    public static void Named<T>(this IRuleBuilder<T, string> rule) =>
        rule.Must(name => name.Trim() == name && name.Length is > 0 and <= MostLetters)
            .WithMessage($"It is a name of 1 to {MostLetters} letters, without blanks around it.")
            .Must(name => !Letters.HasUnseen(name))
            .WithMessage(Letters.Words);

    /// <summary>A tenant's word in the path.</summary>
    public static void IsSlug<T>(this IRuleBuilder<T, string> rule) =>
        rule.Custom(
            (slug, context) =>
            {
                if (Slug.Problem(slug) is { } problem)
                    context.AddFailure(problem);
            }
        );

    /// <summary>A description for people.</summary>
    public static void Describes<T>(this IRuleBuilder<T, string?> rule) =>
        rule.MaximumLength(1_000)
            .WithMessage("It has 1,000 letters at most.")
            .Must(text => text is null || !Letters.HasUnseen(text))
            .WithMessage(Letters.Words);
}
