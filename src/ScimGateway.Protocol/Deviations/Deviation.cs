using System.Collections.Frozen;

namespace ScimGateway.Protocol.Deviations;

/// <summary>
/// A named habit of identity providers that the RFCs do not cover. Each is understood in one place, the method that
/// bears its name, and can be switched off by it. docs/deviations.md is printed from these.
/// </summary>
public sealed record Deviation
{
    private static readonly List<Deviation> _all = [];

    private Deviation(string name)
    {
        Name = name;
        _all.Add(this);
    }

    /// <summary>The name, which settings and journals use.</summary>
    public string Name { get; }

    /// <summary>What the provider does, in a sentence.</summary>
    public required string Habit { get; init; }

    /// <summary>Who does so, and when; reported and inferred as docs/providers.md has it, else documented.</summary>
    public required string Providers { get; init; }

    /// <summary>An example: an operation of a PATCH, a body, or a parameter of a query without its encoding.</summary>
    public required string Wire { get; init; }

    /// <summary>The same as the RFCs have it; empty where nothing is to be done.</summary>
    public required string Made { get; init; }

    /// <summary>The rule that it bends, with its section.</summary>
    public required string Rule { get; init; }

    // Names and URNs

    /// <summary><c>manager</c> for <c>urn:…:enterprise:2.0:User:manager</c>.</summary>
    public static readonly Deviation BareExtensionName = new(nameof(BareExtensionName))
    {
        Habit = "An attribute of an extension is named without the extension's URN.",
        Providers = "Entra ID: `manager` in paths and in the filter that finds a manager",
        Wire = """{"op":"add","path":"manager","value":{"value":"26118915"}}""",
        Made =
            """{"op":"add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":{"value":"26118915"}}""",
        Rule = "RFC 7644 §3.10: the name of an extension's attribute has the URN",
    };

    /// <summary><c>urn:…:enterprise:2.0:User.manager</c>.</summary>
    public static readonly Deviation DottedUrn = new(nameof(DottedUrn))
    {
        Habit = "A dot stands between an extension's URN and the attribute.",
        Providers = "Entra ID's provisioning jobs from before 2018; Microsoft's collection of requests for Postman",
        Wire = """
            filter=urn:ietf:params:scim:schemas:extension:enterprise:2.0:User.department eq "Dock"
            """,
        Made = """
            filter=urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "Dock"
            """,
        Rule = "RFC 7644 §3.10: a colon stands between the URN and the name",
    };

    /// <summary><c>urn:scim:schemas:extension:enterprise:1.0.department</c>.</summary>
    public static readonly Deviation LegacyEnterpriseUrn = new(nameof(LegacyEnterpriseUrn))
    {
        Habit = "The enterprise extension is named by its SCIM 1.1 URN.",
        Providers = "Entra ID, where the target attributes of its gallery app for Slack were copied to another app",
        Wire = """{"op":"replace","path":"urn:scim:schemas:extension:enterprise:1.0.department","value":"Sales"}""",
        Made =
            """{"op":"replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department","value":"Sales"}""",
        Rule = "RFC 7643 §4.3: the extension has another URN in SCIM 2.0",
    };

    /// <summary><c>email co "x"</c>.</summary>
    public static readonly Deviation EmailForEmails = new(nameof(EmailForEmails))
    {
        Habit = "The e-mail addresses are named email.",
        Providers = "PingOne, PingFederate: an example of their filter expression",
        Wire = """
            filter=email co "kim@corp.example"
            """,
        Made = """
            filter=emails co "kim@corp.example"
            """,
        Rule = "RFC 7643 §4.1.2: the attribute is named emails",
    };

    // Values

    /// <summary><c>"active": "False"</c>.</summary>
    public static readonly Deviation BooleanAsText = new(nameof(BooleanAsText))
    {
        Habit = "A boolean is written as a string.",
        Providers = "Entra ID without the flag `aadOptscim062020`; Microsoft's web validator",
        Wire = """{"op":"replace","path":"active","value":"False"}""",
        Made = """{"op":"replace","path":"active","value":false}""",
        Rule = "RFC 7643 §2.3.2: a boolean is JSON's `true` or `false`",
    };

