namespace ScimGateway.AdminConsole.Answers;

/// <summary>An operation, with its explanation where it is read alone.</summary>
/// <param name="Id">Its id.</param>
/// <param name="At">When it came.</param>
/// <param name="Actor">Who asked.</param>
/// <param name="Name">Whom it is about.</param>
/// <param name="UserName">The userName, as the provider said it then.</param>
/// <param name="Address">The address, as the provider said it then.</param>
/// <param name="Request">The request.</param>
/// <param name="What">The request in words.</param>
/// <param name="Link">The number of its link.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="Status">The HTTP status of a refusal.</param>
/// <param name="Error">What a refusal says.</param>
/// <param name="Finished">When it ended.</param>
/// <param name="Counted">How many refusals it counts.</param>
/// <param name="Source">The number of the provider that asked; null where none did.</param>
/// <param name="ScimType">The kind of a refusal.</param>
/// <param name="Verdict">What was decided.</param>
/// <param name="Notes">What was normalised or ignored.</param>
/// <param name="Commands">What Slack was told.</param>
public sealed record Operation(
    Guid Id,
    DateTimeOffset At,
    string Actor,
    string? Name,
    string? UserName,
    string? Address,
    string Request,
    string What,
    long? Link,
    string Outcome,
    int? Status,
    string? Error,
    DateTimeOffset? Finished,
    int Counted,
    int? Source = null,
    string? ScimType = null,
    string? Verdict = null,
    IReadOnlyList<string>? Notes = null,
    IReadOnlyList<Command>? Commands = null
);

/// <summary>A call to Slack, and what came of it.</summary>
/// <param name="Call">The call.</param>
/// <param name="Fields">What it tells.</param>
/// <param name="Adds">How many members it adds.</param>
/// <param name="Removes">How many members it removes.</param>
/// <param name="Result">What came of it.</param>
/// <param name="Says">What Slack said.</param>
/// <param name="At">When.</param>
public sealed record Command(
    string Call,
    string Fields,
    string Result,
    DateTimeOffset At,
    int? Adds = null,
    int? Removes = null,
    string? Says = null
);
