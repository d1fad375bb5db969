using System.Text.Json.Nodes;
using static ScimGateway.Conformance.Level;

namespace ScimGateway.Conformance.Rfc7643;

/// <summary>The service provider's configuration (RFC 7643 §5).</summary>
internal static class Configuration
{
    // So many users are made to see that a list of them is cut.
    private const int MostMade = 50;

    private static readonly string[] _schemes = ["oauth", "oauth2", "oauthbearertoken", "httpbasic", "httpdigest"];

    public static readonly Requirement[] All =
    [
        .. new[] { "patch", "bulk", "filter", "changePassword", "sort", "etag" }.Select(Supported),
        Number("bulk", "maxOperations"),
        Number("bulk", "maxPayloadSize"),
        Number("filter", "maxResults"),
        new(
            "RFC7643-5-schemes",
            Must,
            "authenticationSchemes says which there are, each with type, name and description",
            async server =>
            {
                var config = await SaidAsync(server);
                return Verdict.Of(
                    config["authenticationSchemes"] is JsonArray
                        && config
                            .Json.Objects("authenticationSchemes")
                            .All(scheme =>
                                new[] { "type", "name", "description" }.All(name =>
                                    scheme.At(name).AsText() is { Length: > 0 }
                                )
                            ),
                    config
                );
            }
        ),
        new(
            "RFC7643-5-scheme-types",
            Should,
            "types of schemes are those of the RFC",
            async server =>
            {
                var config = await SaidAsync(server);
                var wrong = config
                    .Json.Objects("authenticationSchemes")
                    .Select(scheme => scheme.At("type").AsText())
                    .FirstOrDefault(type => !_schemes.Contains(type));
                return Verdict.Of(wrong is null, $"there is a type '{wrong}'");
            }
        ),
        new(
            "RFC7643-5-public",
            Should,
            "authenticationSchemes may be read by who is not let in yet",
            async server =>
            {
                var config = await server.GetAsync("ServiceProviderConfig", ("Authorization", null));
                return config.Status is 401 or 403
                    ? Verdict.Skipped(
                        "it is not public, for which the RFC leaves room (“with the appropriate security considerations”)"
                    )
                    : Verdict.Of(
                        config["authenticationSchemes"] is JsonArray || config["Resources"] is not null,
                        config
                    );
            }
        ),
        new(
            "RFC7643-5-way-in",
            Should,
            "the way in that is taken is among those that are announced",
            async server =>
            {
                if (server.Token is null)
                    return Verdict.Skipped("no token was given");
                var config = await SaidAsync(server);
                var types = config
                    .Json.Objects("authenticationSchemes")
                    .Select(scheme => scheme.At("type").AsText())
                    .ToList();
                if (types.Count == 0 || (await server.GetAsync("Users?count=1", ("Authorization", null))).IsFine)
                    return Verdict.Skipped("no way in is announced, or none is needed");
                // What is none of the RFC's types may be a bearer token, too.
                return Verdict.Of(types.Any(type => type is not ("httpbasic" or "httpdigest")), config);
            }
        ),
        new(
            "RFC7643-5-password",
            Should,
            "where changePassword is announced users have a password, and it is changed",
            async server =>
            {
                if (server.Announced.Schema(Words.User) is not null && !server.Announced.HasPassword)
                    return Verdict.Broken("changePassword is announced, and the schema of users has no password");
                var user = await server.MadeUserAsync();
                var patched = await server.PatchAsync(
                    Server.At(user),
                    Rfc7644.Patching.Operation("replace", "password", $"t1meMa$heen-{Guid.NewGuid():n}")
                );
                return Verdict.Of(patched.IsFine, patched);
            }
        )
        {
            Needs = Feature.Users | Feature.Patch | Feature.ChangePassword,
        },
        new(
            "RFC7643-5-max-results",
            Must,
            "no list has more than filter.maxResults",
            async server =>
            {
                var config = await SaidAsync(server);
                if (
                    config["filter.maxResults"].AsNumber() is not (> 0 and < 1_000)
                    || config["filter.maxResults"].AsNumber() is not { } most
                )
                    return Verdict.Skipped("it is not said, or more than are made here");
                var there = (await server.GetAsync("Users?count=1"))["totalResults"].AsNumber();
                if (most > MostMade && there <= most)
                    return Verdict.Skipped($"it is {most}, more than are made here");
                for (; there <= most; there++)
                    await server.MadeUserAsync();
                var list = await server.GetAsync(
                    $"Users?filter={Uri.EscapeDataString("userName pr")}&count={most + 1}"
                );
                return Verdict.Of(!list.IsFine || list.Resources.Count <= most, list);
            }
        )
        {
            Needs = Feature.Users | Feature.Filter,
        },
    ];

    // That there is none at all is told once.
    private static async Task<Exchange> SaidAsync(Server server) =>
        await server.GetAsync("ServiceProviderConfig") is { IsFine: true, Json: JsonObject body } config
        && !body.ContainsKey("Resources")
            ? config
            : throw new NotPossibleException("there is no ServiceProviderConfig, as RFC7644-4-configuration tells");

    private static Requirement Supported(string feature) =>
        new(
            $"RFC7643-5-{feature}",
            Must,
            $"{feature}.supported is true or false",
            async server =>
            {
                var config = await SaidAsync(server);
                // Where all of them are written alike it is one mistake.
                return config[$"{feature}.supported"] switch
                {
                    { } said when said.AsFlag() is null => Verdict.Broken(
                        config.ToString(),
                        $"supported is {said.GetValueKind()}"
                    ),
                    var said => Verdict.Of(said is not null, config),
                };
            }
        );

    private static Requirement Number(string feature, string name) =>
        new(
            $"RFC7643-5-{feature}-{name}",
            Must,
            $"{feature}.{name} is a whole number",
            async server =>
            {
                var config = await SaidAsync(server);
                return Verdict.Of(config[$"{feature}.{name}"].AsNumber() is >= 0, config);
            }
        );
}
