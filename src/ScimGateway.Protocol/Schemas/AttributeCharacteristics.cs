namespace ScimGateway.Protocol.Schemas;

/// <summary>The data types of RFC 7643 §2.3, in words that no type of the language has.</summary>
public enum AttributeType
{
    /// <summary>"string": Unicode characters.</summary>
    Text,

    /// <summary>"boolean": true or false.</summary>
    Flag,

    /// <summary>"decimal": a number, with or without a fraction.</summary>
    Number,

    /// <summary>"integer": a whole number.</summary>
    Whole,

    /// <summary>"dateTime": an xsd:dateTime.</summary>
    Moment,

    /// <summary>"binary": Base64 data.</summary>
    Bytes,

    /// <summary>"reference": a URI, absolute or relative.</summary>
    Reference,

    /// <summary>"complex": an object of sub-attributes.</summary>
    Complex,
}

/// <summary>Who may write an attribute (RFC 7643 §7).</summary>
public enum Mutability
{
    /// <summary>Client and server, at any time.</summary>
    ReadWrite,

    /// <summary>The server alone.</summary>
    ReadOnly,

    /// <summary>The client, once.</summary>
    Immutable,

    /// <summary>The client; nobody can read it.</summary>
    WriteOnly,
}

/// <summary>When an attribute is part of an answer (RFC 7643 §7).</summary>
public enum Returned
{
    /// <summary>Unless the client asks for other attributes.</summary>
    Default,

    /// <summary>Whatever the client asks for.</summary>
    Always,

    /// <summary>Never.</summary>
    Never,

    /// <summary>Only if the client names it.</summary>
    Request,
}

/// <summary>How far a value must be unique (RFC 7643 §7).</summary>
public enum Uniqueness
{
    /// <summary>It need not be.</summary>
    None,

    /// <summary>Within the service provider.</summary>
    Server,

    /// <summary>In the world.</summary>
    Global,
}
