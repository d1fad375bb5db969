using System.Collections.Frozen;

namespace ScimGateway.Protocol.Deviations;

/// <summary>
/// A named habit of identity providers that the RFCs do not cover. Each is understood in one place, the method that
/// bears its name, and can be switched off by it.
/// </summary>
public sealed record Deviation
{
    private static readonly List<Deviation> _all = [];

    private Deviation(string name, string habit)
    {
        Name = name;
        Habit = habit;
        _all.Add(this);
    }

    /// <summary>The name, which settings and journals use.</summary>
    public string Name { get; }

    /// <summary>What the provider does, in a sentence.</summary>
    public string Habit { get; }

    // Names and URNs

    /// <summary><c>manager</c> for <c>urn:…:enterprise:2.0:User:manager</c>.</summary>
    public static readonly Deviation BareExtensionName = new(
        nameof(BareExtensionName),
        "An attribute of an extension is named without the extension's URN."
    );

    /// <summary><c>urn:…:enterprise:2.0:User.manager</c>.</summary>
    public static readonly Deviation DottedUrn = new(
        nameof(DottedUrn),
        "A dot stands between an extension's URN and the attribute."
    );

    /// <summary><c>urn:scim:schemas:extension:enterprise:1.0.department</c>.</summary>
    public static readonly Deviation LegacyEnterpriseUrn = new(
        nameof(LegacyEnterpriseUrn),
        "The enterprise extension is named by its SCIM 1.1 URN."
    );

    /// <summary><c>email co "x"</c>.</summary>
    public static readonly Deviation EmailForEmails = new(
        nameof(EmailForEmails),
        "The e-mail addresses are called email."
    );

    // Values

    /// <summary><c>"active": "False"</c>.</summary>
    public static readonly Deviation BooleanAsText = new(nameof(BooleanAsText), "A boolean is written as a string.");

    /// <summary><c>"displayName": ["Crew"]</c>.</summary>
    public static readonly Deviation WrappedScalar = new(
        nameof(WrappedScalar),
        "A single value is wrapped in an array."
    );

    /// <summary><c>"emails": {"value": "…"}</c>.</summary>
    public static readonly Deviation LoneElement = new(
        nameof(LoneElement),
        "A multi-valued attribute is given as one value without an array."
    );

    /// <summary><c>"manager": "26118915"</c>.</summary>
    public static readonly Deviation BareValue = new(
        nameof(BareValue),
        "A complex value is given as the text of its sub-attribute value."
    );

    /// <summary><c>"title": ""</c>.</summary>
    public static readonly Deviation EmptyText = new(nameof(EmptyText), "An empty string clears an attribute.");

    /// <summary><c>"value": "[{\"value\":\"Admin\"}]"</c>.</summary>
    public static readonly Deviation PackedJson = new(
        nameof(PackedJson),
        "A complex value is JSON packed into a string."
    );

    /// <summary><c>"timezone": "W. Europe Standard Time"</c>.</summary>
    public static readonly Deviation WindowsTimeZone = new(
        nameof(WindowsTimeZone),
        "A time zone is called what Windows calls it."
    );

    // Whole resources

    /// <summary>Two e-mail addresses, both <c>"primary": true</c>.</summary>
    public static readonly Deviation TwoPrimaries = new(nameof(TwoPrimaries), "More than one value is marked primary.");

    /// <summary>A body without <c>schemas</c>, or one whose <c>schemas</c> lacks the schema in use.</summary>
    public static readonly Deviation SchemasLeftOut = new(
        nameof(SchemasLeftOut),
        "The body does not name the schemas it uses."
    );

    // Filters

    /// <summary><c>userName eq bjensen</c>.</summary>
    public static readonly Deviation UnquotedValue = new(
        nameof(UnquotedValue),
        "A filter compares with a value that has no quotation marks."
    );

    /// <summary><c>( title pr )</c>.</summary>
    public static readonly Deviation StrayBlank = new(
        nameof(StrayBlank),
        "A filter has blanks at its ends or inside parentheses."
    );

    /// <summary><c>emails[type eq "work"].value eq "x"</c>.</summary>
    public static readonly Deviation ComparedValuePath = new(
        nameof(ComparedValuePath),
        "A filter compares a sub-attribute behind a value path."
    );

    /// <summary><c>manager eq "26118915"</c>.</summary>
    public static readonly Deviation ComplexForValue = new(
        nameof(ComplexForValue),
        "A filter compares a single complex attribute and means its value."
    );

    /// <summary><c>attributes=emails[type eq "work"]</c>.</summary>
    public static readonly Deviation FilteredProjection = new(
        nameof(FilteredProjection),
        "A value path is given where only attribute names are expected."
    );

    // PATCH

    /// <summary><c>"op": "Add"</c>.</summary>
    public static readonly Deviation OperationInCapitals = new(
        nameof(OperationInCapitals),
        "An operation is not in lower case."
    );

    /// <summary><c>"Operations": []</c>.</summary>
    public static readonly Deviation NoOperations = new(
        nameof(NoOperations),
        "A PATCH without operations changes nothing."
    );

    /// <summary><c>{"op": "replace", "value": {"name.givenName": "x"}}</c>.</summary>
    public static readonly Deviation DottedKey = new(
        nameof(DottedKey),
        "A value without a path has sub-attribute paths as its keys."
    );

    /// <summary><c>{"op": "replace", "value": {"urn:…:User:department": "x"}}</c>.</summary>
    public static readonly Deviation UrnKey = new(
        nameof(UrnKey),
        "A value without a path has full attribute URNs as its keys."
    );

    /// <summary><c>{"op": "replace", "value": {"id": "…", "displayName": "x"}}</c>.</summary>
    public static readonly Deviation ReadOnlyInValue = new(
        nameof(ReadOnlyInValue),
        "A value without a path carries read-only attributes such as id and meta."
    );

    /// <summary>
    /// <c>{"op": "replace", "path": "phoneNumbers[type eq \"mobile\"].value", …}</c> where there is no such number.
    /// </summary>
    public static readonly Deviation MissingElement = new(
        nameof(MissingElement),
        "A filtered path that meets nothing creates the element that the filter describes."
    );

    /// <summary><c>{"op": "Remove", "path": "members", "value": [{"value": "…"}]}</c>.</summary>
    public static readonly Deviation RemoveListed = new(
        nameof(RemoveListed),
        "A remove lists the values that are to go."
    );

    /// <summary><c>{"op": "remove", "path": "members", "value": {"members": [{"value": "…"}]}}</c>.</summary>
    public static readonly Deviation RemoveNested = new(
        nameof(RemoveNested),
        "A remove lists the values that are to go in an object named like the attribute."
    );

    /// <summary><c>{"op": "Remove", "path": "emails[type eq \"other\"].value"}</c>.</summary>
    public static readonly Deviation ElementWithoutValue = new(
        nameof(ElementWithoutValue),
        "Taking the value from an element takes the element."
    );

    /// <summary>All there are, in the order above.</summary>
    public static IReadOnlyList<Deviation> All { get; } = _all.AsReadOnly();

    private static readonly FrozenDictionary<string, Deviation> _byName = _all.ToFrozenDictionary(
        d => d.Name,
        StringComparer.OrdinalIgnoreCase
    );

    /// <summary>The deviation of that name, or null.</summary>
    public static Deviation? Named(string name) => _byName.GetValueOrDefault(name);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
