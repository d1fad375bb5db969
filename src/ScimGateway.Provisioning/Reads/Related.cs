namespace ScimGateway.Provisioning.Reads;

/// <summary>What is read of a resource beside its own row, where an answer or a filter needs it.</summary>
[Flags]
internal enum Related
{
    /// <summary>The row alone.</summary>
    Nothing = 0,

    /// <summary>How it stands with Slack.</summary>
    Link = 1,

    /// <summary>The groups of a user.</summary>
    Groups = 2,

    /// <summary>
    /// The members of a group, all at once: for a filter that looks at few. Answers read them a slice at a time.
    /// </summary>
    Members = 4,
}
