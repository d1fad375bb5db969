using ScimGateway.Protocol.Filters;
using ScimGateway.Protocol.Paths;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Provisioning.Reads;

/// <summary>
/// What of a filter SQL can tell. Pure: the columns are those of a resource called r. What users and groups share is
/// here; what only one of them has, a kind of it adds.
/// </summary>
internal abstract class ResourceFilter
{
    // Beyond these a row is asked itself: nobody writes so many by hand, and the texts of statements stay few.
    private const int MostConditions = 16;

    private const string Everybody = "1 = 1";

    /// <summary>A condition that nothing meets.</summary>
    protected const string Nobody = "1 = 0";

    private readonly Kind _kind;
    private readonly Caller _caller;
    private readonly SqlDialect _sql;
    private readonly List<(string Name, object? Value)> _parameters = [];
    private int _conditions;

    private protected ResourceFilter(Kind kind, Caller caller, SqlDialect sql) =>
        (_kind, _caller, _sql) = (kind, caller, sql);

    /// <summary>Splits the filter of what is sought as this caller may use it.</summary>
    public static SqlFilter Split(Sought sought, Caller caller, SqlDialect sql)
    {
        if (sought.Filter is null)
            return SqlFilter.None;
        ResourceFilter split = sought.Kind == Kind.User ? new UserFilter(caller, sql) : new GroupFilter(caller, sql);
        var (where, rest) = split.Narrow(sought.Filter);
        return new SqlFilter(where, split._parameters, rest);
    }

    /// <summary>
    /// The condition of a comparison that only this kind has, by the names of the attribute and its part; null if SQL
    /// cannot tell.
    /// </summary>
    protected abstract Condition? Condition(AttributeTarget target, Filter.Compare f);

    /// <summary>
    /// The condition that one part of an element compares so, of a multi-valued attribute of this kind; null if SQL
    /// cannot tell.
    /// </summary>
    protected abstract Condition? Element(string attribute, Filter.Compare f);

    private (Condition? Where, Filter? Remainder) Narrow(Filter filter)
    {
        switch (filter)
        {
            case Filter.And f:
                var (left, leftRest) = Narrow(f.Left);
                var (right, rightRest) = Narrow(f.Right);
                return (
                    left is { } one && right is { } two ? one.And(two) : left ?? right,
                    leftRest is null ? rightRest
                    : rightRest is null ? leftRest
                    : new Filter.And(leftRest, rightRest)
                );
            case Filter.Or f:
                var before = _parameters.Count;
                var (either, eitherRest) = Narrow(f.Left);
                var (or, orRest) = Narrow(f.Right);
                if (either is { } first && or is { } second)
                    return (first.Or(second), eitherRest is null && orRest is null ? null : f);
                _parameters.RemoveRange(before, _parameters.Count - before);
                return (null, f);
            case Filter.Compare f when Room:
                return Condition(f) is { } exact ? (exact, null) : (null, f);
            case Filter.Where { Element: Filter.Compare element } f when Room && Part(f.Path, element) is { } same:
                return (same, null);
            case Filter.Where f:
                // Who has an element with such a value at all; whether one element meets the whole filter is for the
                // row to say.
                return (
                    Conjuncts(f.Element)
                        .OfType<Filter.Compare>()
                        .Where(_ => Room)
                        .Select(part => Part(f.Path, part))
                        .FirstOrDefault(sql => sql is not null),
                    f
                );
            default:
                return (null, filter);
        }
    }

    private bool Room => _conditions < MostConditions;

    private static IEnumerable<Filter> Conjuncts(Filter filter) =>
        filter is Filter.And and ? Conjuncts(and.Left).Concat(Conjuncts(and.Right)) : [filter];

    private Condition? Part(AttributePath path, Filter.Compare element) =>
        element.Path is { Schema: null, Sub: null }
        && GatewayTypes.Of(_kind).Find(path) is { Extension: null, Attribute: { } attribute, Sub: null }
            ? Element(attribute.Name, element)
            : null;

    private Condition? Condition(Filter.Compare f) =>
        GatewayTypes.Of(_kind).Find(f.Path) switch
        {
            { Extension: null, Attribute: { } core } target => (core.Name, target.Sub?.Name) switch
            {
                ("displayName", null) => Key("r.display_name_key", f, isUnique: false),
                ("id", null) => Id(f),
                ("externalId", null) => Equal(
                    f,
                    text => Led($"r.source_id = {Value(_caller.SourceId)} and r.external_id = {Value(text)}")
                ),
                ("meta", "created") => Moment("r.created", f),
                ("meta", "lastModified") => Moment("r.modified", f),
                ("meta", "resourceType") => Equal(
                    f,
                    text => text == GatewayTypes.Of(_kind).Name ? Sql(Everybody) : Led(Nobody)
                ),
                _ => Condition(target, f),
            },
            { Extension.Id: LinkSchema.Id, Attribute.Name: "state" } => Equal(f, State),
            { Extension.Id: LinkSchema.Id, Attribute.Name: "slackId" } => Equal(
                f,
                text =>
                    Led(
                        $"r.link_id in (select l.id from links l where l.tenant_id = @tenant and l.kind = {(int)_kind} and l.slack_id = {Value(text)})"
                    )
            ),
            { Attribute: not null } target => Condition(target, f),
            _ => null,
        };

