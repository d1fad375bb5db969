namespace ScimGateway.Provisioning.Storage;

/// <summary>Two tenants cannot have one word in the path.</summary>
internal sealed class SlugTakenException(string slug)
    : Exception($"Another tenant has the word '{slug}' in its path; choose another one.");