    /// <summary><c>"displayName": ["Crew"]</c>.</summary>
    public static readonly Deviation WrappedScalar = new(nameof(WrappedScalar))
    {
        Habit = "A single value is wrapped in an array.",
        Providers = "Entra ID: the manager (documented), other attributes (reported)",
        Wire = """{"op":"replace","path":"displayName","value":["Kim"]}""",
        Made = """{"op":"replace","path":"displayName","value":"Kim"}""",
        Rule = "RFC 7643 §2.4: arrays are for multi-valued attributes",
    };

    /// <summary><c>"emails": {"value": "…"}</c>.</summary>
    public static readonly Deviation LoneElement = new(nameof(LoneElement))
    {
        Habit = "A multi-valued attribute is given as one value without an array.",
        Providers = "OneLogin (reported); Microsoft's collection of requests for Postman",
        Wire = """{"op":"replace","path":"emails","value":{"type":"work","value":"kim@corp.example"}}""",
        Made = """{"op":"replace","path":"emails","value":[{"type":"work","value":"kim@corp.example"}]}""",
        Rule = "RFC 7643 §2.4: a multi-valued attribute is an array",
    };

    /// <summary><c>"manager": "26118915"</c>.</summary>
    public static readonly Deviation BareValue = new(nameof(BareValue))
    {
        Habit = "A complex value is given as the text of its sub-attribute value.",
        Providers = "Entra ID, Microsoft's validators: the manager, members",
        Wire =
            """{"op":"replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":"26118915"}""",
        Made =
            """{"op":"replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":{"value":"26118915"}}""",
        Rule = "RFC 7643 §2.3.8: a complex value is a JSON object",
    };

    /// <summary><c>"title": ""</c>.</summary>
    public static readonly Deviation EmptyText = new(nameof(EmptyText))
    {
        Habit = "An empty string clears an attribute.",
        Providers = "Entra ID, and its validation for new gallery apps",
        Wire = """{"op":"replace","path":"title","value":""}""",
        Made = """{"op":"remove","path":"title"}""",
        Rule = "RFC 7643 §2.5: null and an empty array mean no value; an empty string is a value",
    };

    /// <summary><c>"value": "[{\"value\":\"Admin\"}]"</c>.</summary>
    public static readonly Deviation PackedJson = new(nameof(PackedJson))
    {
        Habit = "A complex value is JSON packed into a string.",
        Providers = "Entra ID, where roles are mapped by `SingleAppRoleAssignment`",
        Wire = """{"op":"add","path":"roles","value":"[{\"primary\":true,\"value\":\"Admin\"}]"}""",
        Made = """{"op":"add","path":"roles","value":[{"primary":true,"value":"Admin"}]}""",
        Rule = "RFC 7643 §2.3.8: a complex value is a JSON object",
    };

    /// <summary><c>"timezone": "W. Europe Standard Time"</c>.</summary>
    public static readonly Deviation WindowsTimeZone = new(nameof(WindowsTimeZone))
    {
        Habit = "A time zone has its Windows name.",
        Providers = "any provider with users from Active Directory or Exchange (inferred)",
        Wire = """{"op":"replace","path":"timezone","value":"W. Europe Standard Time"}""",
        Made = """{"op":"replace","path":"timezone","value":"Europe/Berlin"}""",
        Rule = "RFC 7643 §4.1.1: time zones have the names of the IANA database",
    };

    // Whole resources

    /// <summary>Two e-mail addresses, both <c>"primary": true</c>.</summary>
    public static readonly Deviation TwoPrimaries = new(nameof(TwoPrimaries))
    {
        Habit = "More than one value is marked primary.",
        Providers = "PingOne, where one of the two e-mail attributes is empty",
        Wire =
            """{"op":"replace","path":"emails","value":[{"type":"home","value":"kim@home.example","primary":true},{"type":"work","value":"kim@corp.example","primary":true}]}""",
        Made =
            """{"op":"replace","path":"emails","value":[{"type":"home","value":"kim@home.example","primary":false},{"type":"work","value":"kim@corp.example","primary":true}]}""",
        Rule = "RFC 7643 §2.4: at most one value is `primary`",
    };

