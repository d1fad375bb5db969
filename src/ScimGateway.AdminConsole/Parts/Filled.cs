using ScimGateway.AdminConsole.Answers;

namespace ScimGateway.AdminConsole.Parts;

/// <summary>A form as it was filled in, and what was wrong with it.</summary>
/// <param name="Entered">What was entered, by field.</param>
/// <param name="Errors">What was wrong, by field.</param>
/// <param name="Wrong">Why nothing was done; null where nothing was to be.</param>
public sealed record Filled(
    IReadOnlyDictionary<string, string> Entered,
    IReadOnlyDictionary<string, string> Errors,
    string? Wrong = null
)
{
    /// <summary>One that nobody has filled in yet.</summary>
    public static Filled Blank { get; } = new(new Dictionary<string, string>(), new Dictionary<string, string>());

    /// <summary>What was entered in a field; null where nothing was.</summary>
    public string? this[string field] => Entered.GetValueOrDefault(field);

    /// <summary>One that the admin API has refused.</summary>
    public static Filled Refused(IReadOnlyDictionary<string, string> entered, AdminAnswer answer) =>
        new(entered, answer.Wrong, answer.Detail);
}
