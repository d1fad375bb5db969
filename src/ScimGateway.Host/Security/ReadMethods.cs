namespace ScimGateway.Host.Security;

/// <summary>The methods that change nothing: GET, and HEAD, which is a GET whose body stays here.</summary>
internal static class ReadMethods
{
    /// <summary>Both, for what is mapped.</summary>
    public static readonly string[] All = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Whether a request's method is HEAD, which in small letters is none.</summary>
    public static bool IsHead(string method) => method == HttpMethods.Head;

    /// <summary>Whether a request's method is one of them.</summary>
    public static bool Has(string method) => All.Contains(method, StringComparer.Ordinal);
}
