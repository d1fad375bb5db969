namespace ScimGateway.Host.Security;

/// <summary>What every answer says.</summary>
internal static class AllAnswers
{
    /// <summary>No cache keeps an answer, which is about people, and no browser makes anything else of it than it says.</summary>
    public static void Mark(HttpResponse response)
    {
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
    }
}