    /// <summary>A body without <c>schemas</c>, or one whose <c>schemas</c> lacks the schema in use.</summary>
    public static readonly Deviation SchemasLeftOut = new(nameof(SchemasLeftOut))
    {
        Habit = "The body does not name the schemas it uses.",
        Providers = "scripts and hand-made requests; clients that name the extension alone",
        Wire = """{"userName":"kim"}""",
        Made = """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"kim"}""",
        Rule = "RFC 7643 §3, RFC 7644 §3.5.2: `schemas` is required",
    };

    // Filters

    /// <summary><c>userName eq bjensen</c>.</summary>
    public static readonly Deviation UnquotedValue = new(nameof(UnquotedValue))
    {
        Habit = "A filter compares with a value that has no quotation marks.",
        Providers =
            "PingFederate, as its settings print the filter; authentik (reported); former documentation of Entra ID",
        Wire = "filter=userName eq kim",
        Made = """
            filter=userName eq "kim"
            """,
        Rule = "RFC 7644 §3.4.2.2: a value is written as in JSON",
    };

    /// <summary><c>( title pr )</c>.</summary>
    public static readonly Deviation StrayBlank = new(nameof(StrayBlank))
    {
        Habit = "A filter has blanks at its ends or inside parentheses.",
        Providers = "any provider whose filter is a template that people edit (inferred)",
        Wire = """filter=( userName eq "kim" )""",
        Made = """filter=(userName eq "kim")""",
        Rule = "RFC 7644 §3.4.2.2: the grammar allows no blanks there",
    };

    /// <summary><c>emails[type eq "work"].value eq "x"</c>.</summary>
    public static readonly Deviation ComparedValuePath = new(nameof(ComparedValuePath))
    {
        Habit = "A filter compares a sub-attribute after a value path.",
        Providers = "Entra ID, where users are matched by their work address",
        Wire = """
            filter=emails[type eq "work"].value eq "kim@corp.example"
            """,
        Made = """filter=emails[type eq "work" and value eq "kim@corp.example"]""",
        Rule = "RFC 7644 §3.4.2.2: nothing follows a value path's brackets",
    };

    /// <summary><c>manager eq "26118915"</c>.</summary>
    public static readonly Deviation ComplexForValue = new(nameof(ComplexForValue))
    {
        Habit = "A filter compares a single complex attribute instead of its value.",
        Providers = "Entra ID: the filter that finds a manager",
        Wire = """
            filter=urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager eq "26118915"
            """,
        Made = """
            filter=urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq "26118915"
            """,
        Rule = "RFC 7643 §2.4: only a multi-valued attribute stands for its `value`",
    };

    /// <summary><c>attributes=emails[type eq "work"]</c>.</summary>
    public static readonly Deviation FilteredProjection = new(nameof(FilteredProjection))
    {
        Habit = "A value path stands where only attribute names are expected.",
        Providers = "Microsoft's collection of requests for Postman",
        Wire = """attributes=emails[type eq "work"]""",
        Made = "attributes=emails",
        Rule = "RFC 7644 §3.9: attribute names have no filter",
    };

    // PATCH

    /// <summary><c>"op": "Add"</c>.</summary>
    public static readonly Deviation OperationInCapitals = new(nameof(OperationInCapitals))
    {
        Habit = "An operation is not in lower case.",
        Providers = "Entra ID without the flag `aadOptscim062020`",
        Wire = """{"op":"Replace","path":"title","value":"Guide"}""",
        Made = """{"op":"replace","path":"title","value":"Guide"}""",
        Rule = "RFC 7644 §3.5.2: `op` is `add`, `remove` or `replace`",
    };

    /// <summary><c>"Operations": []</c>.</summary>
    public static readonly Deviation NoOperations = new(nameof(NoOperations))
    {
        Habit = "A PATCH has no operations.",
        Providers = "Microsoft's web validator (reported)",
        Wire = """{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[]}""",
        Made = "",
        Rule = "RFC 7644 §3.5.2: a PATCH has at least one operation",
    };

    /// <summary><c>{"op": "replace", "value": {"name.givenName": "x"}}</c>.</summary>
    public static readonly Deviation DottedKey = new(nameof(DottedKey))
    {
        Habit = "A value without a path has sub-attribute paths as its keys.",
        Providers = "Entra ID with the flag `aadOptscim062020`; JumpCloud, Okta (reported)",
        Wire = """{"op":"replace","value":{"name.givenName":"Kim"}}""",
        Made = """{"op":"replace","path":"name.givenName","value":"Kim"}""",
        Rule = "RFC 7644 §3.5.2.3: a value without a path is a set of attributes",
    };

