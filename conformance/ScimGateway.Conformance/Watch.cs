namespace ScimGateway.Conformance;

/// <summary>Looks at every answer of a run for what holds of all of them, and remembers the first that is otherwise.</summary>
/// <param name="at">The base URL: what is not below it is no answer of the server that is asked.</param>
/// <param name="requirements">What is looked for, among others.</param>
internal sealed class Watch(Uri at, IEnumerable<Requirement> requirements)
{
    // Those of which nothing was seen yet that others rest on.
    private readonly List<Requirement> _open = [.. requirements.Where(one => one.Everywhere is not null)];
    private readonly Dictionary<Requirement, (string Says, IReadOnlyList<string> Repeat)> _found = [];

    /// <summary>
    /// Looks at what was asked for one requirement, and what came back; says what is not kept by that, so that others that
    /// rest on it cannot be asked for. What is otherwise in a corner is told and hinders nothing.
    /// </summary>
    public IReadOnlyList<Requirement> See(Announced announced, IReadOnlyList<Exchange> exchanges)
    {
        var roots = new List<Requirement>();
        for (var i = 0; i < exchanges.Count && _open.Count > 0; i++)
            foreach (var requirement in IsAsked(exchanges[i]) ? _open.ToList() : [])
                if (Wrong(requirement, announced, exchanges[i]) is { } wrong)
                {
                    _found.TryAdd(requirement, ($"{wrong}: {exchanges[i]}", Repeat.Of([.. exchanges.Take(i + 1)], 1)));
                    if (!IsRoot(requirement, exchanges[i]))
                        continue;
                    _open.Remove(requirement);
                    roots.Add(requirement);
                }
        return roots;
    }

    private bool IsAsked(Exchange exchange) =>
        exchange.Url.AbsolutePath.StartsWith(at.AbsolutePath.TrimEnd('/'), StringComparison.OrdinalIgnoreCase);

    // In an answer of users or groups with all that they have; which parts there are to be had is a matter of §3.9 alone.
    private bool IsRoot(Requirement requirement, Exchange exchange) =>
        exchange.Url.AbsolutePath[at.AbsolutePath.TrimEnd('/').Length..].TrimStart('/').Split('/')[0]
            is "Users"
                or "Groups"
        && (
            requirement.Id.StartsWith("RFC7644-3.9-", StringComparison.Ordinal)
            || !exchange.Url.Query.Contains("ttributes=", StringComparison.OrdinalIgnoreCase)
        );

    /// <summary>What was found of one; null if nothing was.</summary>
    public (string Says, IReadOnlyList<string> Repeat)? Found(Requirement requirement) =>
        _found.TryGetValue(requirement, out var found) ? found : null;

    // What cannot be read is told by the checks.
    private static string? Wrong(Requirement requirement, Announced announced, Exchange exchange)
    {
        try
        {
            return requirement.Everywhere!(announced, exchange);
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or System.Text.Json.JsonException)
        {
            return null;
        }
    }
}
