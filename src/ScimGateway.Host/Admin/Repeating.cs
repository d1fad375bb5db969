using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Host.Admin;

/// <summary>What an endpoint does: it makes something, so that it may not be done twice by mistake.</summary>
internal sealed record Makes;

/// <summary>
/// Answers a request that makes something, and is sent again with the client's own word for it (Idempotency-Key), as
/// the first time, without a secret. It is noted before anything is made: where nothing is known of its end, that is
/// said, since nobody knows it better.
/// </summary>
internal static class Repeating
{
    /// <summary>The header that has the client's word.</summary>
    public const string Header = "Idempotency-Key";
    private const int MostLetters = 64;

    private static readonly TimeSpan _kept = TimeSpan.FromHours(24);

    /// <summary>The answer, of this time or of the first.</summary>
    public static async ValueTask<object?> OnceAsync(
        EndpointFilterInvocationContext invocation,
        EndpointFilterDelegate next
    )
    {
        var context = invocation.HttpContext;
        var word = context.Request.Headers[Header].ToString();
        if (word.Length == 0 || context.GetEndpoint()?.Metadata.GetMetadata<Makes>() is null)
            return await next(invocation);
        if (word.Length > MostLetters || word.AsSpan().ContainsAnyExceptInRange('!', '~'))
            throw Problem.Invalid(Header, $"It has up to {MostLetters} letters of ASCII without blanks.");
        var call = context.Features.GetRequiredFeature<AdminCall>();
        var request = new Repeat
        {
            KeyId = call.Key.Id,
            Word = word,
            // Another tenant may have the slug by now.
            Asked = SHA256.HashData([
                .. Encoding.UTF8.GetBytes(
                    $"{call.Audit.TenantId} {context.Request.Path}{context.Request.QueryString}\n"
                ),
                .. call.Body(),
            ]),
            At = call.Now,
        };
        var former = await call.Store.WriteAsync(
            session => Repeats.Begin(session, request, call.Now - _kept),
            CancellationToken.None
        );
        if (former is not null)
            return Again(context, request, former);
        try
        {
            var answer = await next(invocation);
            (request.Status, request.Answer, request.Location) = (
                (answer as IStatusCodeHttpResult)?.StatusCode ?? StatusCodes.Status200OK,
                call.Remembered,
                context.Response.Headers.Location
            );
            await call.Store.WriteAsync(session => Repeats.End(session, request), CancellationToken.None);
            return answer;
        }
        catch (Exception e) when (Problem.Of(e) is { Status: < 500 })
        {
            await call.Store.WriteAsync(session => Repeats.Forget(session, request), CancellationToken.None);
            throw;
        }
    }

    private static IResult Again(HttpContext context, Repeat request, Repeat former)
    {
        if (!former.Asked.AsSpan().SequenceEqual(request.Asked))
            throw Problem.OtherRequest(
                $"{Header} '{request.Word}' was used for a different request within 24 hours. Use another value."
            );
        if (former is not { Status: { } status, Answer: { } answer })
            throw Problem.NotReady(
                "A request with this key is still running, or the gateway stopped before it ended. Check whether it took effect before you send it again with another key."
            );
        context.Response.Headers.Location = former.Location;
        return Results.Text(answer, "application/json", Encoding.UTF8, status);
    }
}
