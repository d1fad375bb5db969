using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ScimGateway.Host.Security;

namespace ScimGateway.Host.Tests.Security;

/// <summary>An issuer on the loopback: it announces its keys, signs what it is told to and counts who asks.</summary>
internal sealed class LittleIssuer : IAsyncDisposable
{
    /// <summary>What its tokens are for, if nothing else is said.</summary>
    public const string Audience = "api://scim";

    private readonly WebApplication _app;
    private readonly Func<DateTimeOffset> _now;
    private int _asked;

    private LittleIssuer(WebApplication app, Func<DateTimeOffset> now)
    {
        (_app, _now) = (app, now);
        Key = RSA.Create(2048);
        KeyId = "first";
    }

    /// <summary>What it calls itself.</summary>
    public string Name => Url;

    /// <summary>Where it is.</summary>
    public string Url => _app.Urls.First();

    /// <summary>Where it says where its keys are.</summary>
    public string Metadata => $"{Url}/.well-known/openid-configuration";

    /// <summary>The key that it signs by.</summary>
    public RSA Key { get; private set; }

    /// <summary>Its id.</summary>
    public string KeyId { get; private set; }

    /// <summary>How often its keys were asked for.</summary>
    public int Asked => _asked;

    /// <summary>What it does in place of announcing its keys.</summary>
    public RequestDelegate? Instead { get; set; }

    /// <summary>Who it says that it is; itself, where nothing is said.</summary>
    public string? Pretends { get; set; }

    public static async Task<LittleIssuer> StartAsync(TimeProvider clock)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var issuer = new LittleIssuer(app, clock.GetUtcNow);
        app.Run(issuer.AnswerAsync);
        await app.StartAsync();
        return issuer;
    }

    /// <summary>From now on it signs by another key, and announces that alone.</summary>
    public void Rotate(string id) => (Key, KeyId) = (RSA.Create(2048), id);

    /// <summary>As a credential names it.</summary>
    public TrustedIssuer Trusted(params (string Name, string Value)[] claims) =>
        new()
        {
            Issuer = Name,
            Audience = Audience,
            Metadata = Metadata,
            Claims = claims.Length == 0 ? null : claims.ToDictionary(claim => claim.Name, claim => claim.Value),
        };

    /// <summary>Its keys as it announces them.</summary>
    public string Keys() => new JsonObject { ["keys"] = new JsonArray(Jwk(Key, KeyId)) }.ToJsonString();

    /// <summary>A token that says what is usual, and beside that, or in its place, what is given.</summary>
    public string Token(JsonObject? says = null, JsonObject? header = null) =>
        Sign(
            With(
                new JsonObject
                {
                    ["iss"] = Name,
                    ["aud"] = Audience,
                    ["sub"] = "somebody",
                    ["nbf"] = _now().ToUnixTimeSeconds(),
                    ["exp"] = _now().AddMinutes(5).ToUnixTimeSeconds(),
                },
                says
            ),
            With(
                new JsonObject
                {
                    ["alg"] = "RS256",
                    ["typ"] = "JWT",
                    ["kid"] = KeyId,
                },
                header
            ),
            bytes => Key.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
        );

    /// <summary>Puts one together, whatever is in it.</summary>
    public static string Sign(JsonNode claims, JsonNode header, Func<byte[], byte[]> sign)
    {
        var signed = $"{Encoded(header.ToJsonString())}.{Encoded(claims.ToJsonString())}";
        return $"{signed}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    /// <summary>A text in base64url.</summary>
    public static string Encoded(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    /// <summary>A public key as JSON.</summary>
    public static JsonObject Jwk(RSA key, string id)
    {
        var parts = key.ExportParameters(includePrivateParameters: false);
        return new JsonObject
        {
            ["kty"] = "RSA",
            ["use"] = "sig",
            ["kid"] = id,
            ["n"] = Base64Url.EncodeToString(parts.Modulus),
            ["e"] = Base64Url.EncodeToString(parts.Exponent),
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
        Key.Dispose();
    }

    private Task AnswerAsync(HttpContext context)
    {
        Interlocked.Increment(ref _asked);
        return Instead is { } instead ? instead(context)
            : context.Request.Path == "/keys" ? context.Response.WriteAsync(Keys())
            : context.Response.WriteAsync(
                new JsonObject { ["issuer"] = Pretends ?? Name, ["jwks_uri"] = $"{Url}/keys" }.ToJsonString()
            );
    }

    private static JsonObject With(JsonObject usual, JsonObject? other)
    {
        foreach (var (name, value) in other ?? [])
            usual[name] = value?.DeepClone();
        return usual;
    }
}
