using Microsoft.AspNetCore.Http;
using ScimGateway.SlackEmulator.Errors;
using ScimGateway.SlackEmulator.Http;
using ScimGateway.SlackEmulator.Spelling;
using ScimGateway.SlackEmulator.Tuning;

namespace ScimGateway.SlackEmulator.Access;

/// <summary>Which organization a call is for: it stands in what the call carries. Whether that lets it in is for the
/// organization to say.</summary>
internal static class Addressee
{
    private static readonly string[] _telling = ["token", "refresh_token", "code", "team"];

    /// <summary>By the token of the head, or else by a field: then the body is awaited.</summary>
    public static async Task<int> OfAsync(HttpContext http, Task<byte[]?> body)
    {
        if (http.Request.Headers.Authorization is [.., { } header] && Admission.Bearer(header) is { } token)
            return OrganizationNumber.Of(token);
        try
        {
            return Of(new Exchange(http, await body ?? [], KnobValues.Untouched));
        }
        // It names none, or is not to be read: the first refuses it and counts it.
        catch (Exception e) when (e is SlackRefusal or IOException or OperationCanceledException)
        {
            return OrganizationNumber.First;
        }
    }

    private static int Of(Exchange exchange)
    {
        var fields = exchange.Fields();
        return _telling
            .Select(name =>
                fields.TryGetValue(name, out var text) ? OrganizationNumber.Of(text) : OrganizationNumber.First
            )
            .FirstOrDefault(number => number != OrganizationNumber.First, OrganizationNumber.First);
    }
}
