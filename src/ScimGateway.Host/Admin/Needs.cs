using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Host.Admin;

/// <summary>What an endpoint wants of the key that asks.</summary>
/// <param name="Role">The least role.</param>
/// <param name="OfAll">Whether a key of one tenant never does.</param>
internal sealed record Needs(Role Role, bool OfAll);

/// <summary>An endpoint that reads people of a tenant.</summary>
/// <param name="IsFile">Whether a request reads all there are as a file or a stream: each of these has its line.</param>
internal sealed record ReadsPeople(Func<HttpRequest, bool> IsFile);

/// <summary>An endpoint takes no body.</summary>
internal sealed record TakesNoBody;
