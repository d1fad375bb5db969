using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;

namespace ScimGateway.Host.Tests.Contract;

/// <summary>What was found after a write, in the words of the contract.</summary>
internal sealed record Findings(
    string Answer,
    string Mirror,
    string Link,
    string SlackThen,
    string Calls,
    string Operation
);
