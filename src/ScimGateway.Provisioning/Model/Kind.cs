namespace ScimGateway.Provisioning.Model;

/// <summary>What kind of resource or link it is.</summary>
public enum Kind
{
    /// <summary>A user, and an account.</summary>
    User,

    /// <summary>A group.</summary>
    Group,
}
