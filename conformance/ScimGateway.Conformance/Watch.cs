namespace ScimGateway.Conformance;

/// <summary>Looks at every answer of a run for what holds of all of them, and remembers the first that is otherwise.</summary>
/// <param name="requirements">What is looked for, among others.</param>
internal sealed class Watch(IEnumerable<Requirement> requirements)
{
    private readonly List<Requirement> _open = [.. requirements.Where(one => one.Everywhere is not null)];
    private readonly Dictionary<Requirement, (string Says, IReadOnlyList<string> Repeat)> _found = [];

    /// <summary>Looks at what was asked for one requirement, and what came back; says what is not kept by that.</summary>
    public IReadOnlyList<Requirement> See(Announced announced, IReadOnlyList<Exchange> exchanges)
    {
        var found = new List<Requirement>();
        for (var i = 0; i < exchanges.Count && _open.Count > 0; i++)
            foreach (var requirement in _open.ToList())
                if (Wrong(requirement, announced, exchanges[i]) is { } wrong)
                {
                    _found[requirement] = ($"{wrong}: {exchanges[i]}", Repeat.Of([.. exchanges.Take(i + 1)], 1));
                    _open.Remove(requirement);
                    found.Add(requirement);
                }
        return found;
    }

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
