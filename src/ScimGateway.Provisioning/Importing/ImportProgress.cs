using System.Text.Json;

namespace ScimGateway.Provisioning.Importing;

/// <summary>What became of an account that Slack showed.</summary>
public enum Found
{
    /// <summary>It was new.</summary>
    Added,

    /// <summary>Nobody has claimed it, and it changed.</summary>
    Changed,

    /// <summary>Nobody has claimed it, and it is as it was.</summary>
    Unchanged,

    /// <summary>A provider has it; what Slack shows is noted and changes nothing.</summary>
    Claimed,

    /// <summary>It is being written: what was read may be older than that.</summary>
    BeingWritten,

    /// <summary>A user whose account is still to be made has its address or name: it may be that account.</summary>
    PassedOver,

    /// <summary>Slack's words could not be read, or are beyond all bounds.</summary>
    Unreadable,
}

/// <summary>How far an import is: how many accounts were found to be what.</summary>
public sealed class ImportProgress
{
    private readonly int[] _found = new int[Enum.GetValues<Found>().Length];

    /// <summary>How many accounts Slack showed.</summary>
    public int Accounts => _found.Sum();

    /// <summary>How many of them became this.</summary>
    public int Of(Found found) => _found[(int)found];

    internal void Count(Found found, int accounts = 1) => _found[(int)found] += accounts;

    /// <summary>As a job's row keeps it.</summary>
    public string ToJson() =>
        JsonSerializer.Serialize(
            Enum.GetValues<Found>().ToDictionary(found => JsonNamingPolicy.CamelCase.ConvertName(found.ToString()), Of)
        );
}
