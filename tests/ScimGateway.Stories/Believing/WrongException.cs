namespace ScimGateway.Stories.Believing;

/// <summary>Something is not as it has to be.</summary>
internal sealed class WrongException(string check, string what) : Exception($"{check}: {what}")
{
    /// <summary>Which check found it: a story is cut down as long as the same one does.</summary>
    public string Check => check;
}
