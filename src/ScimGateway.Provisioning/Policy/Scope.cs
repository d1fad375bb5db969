using System.Collections.Concurrent;
using ScimGateway.Protocol.Bounds;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Filters;
using ScimGateway.Protocol.Paths;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Provisioning.Policy;

/// <summary>
/// Who of a tenant's users is provisioned into Slack: whom one of its rules admits, or everybody where there is none.
/// </summary>
internal sealed class Scope
{
    // They are asked for in each write-down, inside the one writer, and change once in a while.
    private const int MostKept = 1_000;

    /// <summary>
    /// How many characters all rules may look at of one user: some 50 ms in the one writer, which all tenants wait for.
    /// </summary>
    public const long MostOfUser = WorkLimit.Most / 10;

    private static readonly string _tooMuch =
        $"The tenant's rules look at more than {MostOfUser} characters of this user, which is more than the gateway does for one write. Shorten the rules: fewer terms, and 'eq' or 'sw' instead of 'co'; or give the user shorter texts and fewer values.";

    private static readonly ConcurrentDictionary<string, Filter> _read = new(StringComparer.Ordinal);

    private readonly IReadOnlyList<(int Id, Filter Filter)> _rules;

    private Scope(IReadOnlyList<(int Id, Filter Filter)> rules) => _rules = rules;

    /// <summary>There is no rule.</summary>
    public static Scope Everybody { get; } = new([]);

    /// <summary>Whether there is no rule.</summary>
    public bool IsEverybody => _rules.Count == 0;

    /// <summary>The scope of these rules.</summary>
    /// <exception cref="ScimException">
    /// One of them cannot be read, or asks for what a user does not bring along.
    /// </exception>
    public static Scope Of(IEnumerable<Rule> rules) => new([.. rules.Select(rule => (rule.Id, Read(rule)))]);

    /// <summary>The scope of the rules that the store keeps, which were read when they were set.</summary>
    /// <exception cref="InvalidDataException">The store is damaged.</exception>
    public static Scope Kept(IEnumerable<Rule> rules)
    {
        try
        {
            return Of(rules);
        }
        catch (ScimException e)
        {
            throw new InvalidDataException("A rule in the store cannot be read.", e);
        }
    }

    /// <summary>What the rules may look at of one user where others wait for it.</summary>
    public static WorkLimit WorkLimitOfUser(CancellationToken gone = default) => new(MostOfUser, _tooMuch, gone);

    /// <summary>Whether the user is in it, and by which rule; no rule where everybody is.</summary>
    public bool Admits(ScimResource user, WorkLimit workLimit, out int? rule)
    {
        rule = null;
        if (IsEverybody)
            return true;
        // Who does not say whether he is active is, as in a POST that leaves it out.
        var seen = user;
        if (seen.Json["active"] is null)
        {
            seen = user.Clone();
            seen.Json["active"] = UserDocument.IsActive(user);
        }
        foreach (var (id, filter) in _rules)
            if (filter.Matches(seen, workLimit))
            {
                rule = id;
                return true;
            }
        return false;
    }

    private static Filter Read(Rule rule)
    {
        if (_read.TryGetValue(rule.Filter, out var known))
            return known;
        if (_read.Count >= MostKept)
            _read.Clear();
        return _read[rule.Filter] = Parse(rule);
    }

    // What the gateway alone knows of a user changes without the user's being written, so a rule cannot go by it.
    private static Filter Parse(Rule rule)
    {
        var filter = Filter.Read(rule.Filter, GatewayTypes.User, Reading.Rfc());
        if (filter.Paths().FirstOrDefault(IsTheGatewaysOwn) is { } path)
            throw ScimException.InvalidFilter(
                $"The rule '{rule.Name}' asks for '{path}', which the gateway makes; a rule asks for what a provider says of a user."
            );
        return filter;
    }

    private static bool IsTheGatewaysOwn(AttributePath path) =>
        GatewayTypes.User.Find(path) is { } found
        && (found.Extension?.Id == LinkSchema.Id || found.Attribute?.Name is "id" or "meta" or "groups" or "password");
}
