using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using ScimGateway.Basics.Files;

namespace ScimGateway.Host.Tests.Security;

/// <summary>
/// An OpenID provider on the loopback, at which somebody is signed in already: discovery, the code flow with PKCE, and what
/// can be wrong with each.
/// </summary>
internal sealed class LittleProvider : IAsyncDisposable
{
    public const string Client = "the-gateway";
    public const string Secret = "a secret of the tests";

    private readonly LittleIssuer _issuer;
    private readonly TimeProvider _clock;
    private readonly ConcurrentDictionary<string, (string Challenge, string Redirect, JsonObject Claims)> _codes = [];

    private LittleProvider(LittleIssuer issuer, TimeProvider clock)
    {
        (_issuer, _clock) = (issuer, clock);
        issuer.Instead = AnswerAsync;
    }

    /// <summary>What it calls itself.</summary>
    public string Name => _issuer.Name;

    /// <summary>What it says of who is signed in there; what is null is left out.</summary>
    public JsonObject Person { get; } =
        new()
        {
            ["sub"] = "ada",
            ["email"] = "ada@corp.example",
            ["email_verified"] = true,
            ["roles"] = new JsonArray("owners"),
        };

    /// <summary>What it says in place of what is right.</summary>
    public JsonObject Says { get; } = [];

    /// <summary>What its metadata say in place of what is right.</summary>
    public JsonObject Announces { get; } = [];

    /// <summary>The error that it sends browsers back with; null for none.</summary>
    public string? Error { get; set; }

    /// <summary>What it answers where its metadata are, in place of them.</summary>
    public RequestDelegate? Metadata { get; set; }

    /// <summary>Makes of its one key what it announces; null for the key itself.</summary>
    public Action<JsonObject>? Announced { get; set; }

    /// <summary>The issuer that its answers name; null for none.</summary>
    public string? Names { get; set; }

    /// <summary>What its token endpoint answers in place of a token.</summary>
    public RequestDelegate? Tokens { get; set; }

    /// <summary>Signs by this key in place of the one that it announces.</summary>
    public RSA? Key { get; set; }

    /// <summary>Makes of the right token what is answered; null for the token itself.</summary>
    public Func<string, string>? Forge { get; set; }

    /// <summary>The key that it signs by.</summary>
    public RSA Signs => _issuer.Key;

    /// <summary>What it was asked for, in this order: the paths.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    /// <summary>What browsers were sent with.</summary>
    public ConcurrentQueue<IQueryCollection> Sent { get; } = [];

    public static async Task<LittleProvider> StartAsync(TimeProvider? clock = null)
    {
        clock ??= TimeProvider.System;
        return new LittleProvider(await LittleIssuer.StartAsync(clock), clock);
    }

    /// <summary>Another key, which it announces from now on.</summary>
    public void Rotate() => _issuer.Rotate("second");

    /// <summary>How the gateway is started to sign people in by it.</summary>
    /// <param name="roles">Who has which role.</param>
    /// <param name="more">What else it is started with.</param>
    public string[] Settings(
        string roles = "owner=owners,operator:acme=helpdesk,viewer=everybody",
        params string[] more
    )
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("scimgateway-provider-").FullName, "secret");
        using (var made = OwnerOnly.NewFile(file))
            made.Write(Encoding.UTF8.GetBytes(Secret + "\n"));
        return
        [
            "--sign-in-issuer",
            Name,
            "--sign-in-client",
            Client,
            "--sign-in-secret-file",
            file,
            "--sign-in-roles",
            roles,
            .. more,
        ];
    }

    public ValueTask DisposeAsync() => _issuer.DisposeAsync();

    private Task AnswerAsync(HttpContext context)
    {
        Asked.Enqueue(context.Request.Path.Value!);
        return context.Request.Path.Value switch
        {
            "/.well-known/openid-configuration" when Metadata is { } instead => instead(context),
            "/.well-known/openid-configuration" => context.Response.WriteAsync(
                With(
                        new JsonObject
                        {
                            ["issuer"] = Name,
                            ["authorization_endpoint"] = $"{Name}/authorize",
                            ["token_endpoint"] = $"{Name}/token",
                            ["jwks_uri"] = $"{Name}/keys",
                        },
                        Announces
                    )
                    .ToJsonString()
            ),
            "/keys" => context.Response.WriteAsync(Keys()),
            "/authorize" => AuthorizeAsync(context),
            "/token" => Tokens is { } instead ? instead(context) : TokenAsync(context),
            _ => Refuse(context, "not_there"),
        };
    }

    private string Keys()
    {
        var keys = JsonNode.Parse(_issuer.Keys())!;
        Announced?.Invoke(keys["keys"]![0]!.AsObject());
        return keys.ToJsonString();
    }

    // Whoever is sent here is signed in already, and sent back at once.
    private Task AuthorizeAsync(HttpContext context)
    {
        var query = context.Request.Query;
        Sent.Enqueue(query);
        var back = new Dictionary<string, string?> { ["state"] = query["state"] };
        if (Names is { } issuer)
            back["iss"] = issuer;
        if (Error is { } error)
            back["error"] = error;
        else
        {
            back["code"] = Guid.NewGuid().ToString("N");
            var claims = new JsonObject
            {
                ["aud"] = Client,
                ["nonce"] = (string?)query["nonce"],
                ["iat"] = _clock.GetUtcNow().ToUnixTimeSeconds(),
            };
            _codes[back["code"]!] = (
                query["code_challenge"]!,
                query["redirect_uri"]!,
                With(With(claims, Person), Says)
            );
        }
        context.Response.Redirect(QueryHelpers.AddQueryString(query["redirect_uri"]!, back));
        return Task.CompletedTask;
    }

    private async Task TokenAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        if (form["client_id"] != Client || form["client_secret"] != Secret)
        {
            await Refuse(context, "invalid_client");
            return;
        }
        if (
            form["grant_type"] != "authorization_code"
            || !_codes.TryRemove(form["code"].ToString(), out var code)
            || code.Redirect != form["redirect_uri"]
            || code.Challenge
                != WebEncoders.Base64UrlEncode(
                    SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))
                )
        )
        {
            await Refuse(context, "invalid_grant");
            return;
        }
        var token = _issuer.Token(code.Claims);
        if (Key is { } other)
        {
            var signed = token[..token.LastIndexOf('.')];
            var signature = other.SignData(
                Encoding.ASCII.GetBytes(signed),
                HashAlgorithmName.SHA256,
                RSASignaturePadding.Pkcs1
            );
            token = $"{signed}.{WebEncoders.Base64UrlEncode(signature)}";
        }
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(
            new JsonObject
            {
                ["id_token"] = Forge?.Invoke(token) ?? token,
                ["access_token"] = "nobody-needs-it",
                ["token_type"] = "Bearer",
                ["expires_in"] = 300,
            }.ToJsonString()
        );
    }

    private static Task Refuse(HttpContext context, string error)
    {
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(new JsonObject { ["error"] = error }.ToJsonString());
    }

    private static JsonObject With(JsonObject usual, JsonObject other)
    {
        foreach (var (name, value) in other)
            usual[name] = value?.DeepClone();
        return usual;
    }
}
