using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using ScimGateway.Protocol.Filters;
using ScimGateway.Protocol.Paths;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;

namespace ScimGateway.Protocol.Tests.Properties;

/// <summary>Random filters, and random users whose values those filters have a chance to meet.</summary>
internal static class Generators
{
    private static readonly Gen<string> _text = Gen.OneOf(
        Gen.Elements(
            "ann",
            "Ann",
            "ben@crew.example",
            "",
            "work",
            "home",
            "Ørsted",
            "a \"b\" \\ c",
            "\u00e9\n\t",
            "😀",
            "42",
            "true"
        ),
        ArbMap.Default.GeneratorFor<NonEmptyString>().Select(s => Valid(s.Get))
    );

    // What is called something is not called by blanks, and an address has no letters that are others in disguise.
    private static readonly Gen<string> _name = _text.Where(t => t.Length == 0 || t.Any(char.IsLetterOrDigit));

    private static readonly Gen<string> _address = _name.Where(t =>
        t.All(c => (char.IsAscii(c) && !char.IsControl(c)) || c is 'Ø' or 'é')
    );

    private static readonly Gen<AttributePath> _path = Gen.Elements(
        new AttributePath("userName"),
        new AttributePath("displayName"),
        new AttributePath("externalId"),
        new AttributePath("active"),
        new AttributePath("name", "familyName"),
        new AttributePath("emails"),
        new AttributePath("emails", "type"),
        new AttributePath("meta", "created"),
        new AttributePath(Urn.EnterpriseUser, "department", null),
        new AttributePath(Urn.EnterpriseUser, "manager", "value"),
        new AttributePath("urn:example:unknown:1.0:User", "thing", "$ref")
    );

    private static readonly Gen<AttributePath> _part = Gen.Elements("value", "type", "primary", "display")
        .Select(n => new AttributePath(n));

    private static readonly Gen<Literal> _literal = Gen.OneOf(
        _text.Select(t => (Literal)new Literal.Text(t)),
        Gen.Elements("0", "-1", "3.25", "12345678901234567890", "1E+2").Select(d => (Literal)new Literal.Number(d)),
        Gen.Elements(true, false).Select(f => (Literal)new Literal.Flag(f)),
        Gen.Constant((Literal)new Literal.Null())
    );

    /// <summary>Filters of all shapes.</summary>
    public static Arbitrary<Filter> Filters { get; } =
        Gen.Sized(size => Tree(_path, Math.Min(size, 12), values: true)).ToArbitrary();

    /// <summary>Users as a client may send them.</summary>
    public static Arbitrary<JsonObject> Users { get; } = User().ToArbitrary();

    private static Gen<Filter> Tree(Gen<AttributePath> path, int size, bool values)
    {
        var leaf = Gen.OneOf(
            from p in path
            from op in Gen.Elements(Enum.GetValues<CompareOp>())
            from literal in _literal
            select (Filter)new Filter.Compare(p, op, literal),
            path.Select(p => (Filter)new Filter.Present(p))
        );
        if (size < 2)
            return leaf;

        var half = Tree(path, size / 2, values);
        var shapes = new List<Gen<Filter>>
        {
            leaf,
            half.Select(f => (Filter)new Filter.Not(f)),
            half.Two().Select(f => (Filter)new Filter.And(f.Item1, f.Item2)),
            half.Two().Select(f => (Filter)new Filter.Or(f.Item1, f.Item2)),
        };
        if (values)
            shapes.Add(
                from p in path
                from element in Tree(_part, size / 2, false)
                select (Filter)new Filter.Where(p, element)
            );
        return Gen.OneOf(shapes);
    }

    private static Gen<JsonObject> User() =>
        from userName in _name.Where(t => t.Length > 0)
        from displayName in _name
        from family in _text
        from active in Gen.Elements<bool?>(true, false, null)
        from emails in Email().ListOf(3)
        from department in _text
        from title in _text
        select Build(userName, displayName, family, active, emails, department, title);

    private static Gen<(string Value, string Type, bool? Primary)> Email() =>
        from value in _address
        from type in Gen.Elements("work", "home", "other", "")
        from primary in Gen.Elements<bool?>(null, null, false)
        select (value, type, primary);

    private static JsonObject Build(
        string userName,
        string displayName,
        string family,
        bool? active,
        IEnumerable<(string Value, string Type, bool? Primary)> emails,
        string department,
        string title
    ) =>
        new(new JsonNodeOptions { PropertyNameCaseInsensitive = true })
        {
            ["schemas"] = new JsonArray(Urn.User, Urn.EnterpriseUser),
            ["userName"] = userName,
            ["displayName"] = displayName,
            ["title"] = title,
            ["name"] = new JsonObject { ["familyName"] = family },
            ["active"] = active,
            ["emails"] = new JsonArray([
                .. emails.Select(e => new JsonObject
                {
                    ["value"] = e.Value,
                    ["type"] = e.Type,
                    ["primary"] = e.Primary,
                }),
            ]),
            [Urn.EnterpriseUser] = new JsonObject { ["department"] = department },
            ["urn:example:unknown:1.0:User"] = new JsonObject { ["thing"] = title },
        };

    // JSON has no half surrogate pairs, so neither has what goes into it.
    private static string Valid(string text) => new([.. text.Where(c => !char.IsSurrogate(c))]);
}

internal static class Properties
{
    public static void Check(this Property property, Config config) => FsCheck.Check.One(config, property);
}
