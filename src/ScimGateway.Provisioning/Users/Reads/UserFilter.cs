using ScimGateway.Protocol.Filters;
using ScimGateway.Protocol.Paths;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;
using ScimGateway.Provisioning.Data;
using ScimGateway.Provisioning.Links;
using ScimGateway.Provisioning.Mirror;
using ScimGateway.Provisioning.Tenants;

namespace ScimGateway.Provisioning.Users.Reads;

/// <summary>What of a filter SQL can tell. Pure: the columns are those of a resource called r.</summary>
internal sealed class UserFilter
{
    // Beyond these a row is asked itself: nobody writes so many by hand, and the texts of statements stay few.
    private const int MostConditions = 16;

    private const string Nobody = "1 = 0";
    private const string Everybody = "1 = 1";

    private readonly Caller _caller;
    private readonly List<(string Name, object? Value)> _parameters = [];
    private int _conditions;

    private UserFilter(Caller caller) => _caller = caller;

    /// <summary>Splits a filter as this caller may use it.</summary>
    public static SqlFilter Split(Filter? filter, Caller caller)
    {
        if (filter is null)
            return SqlFilter.None;
        var split = new UserFilter(caller);
        var (where, rest) = split.Narrow(filter);
        return new SqlFilter(where, split._parameters, rest);
    }

    private (string? Where, Filter? Remainder) Narrow(Filter filter)
    {
        switch (filter)
        {
            case Filter.And f:
                var (left, leftRest) = Narrow(f.Left);
                var (right, rightRest) = Narrow(f.Right);
                return (
                    left is null ? right
                    : right is null ? left
                    : $"{left} and {right}",
                    leftRest is null ? rightRest
                    : rightRest is null ? leftRest
                    : new Filter.And(leftRest, rightRest)
                );
            case Filter.Or f:
                var before = _parameters.Count;
                var (either, eitherRest) = Narrow(f.Left);
                var (or, orRest) = Narrow(f.Right);
                if (either is not null && or is not null)
                    return ($"({either} or {or})", eitherRest is null && orRest is null ? null : f);
                _parameters.RemoveRange(before, _parameters.Count - before);
                return (null, f);
            case Filter.Compare f when Room:
                return Condition(f) is { } exact ? (exact, null) : (null, f);
            case Filter.Where { Element: Filter.Compare { Path: { Schema: null, Sub: null } } } f when Room && IsEmails(f.Path):
                return Address((Filter.Compare)f.Element) is { } same ? (same, null) : (null, f);
            case Filter.Where f when IsEmails(f.Path):
                // Whose addresses have the value at all; whether one element meets the whole filter is for the row to say.
                return (
                    Conjuncts(f.Element)
                        .OfType<Filter.Compare>()
                        .Where(part => Room && part.Path is { Schema: null, Sub: null })
                        .Select(Address)
                        .FirstOrDefault(sql => sql is not null),
                    f
                );
            default:
                return (null, filter);
        }
    }

    private bool Room => _conditions < MostConditions;

    private string? Condition(Filter.Compare f) =>
        GatewayTypes.User.Find(f.Path) switch
        {
            { Extension: null, Attribute: { } core } target => (core.Name, target.Sub?.Name) switch
            {
                ("userName", null) => Key("r.user_name_key", f),
                ("displayName", null) => Key("r.display_name_key", f),
                ("emails", null or "value") => Emails(f),
                ("id", null) => Id(f),
                ("externalId", null) => Equal(f, text => Sql($"r.source_id = {Own()} and r.external_id = {Value(text)}")),
                ("active", null) => f is { Op: CompareOp.Equal, Value: Literal.Flag flag }
                    ? Sql($"r.active = {Value(flag.Value)}")
                    : null,
                ("meta", "created") => Moment("r.created", f),
                ("meta", "lastModified") => Moment("r.modified", f),
                ("meta", "resourceType") => Equal(f, text => Sql(text == GatewayTypes.User.Name ? Everybody : Nobody)),
                _ => null,
            },
            { Extension.Id: Urn.EnterpriseUser, Attribute.Name: "manager", Sub.Name: "value" } => Equal(
                f,
                text => Sql($"r.manager = {Value(text)}")
            ),
            { Extension.Id: LinkSchema.Id, Attribute.Name: "state" } => Equal(f, State),
            { Extension.Id: LinkSchema.Id, Attribute.Name: "slackId" } => Equal(
                f,
                text =>
                    Sql(
                        $"r.link_id in (select l.id from links l where l.tenant_id = @tenant and l.kind = @kind and l.slack_id = {Value(text)})"
                    )
            ),
            _ => null,
        };

    private static bool IsEmails(AttributePath path) =>
        GatewayTypes.User.Find(path) is { Extension: null, Attribute.Name: "emails", Sub: null };

