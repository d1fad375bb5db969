using ScimGateway.Host.Security;

namespace ScimGateway.Host.Setup;

/// <summary>The description of all faces, which is in the program.</summary>
internal static class OpenApi
{
    /// <summary>Where it is.</summary>
    public const string Path = "/openapi.yaml";

    /// <summary>Hands it out to anybody: it says nothing of whoever is served here.</summary>
    public static void MapOpenApi(this IEndpointRouteBuilder app) =>
        app.MapMethods(
                Path,
                ReadMethods.All,
                () =>
                    Results.Stream(
                        typeof(OpenApi).Assembly.GetManifestResourceStream("openapi.yaml")!,
                        "application/yaml" // RFC 9512
                    )
            )
            .AllowAnonymous();
}