    /// <summary>The condition of a folded name.</summary>
    protected Condition? Key(string column, Filter.Compare f, bool isUnique)
    {
        if (f.Value is not Literal.Text { Value: var text })
            return null;
        var key = Fold.Key(text);
        return f.Op switch
        {
            _ when !IsStorable(text)
                    && f.Op is CompareOp.Equal or CompareOp.Contains or CompareOp.StartsWith or CompareOp.EndsWith =>
                Led(Nobody),
            CompareOp.Equal => isUnique ? Led($"{column} = {Value(key)}") : LedToMany($"{column} = {Value(key)}"),
            CompareOp.Contains => Has(column, key),
            CompareOp.StartsWith => Sql($"substr({column}, 1, {Characters(key)}) = {Value(key)}"),
            CompareOp.EndsWith => Sql($"substr({column}, length({column}) - {Characters(key) - 1}) = {Value(key)}"),
            _ => null,
        };
    }

    /// <summary>
    /// The condition of a part of a key. Not by SQLite's "like", which goes back letter by letter: to look for 128 times
    /// "a" and a "b" in 256 times "a" took it a hundred times as long.
    /// </summary>
    protected Condition Has(string column, string key) =>
        IsStorable(key) ? Sql(_sql.Has(column, Value(key))) : Led(Nobody);

    // As SQLite counts.
    private static int Characters(string key) => key.EnumerateRunes().Count();

    // An id is a lower-case UUID and compares exactly, so anything else is nobody's.
    private Condition? Id(Filter.Compare f) =>
        Equal(f, text => ResourceId.Parse(text) is { } id ? Led($"r.id = {Value(id.Value)}") : Led(Nobody));

    /// <summary>The condition of an equality with a text.</summary>
    protected Condition? Equal(Filter.Compare f, Func<string, Condition> condition) =>
        f is not { Op: CompareOp.Equal, Value: Literal.Text { Value: var text } } ? null
        : IsStorable(text) ? condition(text)
        : Led(Nobody);

    /// <summary>
    /// The condition of an equality with the id of a member or group, which compares without case: so RFC 7643 §8.7.1
    /// has it of a value that refers to another resource.
    /// </summary>
    protected Condition? Other(Filter.Compare f, Func<string, Condition> condition) =>
        Equal(f, text => ResourceId.ParseReference(text) is { } id ? condition(Value(id.Value)) : Led(Nobody));

    // Nearly all links are settled, and in a great onboarding pending: then a walk over the list is shorter than a
    // look-up for each.
    private Condition State(string word) =>
        LinkSchema.State(word) switch
        {
            null => Led(Nobody),
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
    private Condition? Moment(string column, Filter.Compare f)
    {
        if (f.Value is not Literal.Text { Value: var text } || !Moments.TryParse(text, out var moment))
            return null;
        var floor = Instant.Of(moment);
        var whole = moment.UtcTicks % TimeSpan.TicksPerMillisecond == 0;
        return f.Op switch
        {
            CompareOp.Equal => whole ? Sql($"{column} = {Value(floor)}") : Led(Nobody),
            CompareOp.Greater => Sql($"{column} > {Value(floor)}"),
            CompareOp.GreaterOrEqual => Sql($"{column} {(whole ? ">=" : ">")} {Value(floor)}"),
            CompareOp.Less => Sql($"{column} {(whole ? "<" : "<=")} {Value(floor)}"),
            CompareOp.LessOrEqual => Sql($"{column} <= {Value(floor)}"),
            _ => null,
        };
    }

    /// <summary>
    /// Whether a text can be stored: no document holds a NUL (ScimJson), and no database looks for one.
    /// </summary>
    protected static bool IsStorable(string text) => !text.Contains('\0', StringComparison.Ordinal);

    /// <summary>A condition that each resource is asked.</summary>
    protected Condition Sql(string text) => Counted(new Condition(text, Lead.None));

    /// <summary>A condition by which an index leads to a few at most.</summary>
    protected Condition Led(string text) => Counted(new Condition(text, Lead.ToFew));

    /// <summary>A condition by which an index leads, perhaps to many.</summary>
    protected Condition LedToMany(string text) => Counted(new Condition(text, Lead.ToMany));

    private Condition Counted(Condition condition)
    {
        _conditions++;
        return condition;
    }

    /// <summary>The name of a parameter with that value.</summary>
    protected string Value(object value)
    {
        // The filters of both kinds may stand in one statement.
        var name = $"@{(_kind == Kind.User ? 'f' : 'g')}{_parameters.Count}";
        _parameters.Add((name, value));
        return name;
    }
}
