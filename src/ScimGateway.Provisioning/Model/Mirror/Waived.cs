using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Model.Mirror;

/// <summary>
/// What of a resource is in no plan, though a provider asserted it: some paths, or the account as such.
/// </summary>
/// <param name="Paths">
/// The paths that a preference leaves out, until the provider writes them again when they are allowed.
/// </param>
internal sealed record Waived(PathSet Paths)
{
    private const char Line = '\n';

    /// <summary>The paths that say how a user signs in.</summary>
    public static PathSet SignIn { get; } = PathSet.Emails.With(PathSet.Of("userName"));

    /// <summary>The paths that say of a guest what kind it is, and when its time is over.</summary>
    public static PathSet Guest { get; } =
        PathSet
            .Of(AttributeMap.Path(SlackField.GuestType))
            .With(PathSet.Of(AttributeMap.Path(SlackField.GuestExpiration)));

    /// <summary>Nothing.</summary>
    public static Waived Nothing { get; } = new(PathSet.Nothing);

    /// <summary>The account as such, by a preference: Slack does not hear of the user or group at all.</summary>
    public bool Account { get; init; }

    /// <summary>
    /// The account as such, since no rule admits the user: it has never come into Slack, or stays there as it is.
    /// </summary>
    public bool Scope { get; init; }

    /// <summary>
    /// Whether the user was in Slack when other rules no longer admitted it, and stays there as it is until it is
    /// deleted.
    /// </summary>
    public bool Frozen { get; init; }

    /// <summary>
    /// Whether an operator dismissed the wish for <c>active</c>: it stays waived until the provider wants something
    /// else.
    /// </summary>
    public bool Dismissed { get; init; }

    /// <summary>
    /// Whether an operator dismissed the wish for another sign-in address: it stays waived until the provider wants yet
    /// another one.
    /// </summary>
    public bool AddressDismissed { get; init; }

    /// <summary>
    /// Whether an operator dismissed the end of a guest, by which Slack would have deactivated the account: it stays waived
    /// until the provider wants another end, or another kind of guest.
    /// </summary>
    public bool EndDismissed { get; init; }

    /// <summary>
    /// Whether the guard left the sign-in address of a leaver as it was: it is wanted again, and counted, when the user
    /// is to come back.
    /// </summary>
    public bool AddressGuarded { get; init; }

    /// <summary>
    /// Whether an operator said that the user is not the person whose account it was to get: the user does not get that
    /// one, until the provider says another name, address or external id.
    /// </summary>
    public bool AnotherPerson { get; init; }

    /// <summary>
    /// Whether an operator has ended its claim: the account as such stays waived, whatever the provider writes, until an
    /// operator says which one is meant.
    /// </summary>
    public bool Unlinked { get; init; }

    /// <summary>
    /// Why it is held once what an operator dismissed is taken up again; null if nothing can be: whose account it is, and
    /// what rules leave as it is, are decided otherwise.
    /// </summary>
    public Reason? Reopens =>
        AnotherPerson || Scope ? null
        : Dismissed || EndDismissed ? ReasonCode.Reopened
        : AddressDismissed ? ReasonCode.ReopenedAddress
        : null;

    /// <summary>Whether Slack hears nothing of the user or group.</summary>
    public bool IsOut => Account || Scope;

    /// <summary>Whether the user or group was never let into Slack, whatever Slack has of it.</summary>
    public bool IsNeverIn => Account || (Scope && !Frozen);

    /// <summary>Whether a path is one of them.</summary>
    public bool Has(string path) => Paths.Has(path);

    /// <summary>Whether a path is one of them by an operator's word.</summary>
    public bool IsDismissed(string path) =>
        Has(path)
        && (
            (Dismissed && PathSet.Active.Has(path))
            || (EndDismissed && Guest.Has(path))
            || (AddressDismissed && SignIn.Has(path))
        );

    /// <summary>The same with more paths.</summary>
    public Waived With(PathSet paths) => this with { Paths = Paths.With(paths) };

    /// <summary>In words, as people and rows have it.</summary>
    public IReadOnlyList<string> Words =>
        [
            .. Account ? [nameof(Account)] : (string[])[],
            .. Scope ? [nameof(Scope)] : (string[])[],
            .. Frozen ? [nameof(Frozen)] : (string[])[],
            .. Dismissed ? [nameof(Dismissed)] : (string[])[],
            .. AddressDismissed ? [nameof(AddressDismissed)] : (string[])[],
            .. EndDismissed ? [nameof(EndDismissed)] : (string[])[],
            .. AddressGuarded ? [nameof(AddressGuarded)] : (string[])[],
            .. AnotherPerson ? [nameof(AnotherPerson)] : (string[])[],
            .. Unlinked ? [nameof(Unlinked)] : (string[])[],
        ];

    /// <summary>As rows keep it: the words in the first line, then a path a line; nothing is kept as nothing.</summary>
    public override string ToString() =>
        (Words, Paths) is ({ Count: 0 }, { IsEmpty: true }) ? "" : $"{string.Join(' ', Words)}{Line}{Paths}";

    /// <summary>Reads what <see cref="ToString"/> wrote; nothing where nothing is kept.</summary>
    public static Waived Parse(string? stored)
    {
        if (string.IsNullOrEmpty(stored))
            return Nothing;
        var end = stored.IndexOf(Line, StringComparison.Ordinal);
        var words = stored[..end].Split(' ');
        return new Waived(PathSet.Parse(stored[(end + 1)..]))
        {
            Account = words.Contains(nameof(Account)),
            Scope = words.Contains(nameof(Scope)),
            Frozen = words.Contains(nameof(Frozen)),
            Dismissed = words.Contains(nameof(Dismissed)),
            AddressDismissed = words.Contains(nameof(AddressDismissed)),
            EndDismissed = words.Contains(nameof(EndDismissed)),
            AddressGuarded = words.Contains(nameof(AddressGuarded)),
            AnotherPerson = words.Contains(nameof(AnotherPerson)),
            Unlinked = words.Contains(nameof(Unlinked)),
        };
    }
}
