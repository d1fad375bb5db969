namespace ScimGateway.SlackEmulator.Access;

/// <summary>What the app asked for, with what it may be answered (docs/slack.md 1.3).</summary>
internal sealed record Request(
    string ClientId,
    string[] Scopes,
    string? RedirectUri,
    string? State,
    string? Team,
    bool IsLegacy
);

/// <summary>A token with what renews it, as an installation gets it.</summary>
internal sealed record Grant(Token Token, string? RefreshToken);

/// <summary>A refusal of the Web API: <c>ok:false</c> with a word (docs/slack.md 1.3).</summary>
internal sealed class WebApiRefusal(string error) : Exception(error);
