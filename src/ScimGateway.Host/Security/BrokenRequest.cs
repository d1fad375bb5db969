namespace ScimGateway.Host.Security;

/// <summary>What a client is told whose request is no HTTP, or did not come to its end.</summary>
internal static class BrokenRequest
{
    /// <summary>In a sentence; the server's own names its settings.</summary>
    public static string Sentence(BadHttpRequestException broken) =>
        broken.StatusCode == StatusCodes.Status408RequestTimeout
            ? "The body came too slowly. Send the request again, without pauses."
            : broken.Message;
}
