using System.Net;
using ScimGateway.Protocol.Errors;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Slack.Http;

/// <summary>What a provider is told of an error of Slack's.</summary>
public static class SlackErrorAnswer
{
    /// <summary>The answer to a provider whose request Slack refused: Slack's own words, and what to do.</summary>
    public static ScimException ToScim(this SlackError error)
    {
        var row = SlackErrors.Row(error);
        var detail = $"{row.Says} {About(error.Blames)}Slack says: {error.Words}";
        return row.Kind switch
        {
            SlackErrorKind.Conflict => ScimException.Uniqueness(detail),
            SlackErrorKind.InvalidValue or SlackErrorKind.Members or SlackErrorKind.TooManyMembers =>
                ScimException.InvalidValue(detail),
            SlackErrorKind.Protected or SlackErrorKind.Forbidden or SlackErrorKind.Erased => ScimException.Of(
                HttpStatusCode.Forbidden,
                detail
            ),
            SlackErrorKind.Limit or SlackErrorKind.Locked => ScimException.Of(HttpStatusCode.TooManyRequests, detail),
            SlackErrorKind.GatewayFault => ScimException.Of(HttpStatusCode.BadGateway, detail),
            // Nothing the provider sent is wrong, and what it wants is not gone: it may try again.
            _ => ScimException.Of(HttpStatusCode.ServiceUnavailable, detail),
        };
    }

    // Every attribute by its path, and no value.
    private static string About(IReadOnlyList<SlackField> fields)
    {
        var paths = fields
            .Select(AttributeMap.Path)
            .Distinct(StringComparer.Ordinal)
            .Select(path => $"'{path}'")
            .ToList();
        return paths.Count switch
        {
            0 => "",
            1 => $"That is about {paths[0]}. ",
            _ => $"That is about one or several of {string.Join(", ", paths)}. ",
        };
    }
}
