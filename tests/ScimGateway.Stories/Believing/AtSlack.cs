using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Stories.Believing;

/// <summary>
/// What Slack has of a user whose writes a tenant's preferences may leave out (<i>Skip</i>): the lines of docs/contract.md
/// one after another. Where they do not say, there is none.
/// </summary>
internal sealed record AtSlack(bool Active, string? Title)
{
    /// <summary>After a user was made, with nothing left out; null if it is not certain that there is an account.</summary>
    public static AtSlack? OfNew(Document made, Preferences allowed) =>
        made is { Active: true, Primary: not (null or Document.Anything), Title: not Document.Anything }
        && allowed.CreateUsers
            ? new AtSlack(true, made.Title)
            : null;

    /// <summary>After a change that was answered as done. What is left out comes when it is said again and may be.</summary>
    /// <param name="before">What the user was.</param>
    /// <param name="after">What it is; null if it was deleted.</param>
    /// <param name="spoken">Of what the request has spoken.</param>
    /// <param name="isWhole">Whether what it does not speak of is said to be nothing.</param>
    /// <param name="allowed">What the tenant allowed.</param>
    public AtSlack? After(
        Document before,
        Document? after,
        IReadOnlyCollection<string> spoken,
        bool isWhole,
        Preferences allowed
    )
    {
        if (after is null)
            return allowed.DeprovisionUsers ? this with { Active = false } : this;
        var mayTurn = allowed.UpdateUsers && (after.Active || allowed.DisableUsers);
        var told =
            Speaks("active", before.Active != after.Active) && mayTurn ? this with { Active = after.Active } : this;
        if (after.Title == Title)
            return told;
        if (!Speaks("title", before.Title != after.Title))
            return isWhole ? null : told;
        // What is said of who is inactive waits until he is active; by then other preferences may hold.
        return !before.Active || !Active || after.Title == Document.Anything ? null
            : allowed.UpdateUsers ? told with { Title = after.Title }
            : told;

        bool Speaks(string path, bool changes) => changes || spoken.Contains(path);
    }
}
