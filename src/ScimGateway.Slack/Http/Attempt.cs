using ScimGateway.Slack.Wire;

namespace ScimGateway.Slack.Http;

/// <summary>What one try brought: a status, or the reason why there is none.</summary>
internal sealed record Attempt(int Status, byte[]? Body, TimeSpan? RetryAfter, string? Trouble)
{
    public const int NotSent = 0;
    public const int Lost = -1;
    public const string TooLong = "the answer is too long";

    public static readonly Attempt OfBudget = new(
        NotSent,
        null,
        null,
        "Slack failed, and its limits leave no room to try again"
    );

    // Whom Slack does not let in it has done nothing for, and the token that it has now was not asked.
    public static readonly Attempt OfFormerToken = new(
        NotSent,
        null,
        null,
        "the token was renewed while it was on its way"
    );

    // The process stood still, and another one may have what was to be told by now.
    public static readonly Attempt Late = new(NotSent, null, null, "the gateway was held up before it sent it");

    /// <summary>
    /// Whether Slack or the way to it failed, so that a read is worth another try. What is too long will be so
    /// again.
    /// </summary>
    public bool IsFault =>
        !ReferenceEquals(this, OfBudget)
        && !ReferenceEquals(this, Late)
        && (Status is NotSent or Lost or >= 500 || Trouble is not (null or TooLong));

    /// <summary>What Slack says is wrong.</summary>
    public SlackError Error => SlackError.Read(Status, Body ?? default);

    /// <summary>Reads what came.</summary>
    /// <param name="response">What came.</param>
    /// <param name="most">The most bytes that are taken.</param>
    /// <param name="clock">The time.</param>
    /// <param name="unwanted">Cancelled when nobody wants the answer any more.</param>
    /// <param name="cancel">Cancelled then, and when the time is up.</param>
    public static async Task<Attempt> ReadAsync(
        HttpResponseMessage response,
        long most,
        TimeProvider clock,
        CancellationToken unwanted,
        CancellationToken cancel
    )
    {
        var (status, retryAfter) = ((int)response.StatusCode, WaitOf(response, clock.GetUtcNow()));
        try
        {
            var body = await BodyAsync(response, most, cancel);
            return new Attempt(status, body, retryAfter, body is null ? TooLong : null);
        }
        catch (Exception e)
            when (e is HttpRequestException or IOException or InvalidDataException or InvalidOperationException
                || (e is OperationCanceledException && !unwanted.IsCancellationRequested)
            )
        {
            // The status is here, and it is what counts, even when the time is up, or when what came cannot be
            // decompressed.
            return new Attempt(status, null, retryAfter, "the answer broke off");
        }
    }

    private static async Task<byte[]?> BodyAsync(HttpResponseMessage response, long most, CancellationToken cancel)
    {
        if (response.Content.Headers.ContentLength > most)
            return null;
        var stream = await response.Content.ReadAsStreamAsync(cancel);
        await using (stream)
        {
            // A page of a thousand users is a megabyte: where its length is known no more than that is taken.
            if (response.Content.Headers.ContentLength is { } length)
            {
                var whole = new byte[length];
                await stream.ReadExactlyAsync(whole, cancel);
                return whole;
            }
            var body = new MemoryStream();
            var buffer = new byte[16 * 1024];
            int read;
            while ((read = await stream.ReadAsync(buffer, cancel)) > 0)
            {
                if (body.Length + read > most)
                    return null;
                body.Write(buffer, 0, read);
            }
            return body.ToArray();
        }
    }

    private static TimeSpan? WaitOf(HttpResponseMessage response, DateTimeOffset now) =>
        response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } when date > now => date - now,
            { Date: not null } => TimeSpan.Zero,
            _ => null,
        };
}