    /// <summary><c>{"op": "replace", "value": {"urn:…:User:department": "x"}}</c>.</summary>
    public static readonly Deviation UrnKey = new(nameof(UrnKey))
    {
        Habit =
            "A value without a path has full attribute URNs as its keys, or the core schema in an object as extensions are.",
        Providers = "Entra ID with the flag `aadOptscim062020`",
        Wire =
            """{"op":"replace","value":{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department":"Sales"}}""",
        Made =
            """{"op":"replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department","value":"Sales"}""",
        Rule = "RFC 7643 §3.3: an extension's attributes are in an object named by its URN",
    };

    /// <summary><c>{"op": "replace", "value": {"id": "…", "displayName": "x"}}</c>.</summary>
    public static readonly Deviation ReadOnlyInValue = new(nameof(ReadOnlyInValue))
    {
        Habit = "A value without a path carries read-only attributes such as id and meta.",
        Providers = "Okta, each time it renames a group or changes its members",
        Wire = """{"op":"replace","value":{"id":"26118915","title":"Guide"}}""",
        Made = """{"op":"replace","value":{"title":"Guide"}}""",
        Rule = "RFC 7644 §3.5.2: a PATCH cannot change read-only attributes",
    };

    /// <summary>
    /// <c>{"op": "replace", "path": "phoneNumbers[type eq \"mobile\"].value", …}</c> where there is no such number.
    /// </summary>
    public static readonly Deviation MissingElement = new(nameof(MissingElement))
    {
        Habit = "A filtered path that matches nothing creates the element that the filter describes.",
        Providers = "Entra ID, with and without the flag `aadOptscim062020`",
        Wire = """{"op":"replace","path":"phoneNumbers[type eq \"mobile\"].value","value":"+1 555 0100"}""",
        Made = """{"op":"add","path":"phoneNumbers","value":[{"type":"mobile","value":"+1 555 0100"}]}""",
        Rule = "RFC 7644 §3.5.2.3: a replace whose filter matches nothing fails with `noTarget`",
    };

    /// <summary><c>{"op": "Remove", "path": "members", "value": [{"value": "…"}]}</c>.</summary>
    public static readonly Deviation RemoveListed = new(nameof(RemoveListed))
    {
        Habit = "A remove lists the values to remove.",
        Providers = "Entra ID without the flag `aadOptscim062020`; JumpCloud (reported)",
        Wire = """{"op":"remove","path":"members","value":[{"value":"26118915"}]}""",
        Made = """{"op":"remove","path":"members[value eq \"26118915\"]"}""",
        Rule = "RFC 7644 §3.5.2.2: a remove has no value; without a filter it removes all",
    };

    /// <summary><c>{"op": "remove", "path": "members", "value": {"members": [{"value": "…"}]}}</c>.</summary>
    public static readonly Deviation RemoveNested = new(nameof(RemoveNested))
    {
        Habit = "A remove lists the values to remove in an object named like the attribute.",
        Providers = "Salesforce (reported)",
        Wire = """{"op":"remove","path":"members","value":{"members":[{"value":"26118915"}]}}""",
        Made = """{"op":"remove","path":"members[value eq \"26118915\"]"}""",
        Rule = "RFC 7644 §3.5.2.2: a remove has no value; without a filter it removes all",
    };

    /// <summary><c>{"op": "Remove", "path": "emails[type eq \"other\"].value"}</c>.</summary>
    public static readonly Deviation ElementWithoutValue = new(nameof(ElementWithoutValue))
    {
        Habit = "Removing the value of an element removes the element.",
        Providers = "Entra ID (reported); PingOne, which sends an empty address",
        Wire = """{"op":"remove","path":"emails[type eq \"home\"].value"}""",
        Made = """{"op":"remove","path":"emails[type eq \"home\"]"}""",
        Rule = "RFC 7644 §3.5.2.2: a path that ends in a sub-attribute removes only that",
    };

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
