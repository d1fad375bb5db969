namespace ScimGateway.AdminConsole.Answers;

/// <summary>A tenant, with more where it is read alone.</summary>
/// <param name="Slug">Its word in addresses.</param>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it is for.</param>
/// <param name="Standing">Whether Slack hears of it.</param>
/// <param name="Connection">Whether its connection works.</param>
/// <param name="Organization">The Slack organization.</param>
/// <param name="ScimUrl">What its providers are given.</param>
/// <param name="Todo">The next step, or what it waits for.</param>
/// <param name="Open">What waits for somebody.</param>
/// <param name="Attention">What somebody should look at.</param>
/// <param name="Sources">Its providers.</param>
public sealed record Tenant(
    string Slug,
    string Name,
    string? Description,
    string Standing,
    string Connection,
    string? Organization,
    string ScimUrl,
    string? Todo,
    OpenThings? Open = null,
    IReadOnlyList<Attention>? Attention = null,
    IReadOnlyList<Contact>? Sources = null
);

/// <summary>How much of a tenant is open.</summary>
/// <param name="Holds">Waits for a decision.</param>
/// <param name="Failed">Slack refused or could not.</param>
/// <param name="Pending">Is on its way.</param>
public sealed record OpenThings(long Holds, long Failed, long Pending);

/// <summary>What somebody should look at, of one kind and reason.</summary>
/// <param name="What">The kind.</param>
/// <param name="LastDay">How many came within a day.</param>
/// <param name="InAll">How many there are; null of refused requests.</param>
/// <param name="Why">The reason.</param>
/// <param name="Remedy">What would end it.</param>
/// <param name="Example">One of them by name.</param>
/// <param name="Link">The number of its link.</param>
/// <param name="Operation">The last refused request.</param>
public sealed record Attention(
    string What,
    long LastDay,
    long? InAll,
    string Why,
    string? Remedy,
    string? Example,
    long? Link,
    string? Operation
);

/// <summary>A provider, and when it was last there.</summary>
/// <param name="Id">The source's number.</param>
/// <param name="Name">Its name.</param>
/// <param name="LastContact">When it was last let in.</param>
/// <param name="LastRequest">Its last write.</param>
/// <param name="LastAbout">Whom that was about.</param>
/// <param name="LastOutcome">What came of it.</param>
/// <param name="LastOperation">Its operation.</param>
public sealed record Contact(
    int Id,
    string Name,
    DateTimeOffset? LastContact,
    string? LastRequest,
    string? LastAbout,
    string? LastOutcome,
    string? LastOperation
);
