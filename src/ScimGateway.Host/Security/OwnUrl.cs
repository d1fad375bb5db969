namespace ScimGateway.Host.Security;

/// <summary>
/// How the gateway is reached by its operator's word: neither a proxy nor a client says where Slack sends its code to, or
/// for whom an assertion is.
/// </summary>
internal delegate string OwnUrl(HttpContext context);
