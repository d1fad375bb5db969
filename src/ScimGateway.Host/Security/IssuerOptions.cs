using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace ScimGateway.Host.Security;

/// <summary>What the operator of the gateway allows of issuers, which owners of tenants name.</summary>
internal sealed class IssuerOptions
{
    /// <summary>
    /// Whether the keys of one may be on this machine's loopback, and without https then: for trials, with everything else as
    /// it is, also tenants' webhooks.
    /// False by default.
    /// </summary>
    public bool Loopback { get; set; }

    /// <summary>How long a token may last, from when it was made and from when it is shown: a day by default.</summary>
    [Range(
        typeof(TimeSpan),
        "00:01:00",
        "30.00:00:00",
        ErrorMessage = "How long a token may last (--longest-token) is from {1} to {2}."
    )]
    public TimeSpan LongestToken { get; set; } = TimeSpan.FromDays(1);
}

/// <summary>Checks it at the start.</summary>
[OptionsValidator]
internal sealed partial class IssuerOptionsValidator : IValidateOptions<IssuerOptions>;
