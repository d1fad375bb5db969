using System.Numerics;
using System.Text.Json.Nodes;
using ScimGateway.SlackEmulator.Spelling;
using ScimGateway.SlackEmulator.Tuning;

namespace ScimGateway.SlackEmulator.Organization;

/// <summary>What Slack has: one organization with its accounts and groups. Whoever looks or writes holds its
/// gate, and does nothing slow there.</summary>
public sealed class Workspace
{
    private readonly Dictionary<string, Account> _accounts = [];
    private readonly KeyIndex<Account> _byName = new();
    private readonly KeyIndex<Account> _byEmail = new();
    private readonly List<Account> _accountsInOrder = [];
    private readonly Dictionary<string, Group> _groups = [];
    private readonly KeyIndex<Group> _groupsByName = new();
    private readonly List<Group> _groupsInOrder = [];
    private int _idsOf;
    private long _lastUser;
    private long _lastGroup;

    internal Workspace(int number, Knobs knobs, TimeProvider clock)
    {
        Number = number;
        EnterpriseId = OrganizationNumber.Name("E0EMULATOR", number);
        TeamId = OrganizationNumber.Name("T0EMULATOR", number);
        Domain = OrganizationNumber.Name("emulator", number);
        Name = number == OrganizationNumber.First ? "Emulator" : OrganizationNumber.Name("Emulator ", number);
        Knobs = knobs;
        Clock = clock;
    }

    /// <summary>Which of the emulator's organizations it is, from 1.</summary>
    internal int Number { get; }

    internal string EnterpriseId { get; }

    internal string TeamId { get; }

    internal string Domain { get; }

    internal string Name { get; }

    internal Lock Gate { get; } = new();

    internal Knobs Knobs { get; }

    internal TimeProvider Clock { get; }

    /// <summary>Runs under the gate when an account stops being active.</summary>
    internal Action<Account>? Deactivated { get; set; }

    /// <summary>The profile fields the organization has got through SCIM so far (docs/slack.md 4.5).</summary>
    internal ProfileField FieldsInUse { get; set; }

    internal IReadOnlyList<Account> AccountsInOrder => _accountsInOrder;

    internal IReadOnlyList<Group> GroupsInOrder => _groupsInOrder;

    /// <summary>How many accounts there are, deactivated ones and bots included.</summary>
    public int UserCount
    {
        get
        {
            lock (Gate)
                return _accountsInOrder.Count;
        }
    }

    /// <summary>How many groups there are.</summary>
    public int GroupCount
    {
        get
        {
            lock (Gate)
                return _groupsInOrder.Count;
        }
    }

    /// <summary>The raw state of one account, as <c>GET /_emulator/users</c> shows it, or null.</summary>
    public JsonObject? User(string id)
    {
        lock (Gate)
            return FindUser(id) is { } account ? RawState.Show(account) : null;
    }

    /// <summary>The raw state of every account, in order of creation.</summary>
    public IReadOnlyList<JsonObject> Users()
    {
        lock (Gate)
            return [.. _accountsInOrder.Select(RawState.Show)];
    }

    /// <summary>The raw state of one group, or null.</summary>
    public JsonObject? Group(string id)
    {
        lock (Gate)
            return FindGroup(id) is { } group ? RawState.Show(group) : null;
    }

    /// <summary>The raw state of every group, in order of creation.</summary>
    public IReadOnlyList<JsonObject> Groups()
    {
        lock (Gate)
            return [.. _groupsInOrder.Select(RawState.Show)];
    }

    /// <summary>Makes an account as by hand in Slack, past all SCIM rules, and tells its id.
    /// Members as in <c>GET /_emulator/users</c>.</summary>
    /// <exception cref="HandMadeRefusedException">The description is not understood.</exception>
    public string MakeUser(JsonObject described)
    {
        lock (Gate)
            return HandMade.MakeUser(this, described).Id;
    }

    /// <summary>Changes what is named of an account, as by hand in Slack.</summary>
    /// <exception cref="HandMadeRefusedException">The description is not understood,
    /// or there is no such account.</exception>
    public void ChangeUser(string id, JsonObject described)
    {
        lock (Gate)
            HandMade.ChangeUser(this, id, described);
    }

    /// <summary>Makes an account vanish, as if it had never been; false where there is none.</summary>
    public bool RemoveUser(string id)
    {
        lock (Gate)
        {
            if (FindUser(id) is not { } account)
                return false;
            Remove(account);
            return true;
        }
    }

    /// <summary>Makes a group as by hand in Slack and tells its id.</summary>
    /// <exception cref="HandMadeRefusedException">The description is not understood.</exception>
    public string MakeGroup(JsonObject described)
    {
        lock (Gate)
            return HandMade.MakeGroup(this, described).Id;
    }

