namespace ScimGateway.Provisioning.Writing;

/// <summary>The resource is not any more what the write was decided on: it is read and decided on again.</summary>
internal sealed class Outdated : Exception;
