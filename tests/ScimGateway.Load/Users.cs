namespace ScimGateway.Load;

/// <summary>The users that are written, as Entra ID would.</summary>
internal static class Users
{
    public const string Path = "/demo/scim/v2/Users";

    public static string Name(string series, int number) => $"{series}{number:D7}@example.com";

    public static string Document(string series, int number) =>
        $$$"""
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
            "externalId":"{{{series}}}-{{{number}}}","userName":"{{{Name(series, number)}}}","active":true,
            "displayName":"Ada Lovelace {{{number}}}","name":{"givenName":"Ada","familyName":"Lovelace {{{number}}}","formatted":"Ada Lovelace {{{number}}}"},
            "emails":[{"type":"work","value":"{{{Name(series, number)}}}","primary":true}],
            "phoneNumbers":[{"type":"work","value":"+44 20 7946 {{{number}}}"}],"title":"Analyst","preferredLanguage":"en-GB",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"employeeNumber":"{{{number}}}","department":"Engines","costCenter":"1842"}}
            """;

    /// <summary>Somebody who is there, as a whole, with a title.</summary>
    public static string Whole(SampleUser user, string title) =>
        $$$"""
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"{{{user.UserName}}}","active":true,"title":"{{{title}}}",
            "name":{"givenName":"Ada","familyName":"Lovelace"},"emails":[{"type":"work","value":"{{{user.Email}}}","primary":true}]}
            """;

    /// <summary>A change of one value.</summary>
    public static string Patch(string title) =>
        $$$"""
            {"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","path":"title","value":"{{{title}}}"}]}
            """;
}
