namespace ScimGateway.Architecture.Tests;

/// <summary>A type refers to another, in a member of its own or in its declaration.</summary>
internal sealed record Arrow(Type From, string Member, Type To);