    /// <summary>Changes what is named of a group, as by hand in Slack.</summary>
    /// <exception cref="HandMadeRefusedException">The description is not understood,
    /// or there is no such group.</exception>
    public void ChangeGroup(string id, JsonObject described)
    {
        lock (Gate)
            HandMade.ChangeGroup(this, id, described);
    }

    /// <summary>Makes a group vanish; false where there is none.</summary>
    public bool RemoveGroup(string id)
    {
        lock (Gate)
        {
            if (FindGroup(id) is not { } group)
                return false;
            Remove(group);
            return true;
        }
    }

    internal Account? FindUser(string id) => _accounts.GetValueOrDefault(id);

    internal Account? FindUserByName(string userName) => _byName.TryFind(userName, out var account) ? account : null;

    internal IReadOnlyList<Account> UsersByName(string userName) => _byName.All(userName);

    internal Account? FindUserByEmail(string email) => _byEmail.TryFind(email, out var account) ? account : null;

    internal IReadOnlyList<Account> UsersByEmail(string email) => _byEmail.All(email);

    internal Group? FindGroup(string id) => _groups.GetValueOrDefault(id);

    internal IReadOnlyList<Group> GroupsByName(string name) => _groupsByName.All(name);

    /// <summary>The id of an account that is made on the spot, for an owner of tokens.</summary>
    internal string StandInId(string first) => OrganizationNumber.Name(first, _idsOf);

    internal string NewUserId()
    {
        string id;
        do id = SlackIds.User(++_lastUser);
        while (_accounts.ContainsKey(id));
        return id;
    }

    internal string NewGroupId()
    {
        string id;
        do id = SlackIds.Group(++_lastGroup);
        while (_groups.ContainsKey(id));
        return id;
    }

    internal void Add(Account account)
    {
        _accounts.Add(account.Id, account);
        _accountsInOrder.Add(account);
        Hold(account, account.Profile);
    }

    internal void Add(Group group)
    {
        _groups.Add(group.Id, group);
        _groupsInOrder.Add(group);
        _groupsByName.Add(group.DisplayName, group);
    }

    /// <summary>Puts a new profile in place of the old one, with what Slack does
    /// besides when <c>active</c> or guest changes.</summary>
    internal void Become(Account account, Profile next, KnobValues knobs)
    {
        var before = account.Profile;
        if (
            before.UserName != next.UserName
            || before.PrimaryEmail != next.PrimaryEmail
            || before.SecondaryEmail != next.SecondaryEmail
        )
        {
            LetGo(account, before);
            Hold(account, next);
        }
        account.Profile = next;
        FieldsInUse |= next.Fields.Used();

        if (before.Photo != next.Photo && Lag(account, knobs.Get(KnobTable.PhotoDelay)) is { } photo)
        {
            photo.OldPhoto = before.Photo;
            photo.NewPhotoFrom = SeenFrom(knobs.Get(KnobTable.PhotoDelay));
        }
        var inactiveLag = next.Active ? 0 : knobs.Get(KnobTable.DeactivateLag);
        if (before.Active != next.Active && Lag(account, inactiveLag) is { } active)
            active.InactiveFrom = SeenFrom(inactiveLag);
        if (before.Guest is null && next.Guest is not null && knobs.Get(KnobTable.GuestDropsGroups))
            LeaveAll(account, knobs.Get(KnobTable.GroupLag));
        if (before.Active && !next.Active)
            Deactivate(account, knobs);
    }

    internal void Rename(Group group, string name, KnobValues knobs)
    {
        if (group.DisplayName == name)
            return;
        _groupsByName.Remove(group.DisplayName, group);
        _groupsByName.Add(name, group);
        var lag = knobs.Get(KnobTable.GroupLag);
        if ((lag > 0 ? group.Lag ??= new GroupLag() : group.Lag) is { } later)
        {
            later.OldName = View.NameOf(group, Clock.GetUtcNow());
            later.NewNameFrom = SeenFrom(lag);
        }
        group.DisplayName = name;
    }

    internal void Join(Group group, Account member, KnobValues knobs)
    {
        if (!group.Members.Add(member))
            return;
        member.Groups.Add(group);
        Lag(group, member, began: true, knobs.Get(KnobTable.GroupLag));
    }

    internal void Leave(Group group, Account member, KnobValues knobs) =>
        Leave(group, member, knobs.Get(KnobTable.GroupLag));

    private void Leave(Group group, Account member, int lag)
    {
        if (!group.Members.Remove(member))
            return;
        member.Groups.Remove(group);
        Lag(group, member, began: false, lag);
    }

    internal void Remove(Group group)
    {
        foreach (var member in group.Members)
            member.Groups.Remove(group);
        _groups.Remove(group.Id);
        _groupsInOrder.Remove(group);
        _groupsByName.Remove(group.DisplayName, group);
    }

