namespace ScimGateway.SlackEmulator.Tuning;

internal enum TenantKind
{
    Grid,
    BusinessPlus,
    Free,
}

internal enum IssuedIds
{
    Distinct,
    Equal,
}

internal enum ListOrder
{
    Created,
    Newest,
}

internal enum SortMode
{
    ValidateOnly,
    Ignore,
    Sort,
}

internal enum EmailMatch
{
    Any,
    Primary,
}

internal enum TooLong
{
    Error,
    Truncate,
}

internal enum NameSource
{
    NickName,
    UserName,
}

internal enum Sanitise
{
    RejectAt,
    Underscore,
}

internal enum Allowance
{
    Allowed,
    Refused,
}

internal enum MissingActive
{
    Keep,
    Deactivate,
}

internal enum Respect
{
    Honoured,
    Ignored,
}

internal enum Unknown
{
    Ignore,
    Reject,
}

internal enum GroupsWrite
{
    Ignored,
    Applied,
}

internal enum BlankSecondary
{
    LongForm,
    Never,
    Always,
}

internal enum PatchedPrimary
{
    Replace,
    DemoteOldToSecondary,
}

internal enum UntypedEmail
{
    Secondary,
    Primary,
}

internal enum UnknownPhone
{
    Untyped,
    Ignore,
}

internal enum UnknownReference
{
    Error,
    StoreAsIs,
}

internal enum ExpirySweep
{
    OnRead,
    Hourly,
    Never,
}

internal enum Memberships
{
    Removed,
    Kept,
}

internal enum UserForm
{
    Auto,
    Short,
    Long,
}

internal enum NullClears
{
    PutOnly,
    Always,
    Never,
}

internal enum DuplicateName
{
    Error,
    Allow,
}

internal enum InactiveMember
{
    Error,
    Skip,
    Add,
}

internal enum GuestMember
{
    GridOnly,
    Never,
    Always,
}

internal enum UnknownMember
{
    Error,
    Skip,
}

internal enum LimitMode
{
    Off,
    Bucket,
}

internal enum LimitBody
{
    Scim,
    WebApi,
}

internal enum ErrorSuffix
{
    AsObserved,
    Never,
}

internal enum OrgInstallTeam
{
    Null,
    Object,
}
