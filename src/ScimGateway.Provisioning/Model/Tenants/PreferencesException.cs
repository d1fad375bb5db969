using System.Text.Json;
using FluentValidation.Results;

namespace ScimGateway.Provisioning.Model.Tenants;

/// <summary>
/// Preferences that cannot be. Nothing of them is changed to make them fit; the message names the fields and says what
/// to do.
/// </summary>
internal sealed class PreferencesException : Exception
{
    private PreferencesException(IReadOnlyDictionary<string, string> problems)
        : base(
            $"The tenant's preferences cannot be as they are. {string.Join(' ', problems.Select(p => $"{p.Key}: {p.Value}"))}"
        ) => Problems = problems;

    /// <summary>What is wrong with each field, by its name.</summary>
    public IReadOnlyDictionary<string, string> Problems { get; }

    internal static PreferencesException Contradictory(IEnumerable<ValidationFailure> failures) =>
        new(
            failures
                .GroupBy(failure => failure.PropertyName)
                .ToDictionary(
                    field => field.Key,
                    field => string.Join(' ', field.Select(failure => failure.ErrorMessage))
                )
        );

    internal static PreferencesException Unreadable(JsonException why) =>
        new(
            new Dictionary<string, string>
            {
                [why.Path?.TrimStart('$', '.') is { Length: > 0 } field ? field : "Preferences"] =
                    "There is no such field, or it has no such value; correct it.",
            }
        );
}
