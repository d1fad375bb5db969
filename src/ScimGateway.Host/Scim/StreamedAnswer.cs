namespace ScimGateway.Host.Scim;

/// <summary>
/// An answer that goes out while it is written once it is long, as a page of large groups is; a short one is sent at
/// once with its length.
/// </summary>
internal sealed class StreamedAnswer(HttpContext context, int status, RequestMemory.Share memory) : IDisposable
{
    private const int Long = 64 << 10;

    /// <summary>Where the answer is written.</summary>
    public RentedBuffer Body { get; } = new(memory) { MayBeRefused = !WriteRequests.IsOne(context) };

    /// <summary>Sends what is written, if it is much.</summary>
    public async ValueTask SendAsync()
    {
        if (Body.WrittenCount < Long)
            return;
        if (!context.Response.HasStarted)
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = ScimWriter.ContentType;
            Body.MayBeRefused = false; // what has begun is brought to its end
        }
        await Body.SendAsync(context.Response.Body, context.RequestAborted);
    }

    /// <summary>Sends the rest.</summary>
    public Task EndAsync() =>
        context.Response.HasStarted
            ? Body.SendAsync(context.Response.Body, context.RequestAborted)
            : ScimWriter.AnswerAsync(context, status, Body);

    public void Dispose() => Body.Dispose();
}
