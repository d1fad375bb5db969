namespace ScimGateway.Host.Security;

/// <summary>What a client is told whose request is no HTTP, or did not come to its end.</summary>
internal static class BrokenRequest
{
    /// <summary>
    /// What went wrong with a body as it was read. Kestrel calls some of it a fault of reading, such as a chunk of more
    /// bytes than it counts.
    /// </summary>
    public static BadHttpRequestException Of(IOException broken) =>
        broken as BadHttpRequestException
        ?? new BadHttpRequestException("The body does not come as HTTP has it: its chunks or its length.", broken);

    /// <summary>In a sentence; the server's own names its settings.</summary>
    public static string Sentence(BadHttpRequestException broken) =>
        broken.StatusCode == StatusCodes.Status408RequestTimeout
            ? "The body came too slowly. Send the request again, without pauses."
            : broken.Message;
}