    internal void Remove(Account account)
    {
        foreach (var group in account.Groups)
            group.Members.Remove(account);
        _accounts.Remove(account.Id);
        _accountsInOrder.Remove(account);
        LetGo(account, account.Profile);
    }

    /// <summary>Whether the organization has custom profile fields: then users come in the
    /// long form (docs/slack.md 4.7).</summary>
    internal bool HasProfileFields(KnobValues knobs) =>
        FieldsInUse is not ProfileField.None || knobs.Get(KnobTable.ProfileFieldsBefore) > 0;

    internal static int CountProfileFields(ProfileField fields, KnobValues knobs) =>
        knobs.Get(KnobTable.ProfileFieldsBefore) + BitOperations.PopCount((uint)fields);

    /// <summary>An expired guest is deactivated when somebody looks, or at the next
    /// full hour (docs/slack.md 4.5).</summary>
    internal void SweepGuest(Account account, KnobValues knobs)
    {
        if (account.Profile is not { Active: true, Guest.Expiration: { } text })
            return;
        var sweep = knobs.Get(KnobTable.GuestExpiry);
        if (sweep is ExpirySweep.Never || !IsoTime.TryRead(text, out var end))
            return;
        if (sweep is ExpirySweep.Hourly && end.UtcTicks % TimeSpan.TicksPerHour is > 0 and var beyond)
            end = end.AddTicks(TimeSpan.TicksPerHour - beyond);
        if (end <= Clock.GetUtcNow())
            Become(account, account.Profile with { Active = false }, knobs);
    }

    internal void Clear()
    {
        _accounts.Clear();
        _byName.Clear();
        _byEmail.Clear();
        _accountsInOrder.Clear();
        _groups.Clear();
        _groupsByName.Clear();
        _groupsInOrder.Clear();
        _idsOf = Knobs.Current.Get(KnobTable.Ids) is IssuedIds.Equal ? OrganizationNumber.First : Number;
        _lastUser = _lastGroup = SlackIds.Start(_idsOf);
        FieldsInUse = ProfileField.None;
    }

    internal void Expect(int accounts)
    {
        _accounts.EnsureCapacity(accounts);
        _byName.EnsureCapacity(accounts);
        _byEmail.EnsureCapacity(accounts);
        _accountsInOrder.EnsureCapacity(accounts);
    }

    private void Deactivate(Account account, KnobValues knobs)
    {
        // What a read shows of it changes at once or not at all: the memberships lag as active does.
        if (knobs.Get(KnobTable.MembershipOfInactive) is Memberships.Removed)
            LeaveAll(account, Math.Max(knobs.Get(KnobTable.DeactivateLag), knobs.Get(KnobTable.GroupLag)));
        Deactivated?.Invoke(account);
    }

    private void LeaveAll(Account account, int lag)
    {
        foreach (var group in account.Groups.ToArray())
            Leave(group, account, lag);
    }

    // Without a lag from ever on: what an earlier change left behind is over.
    private DateTimeOffset SeenFrom(int lag) =>
        lag > 0 ? Clock.GetUtcNow().AddMilliseconds(lag) : DateTimeOffset.MinValue;

    // Where the next change of an account is noted; null where nothing lags and nothing has.
    private static AccountLag? Lag(Account account, int lag) =>
        lag > 0 ? account.Lag ??= new AccountLag() : account.Lag;

    private void Lag(Group group, Account member, bool began, int lag)
    {
        var now = Clock.GetUtcNow();
        if (lag == 0)
        {
            // Seen at once, and with it whatever of the two still lagged.
            group.Lag?.Memberships.RemoveAll(c => c.Member == member);
            member.Lag?.Memberships.RemoveAll(c => c.Group == group);
            return;
        }
        var change = new LaggingMembership(now.AddMilliseconds(lag), group, member, began);
        var ofGroup = (group.Lag ??= new GroupLag()).Memberships;
        var ofMember = (member.Lag ??= new AccountLag()).Memberships;
        ofGroup.RemoveAll(c => c.SeenFrom <= now);
        ofMember.RemoveAll(c => c.SeenFrom <= now);
        ofGroup.Add(change);
        ofMember.Add(change);
    }

    private void Hold(Account account, Profile profile)
    {
        _byName.Add(profile.UserName, account);
        if (profile.PrimaryEmail.Length > 0)
            _byEmail.Add(profile.PrimaryEmail, account);
        if (profile.SecondaryEmail is { Length: > 0 } second)
            _byEmail.Add(second, account);
    }

    private void LetGo(Account account, Profile profile)
    {
        _byName.Remove(profile.UserName, account);
        _byEmail.Remove(profile.PrimaryEmail, account);
        if (profile.SecondaryEmail is { } second)
            _byEmail.Remove(second, account);
    }
}
