namespace ScimGateway.Slack.Translation;

/// <summary>
/// What to tell Slack of a group. Who is to be added and removed is decided from member rows, not here. Pure.
/// </summary>
public static class GroupPlanner
{
    /// <summary>
    /// The commands for a group that is to be there: made with its first members, or renamed and then changed, in
    /// slices.
    /// </summary>
    /// <param name="name">The wanted name.</param>
    /// <param name="slackId">The group; null if there is none yet.</param>
    /// <param name="deliveredName">The name Slack has; null if it is not known.</param>
    /// <param name="add">The Slack ids of members to add.</param>
    /// <param name="remove">The Slack ids of members to remove.</param>
    /// <param name="settings">How differences are told.</param>
    public static IReadOnlyList<SlackCommand> Plan(
        string name,
        string? slackId,
        string? deliveredName,
        IReadOnlyList<string> add,
        IReadOnlyList<string> remove,
        SlackSettings settings
    )
    {
        // The rest of a new group's members follows when its id is known, by the next plan.
        if (slackId is null)
            return [new SlackCommand.CreateGroup(name, [.. add.Take(settings.MembersPerCall)])];

        var commands = new List<SlackCommand>();
        if (name != deliveredName)
            commands.Add(new SlackCommand.RenameGroup(slackId, name));

        // Removals first: a full group has room for those who come only when others have left.
        var changes = remove.Select(id => (Id: id, Adds: false)).Concat(add.Select(id => (Id: id, Adds: true)));
        foreach (var slice in changes.Chunk(settings.MembersPerCall))
            commands.Add(
                new SlackCommand.ChangeMembers(
                    slackId,
                    [.. slice.Where(c => c.Adds).Select(c => c.Id)],
                    [.. slice.Where(c => !c.Adds).Select(c => c.Id)]
                )
            );
        return commands;
    }

    /// <summary>The commands for a group that is to be gone.</summary>
    public static IReadOnlyList<SlackCommand> PlanRemoval(string? slackId) =>
        slackId is null ? [] : [new SlackCommand.DeleteGroup(slackId)];
}
