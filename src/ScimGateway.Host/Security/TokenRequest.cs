using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace ScimGateway.Host.Security;

/// <summary>What a client asks the token endpoint for, and by what it proves itself (RFC 6749 §4.4.2, §2.3).</summary>
/// <param name="Client">Its id; null where the assertion alone says it.</param>
/// <param name="Secret">Its secret; null where it shows an assertion.</param>
/// <param name="Assertion">The assertion; null where it shows a secret.</param>
internal sealed record TokenRequest(string? Client, string? Secret, string? Assertion)
{
    private const int MostBytes = 16 << 10;
    private const int MostFields = 20;
    private const string Form = "application/x-www-form-urlencoded";
    private const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    /// <summary>Reads a request; nothing in it depends on the tenant.</summary>
    /// <exception cref="TokenRefusedException">It cannot be one.</exception>
    public static async Task<TokenRequest> ReadAsync(HttpContext context)
    {
        var form = Fields(await BodyAsync(context));
        switch (form.GetValueOrDefault("grant_type"))
        {
            case null:
                throw TokenRefusedException.Request("grant_type is missing; send grant_type=client_credentials.");
            case not "client_credentials":
                throw new TokenRefusedException(
                    400,
                    "unsupported_grant_type",
                    "There is only the grant type client_credentials."
                );
        }
        var (id, secret) = (form.GetValueOrDefault("client_id"), form.GetValueOrDefault("client_secret"));
        var assertion = form.GetValueOrDefault("client_assertion");
        var inHeader = Basic(context.Request);
        if (new[] { inHeader?.Secret, secret, assertion }.Count(one => one is not null) > 1)
            throw TokenRefusedException.Request(
                "The client proves itself in more than one way; send its secret in the header or in the body, or an assertion."
            );
        if (inHeader is { } basic)
            return id is null || id == basic.Client
                ? new TokenRequest(basic.Client, basic.Secret, null)
                : throw TokenRefusedException.Request("Header and body name two clients.");
        if (assertion is not null && form.GetValueOrDefault("client_assertion_type") != AssertionType)
            throw TokenRefusedException.Request($"The client_assertion_type has to be {AssertionType}.");
        return new TokenRequest(id, secret, assertion);
    }

    // Records print what they hold.
    public override string ToString() => nameof(TokenRequest);

    private static async Task<string> BodyAsync(HttpContext context)
    {
        if (
            !MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
            || !Form.Equals(type.MediaType, StringComparison.OrdinalIgnoreCase)
        )
            throw TokenRefusedException.Request($"The body has to be {Form}.");
        var room = ArrayPool<byte>.Shared.Rent(MostBytes + 1);
        try
        {
            var length = await context.Request.Body.ReadAtLeastAsync(
                room.AsMemory(0, MostBytes + 1),
                MostBytes + 1,
                throwOnEndOfStream: false,
                context.RequestAborted
            );
            return length <= MostBytes
                ? Encoding.UTF8.GetString(room, 0, length)
                : throw TokenRefusedException.Request("The body has more than 16 KiB.");
        }
        // Such as a chunk whose size is no number, or a body that stops half-way.
        catch (IOException e) when (!context.RequestAborted.IsCancellationRequested)
        {
            var bad = BrokenRequest.Of(e);
            throw new TokenRefusedException(bad.StatusCode, "invalid_request", BrokenRequest.Sentence(bad));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(room, clearArray: true); // it had a secret
        }
    }

    private static Dictionary<string, string> Fields(string body)
    {
        using var reader = new FormReader(body) { ValueCountLimit = MostFields, ValueLengthLimit = MostBytes };
        try
        {
            var fields = reader.ReadForm();
            // RFC 6749 §3.2: none twice; and one without a value is as if it were not there.
            return fields.Values.All(values => values.Count == 1)
                ? fields
                    .Where(field => field.Value.ToString().Length > 0)
                    .ToDictionary(field => field.Key, field => field.Value.ToString(), StringComparer.Ordinal)
                : throw TokenRefusedException.Request("A parameter is there twice.");
        }
        catch (InvalidDataException)
        {
            throw TokenRefusedException.Request($"The body is no form; it has {MostFields} parameters at most.");
        }
    }

    // RFC 6749 §2.3.1: both are encoded as in a form before they are put together.
    private static (string Client, string Secret)? Basic(HttpRequest request)
    {
        if (request.Headers.Authorization.Count == 0)
            return null;
        var given = GivenCredential.Read(request);
        Span<byte> pair = stackalloc byte[SecretHash.MostCharacters];
        if (
            given.Kind != CredentialKind.Basic
            || given.Value.Length > SecretHash.MostCharacters
            || !Convert.TryFromBase64Chars(given.Value, pair, out var length)
        )
            throw TokenRefusedException.Client();
        var text = Encoding.UTF8.GetString(pair[..length]);
        return text.Split(':', 2) is [var client, var secret]
            ? (WebUtility.UrlDecode(client), WebUtility.UrlDecode(secret))
            : throw TokenRefusedException.Client();
    }
}

/// <summary>No token is given (RFC 6749 §5.2); its words are for whoever set the client up.</summary>
internal sealed class TokenRefusedException(int status, string error, string message, TimeSpan? wait = null)
    : Exception(message)
{
    /// <summary>The status.</summary>
    public int Status => status;

    /// <summary>The word for programs.</summary>
    public string Error => error;

    /// <summary>When to try again; null where that would not help.</summary>
    public TimeSpan? Wait => wait;

    /// <summary>The request makes no sense.</summary>
    public static TokenRefusedException Request(string message) => new(400, "invalid_request", message);

    /// <summary>Whoever asks is not known: the same for no such tenant, no such client and a wrong proof.</summary>
    public static TokenRefusedException Client() =>
        new(
            401,
            "invalid_client",
            "No such client, or what it shows is wrong or has expired. Make a new credential of the source."
        );
}