    private static IEnumerable<Filter> Conjuncts(Filter filter) =>
        filter is Filter.And and ? Conjuncts(and.Left).Concat(Conjuncts(and.Right)) : [filter];

    // emails[value eq "x"]
    private string? Address(Filter.Compare f) =>
        f.Path.Name.Equals("value", StringComparison.OrdinalIgnoreCase) ? Emails(f) : null;

    private string? Emails(Filter.Compare f)
    {
        if (f.Value is not Literal.Text { Value: var text })
            return null;
        var key = Fold.Key(text);
        if (f.Op == CompareOp.Equal)
            return IsStorable(text)
                ? Sql($"r.id in (select e.resource_id from emails e where e.tenant_id = @tenant and e.key = {Value(key)})")
                : Sql(Nobody);
        if (!EmailKeys.CanHold(key))
            return null;
        return f.Op switch
        {
            CompareOp.Contains => Like("r.email_keys", key),
            CompareOp.StartsWith => Like("r.email_keys", EmailKeys.Starting(key)),
            CompareOp.EndsWith => Like("r.email_keys", EmailKeys.Ending(key)),
            _ => null,
        };
    }

    private string? Key(string column, Filter.Compare f)
    {
        if (f.Value is not Literal.Text { Value: var text })
            return null;
        var key = Fold.Key(text);
        return f.Op switch
        {
            CompareOp.Equal => IsStorable(text) ? Sql($"{column} = {Value(key)}") : Sql(Nobody),
            CompareOp.Contains => Like(column, key),
            CompareOp.StartsWith => Like(column, key, before: ""),
            CompareOp.EndsWith => Like(column, key, after: ""),
            _ => null,
        };
    }

    // The keys are folded: that SQLite's "like" takes "a" for "A" finds nothing else in them.
    private string Like(string column, string key, string before = "%", string after = "%")
    {
        if (!IsStorable(key))
            return Sql(Nobody);
        var escaped = key.Replace("!", "!!", StringComparison.Ordinal)
            .Replace("%", "!%", StringComparison.Ordinal)
            .Replace("_", "!_", StringComparison.Ordinal);
        return Sql($"{column} like {Value(before + escaped + after)} escape '!'");
    }

    // An id is a lower-case UUID and compares exactly, so anything else is nobody's.
    private string? Id(Filter.Compare f) =>
        Equal(
            f,
            text => Guid.TryParseExact(text, "D", out var id) && id.ToString() == text ? Sql($"r.id = {Value(id)}") : Sql(Nobody)
        );

    private string? Equal(Filter.Compare f, Func<string, string> condition) =>
        f is not { Op: CompareOp.Equal, Value: Literal.Text { Value: var text } } ? null
        : IsStorable(text) ? condition(text)
        : Sql(Nobody);

    // Nearly all links are settled, and in a great onboarding pending: then a walk over the list is shorter than a look-up for each.
    private string State(string word) =>
        LinkSchema.State(word) switch
        {
            null => Sql(Nobody),
            LinkState.Settled => Sql(
                $"r.link_id is not null and r.link_id not in (select l.id from links l where l.tenant_id = @tenant and l.state <> 0)"
            ),
            LinkState.Pending => Sql(
                $"+r.link_id in (select l.id from links l where l.tenant_id = @tenant and l.state <> 0 and l.state = {Value(LinkState.Pending)})"
            ),
            var state => Sql(
                $"r.link_id in (select l.id from links l where l.tenant_id = @tenant and l.state <> 0 and l.state = {Value(state)})"
            ),
        };

    // The store keeps whole milliseconds, the filter may name a moment between two of them.
    private string? Moment(string column, Filter.Compare f)
    {
        if (f.Value is not Literal.Text { Value: var text } || !Moments.TryParse(text, out var moment))
            return null;
        var floor = moment.ToUnixTimeMilliseconds();
        var whole = moment.UtcTicks % TimeSpan.TicksPerMillisecond == 0;
        return f.Op switch
        {
            CompareOp.Equal => whole ? Sql($"{column} = {Value(floor)}") : Sql(Nobody),
            CompareOp.Greater => Sql($"{column} > {Value(floor)}"),
            CompareOp.GreaterOrEqual => Sql($"{column} {(whole ? ">=" : ">")} {Value(floor)}"),
            CompareOp.Less => Sql($"{column} {(whole ? "<" : "<=")} {Value(floor)}"),
            CompareOp.LessOrEqual => Sql($"{column} <= {Value(floor)}"),
            _ => null,
        };
    }

    // No document holds a NUL (ScimJson), and no database looks for one.
    private static bool IsStorable(string text) => !text.Contains('\0', StringComparison.Ordinal);

    private string Own() => Value(_caller.SourceId);

    private string Sql(string text)
    {
        _conditions++;
        return text;
    }

    private string Value(object value)
    {
        var name = $"@f{_parameters.Count}";
        _parameters.Add((name, value));
        return name;
    }
}
