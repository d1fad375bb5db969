namespace ScimGateway.Provisioning.Model.Links;

/// <summary>
/// Why something is not at Slack as it is wanted. Rows keep these words, so one that is renamed takes a migration; what
/// they say to people is <see cref="Reasons"/>' and may be reworded at any time.
/// </summary>
public enum ReasonCode
{
    /// <summary>A word that this version does not know.</summary>
    Other,

    /// <summary>The guard: too many accounts changed within the hour. With the limit.</summary>
    GuardAccounts,

    /// <summary>The guard: too many members left the group within the hour. With the limit.</summary>
    GuardMembers,

    /// <summary>The guard: too many groups were deleted within the hour. With the limit.</summary>
    GuardGroups,

    /// <summary>The guard: too many accounts got another sign-in address within the hour. With the limit.</summary>
    GuardAddresses,

    /// <summary>The account was a deleted user's, who may have been another person.</summary>
    AnotherPerson,

    /// <summary>Name and address of a user are those of two accounts. With both, the one of the name first.</summary>
    TwoAccounts,

    /// <summary>A provider asked for a protected account.</summary>
    ProtectedAsked,

    /// <summary>A provider asked for an address of the account, which is not that user's.</summary>
    AddressAsked,

    /// <summary>A user has the address or name of an account that nobody claims.</summary>
    AccountInConflict,

    /// <summary>A group has the name of one that nobody claims.</summary>
    GroupInConflict,

    /// <summary>Slack makes no account without some field. With the field.</summary>
    Missing,

    /// <summary>Another link holds an address of the user.</summary>
    AddressTaken,

    /// <summary>
    /// Users want each other's addresses: this one has a spare address, or none, until the wanted one is free.
    /// </summary>
    StepsAside,

    /// <summary>Slack shows the account inactive after an update that did not say so.</summary>
    DeactivatedInSlack,

    /// <summary>The time of a guest is over, and Slack has ended the account.</summary>
    GuestEnded,

    /// <summary>The user is inactive and has no account yet.</summary>
    Inactive,

    /// <summary>No rule admits the user.</summary>
    OutOfScope,

    /// <summary>A preference leaves the user out.</summary>
    UserLeftOut,

    /// <summary>A preference leaves the group out.</summary>
    GroupLeftOut,

    /// <summary>An operator has ended the claim of the account or group.</summary>
    Unlinked,

    /// <summary>The account is that of the token's owner.</summary>
    TokenOwner,

    /// <summary>The account is a bot's.</summary>
    Bot,

    /// <summary>Slack has erased the account, and keeps its address or name.</summary>
    Erased,

    /// <summary>An operator protects the account.</summary>
    ByHand,

    /// <summary>An operator had the person erased; of the account its Slack id is kept.</summary>
    ErasedHere,

    /// <summary>Slack refused. With the status and its words.</summary>
    SlackRefused,

    /// <summary>The account that Slack has by this address is another user's. With its id.</summary>
    AccountOfAnother,

    /// <summary>Slack has an account by this address, which may not be adopted. With its id.</summary>
    AccountExists,

    /// <summary>The group that Slack has by this name is another group's. With its id.</summary>
    GroupOfAnother,

    /// <summary>Slack has a group by this name, which may not be adopted. With its id.</summary>
    GroupExists,

    /// <summary>Slack did not do it now, and is asked again. With what was met.</summary>
    SlackLate,

    /// <summary>Slack's answer was lost. With what was met.</summary>
    AnswerLost,

    /// <summary>Slack says that it has activated the account, and shows it inactive.</summary>
    StaysInactive,

    /// <summary>Slack says of each change that it does not know the account, and shows it when asked for it.</summary>
    DeniedYetShown,

    /// <summary>It was planned again and again without an end, which is a fault of the gateway.</summary>
    Restless,

    /// <summary>Slack cannot be written. With what it said.</summary>
    SlackShut,

    /// <summary>The tenant is in its shadow run.</summary>
    ShadowRun,

    /// <summary>The tenant is disabled.</summary>
    TenantDisabled,

    /// <summary>Of a member: there is no account that Slack lets into groups.</summary>
    NotReachable,

    /// <summary>Of a member: it is a group.</summary>
    NestedGroup,

    /// <summary>An operator dismissed it. Of an account or group with what Slack has.</summary>
    Dismissed,

    /// <summary>An operator said that the user is another person than the one who had the account.</summary>
    ToldApart,

    /// <summary>An operator reopened a dismissed change.</summary>
    Reopened,

    /// <summary>An operator takes up again another sign-in address that was dismissed.</summary>
    ReopenedAddress,

    /// <summary>Of a member: somebody took it out in Slack.</summary>
    TakenOut,

    /// <summary>Of a member: Slack has no room for it.</summary>
    GroupFull,

    /// <summary>Of a member: somebody put it in in Slack.</summary>
    PutIn,

    /// <summary>Of a member: somebody may have put it in in Slack.</summary>
    PutInSuspected,

    /// <summary>Of a member: a preference leaves changes of groups out.</summary>
    GroupUpdatesOff,
}
