using System.Globalization;
using System.Text.Json;
using ScimGateway.Provisioning.Storage.Postgres;

namespace ScimGateway.Host.Cluster;

/// <summary>Orleans' table of silos, in the store's database.</summary>
internal sealed class Membership(PostgresMembers members, ILocalSiloDetails own, IFatalErrorHandler gone)
    : IMembershipTable
{
    private volatile bool _wasThere;

    /// <inheritdoc/>
    public Task InitializeMembershipTable(bool tryInitTableVersion) => Task.CompletedTask; // with the store

    /// <inheritdoc/>
    public async Task DeleteMembershipTableEntries(string clusterId) =>
        await members.ForgetAsync((await members.ReadAsync(null)).Members.Select(member => member.Address));

    /// <inheritdoc/>
    public async Task CleanupDefunctSiloEntries(DateTimeOffset beforeDate) =>
        await members.ForgetAsync(
            from member in (await members.ReadAsync(null)).Members
            where member.Alive < beforeDate.UtcDateTime && Entry(member).Status != SiloStatus.Active
            select member.Address
        );

    /// <inheritdoc/>
    public Task<MembershipTableData> ReadRow(SiloAddress key) => ReadAsync(key.ToParsableString());

    /// <inheritdoc/>
    public async Task<MembershipTableData> ReadAll()
    {
        var all = await ReadAsync(null);
        var isThere = all.Members.Any(member => member.Item1.SiloAddress.Equals(own.SiloAddress));
        // Others that came while the database had lost this one's sessions have begun the cluster anew without it: it would
        // never find a tenant, nor come to its start.
        if (_wasThere && !isThere)
            gone.OnFatalException(this, null, null);
        _wasThere |= isThere;
        return all;
    }

    /// <inheritdoc/>
    public Task<bool> InsertRow(MembershipEntry entry, TableVersion tableVersion) =>
        members.TryAddAsync(Member(entry, ""), tableVersion.Version);

    /// <inheritdoc/>
    public Task<bool> UpdateRow(MembershipEntry entry, string etag, TableVersion tableVersion) =>
        members.TryChangeAsync(Member(entry, etag), tableVersion.Version);

    /// <inheritdoc/>
    public Task UpdateIAmAlive(MembershipEntry entry) =>
        members.SetAliveAsync(entry.SiloAddress.ToParsableString(), entry.IAmAliveTime);

    private async Task<MembershipTableData> ReadAsync(string? address)
    {
        var (version, read) = await members.ReadAsync(address);
        return new MembershipTableData(
            read.ConvertAll(member => Tuple.Create(Entry(member), member.Etag)),
            new TableVersion(version, version.ToString(CultureInfo.InvariantCulture))
        );
    }

    private static KeptMember Member(MembershipEntry entry, string etag) =>
        new(
            entry.SiloAddress.ToParsableString(),
            JsonSerializer.Serialize(
                new Known(
                    (int)entry.Status,
                    [.. (entry.SuspectTimes ?? []).Select(vote => new Vote(vote.Item1.ToParsableString(), vote.Item2))],
                    entry.HostName,
                    entry.SiloName,
                    entry.StartTime
                )
            ),
            entry.IAmAliveTime,
            etag
        );

    private static MembershipEntry Entry(KeptMember member)
    {
        var known = JsonSerializer.Deserialize<Known>(member.Entry)!;
        return new MembershipEntry
        {
            SiloAddress = SiloAddress.FromParsableString(member.Address),
            Status = (SiloStatus)known.Status,
            HostName = known.Host,
            SiloName = known.Name,
            StartTime = known.Started,
            IAmAliveTime = member.Alive,
            SuspectTimes =
            [
                .. known.Votes.Select(vote => Tuple.Create(SiloAddress.FromParsableString(vote.By), vote.At)),
            ],
        };
    }

    private sealed record Known(int Status, Vote[] Votes, string Host, string Name, DateTime Started);

    private sealed record Vote(string By, DateTime At);
}
