using System.Globalization;

namespace ScimGateway.Provisioning.Operating;

/// <summary>How far a re-sync is.</summary>
/// <param name="Planned">How many accounts and groups are planned again.</param>
/// <param name="Looked">How many were looked at; those that wait for somebody, or are under way, stay as they are.</param>
/// <param name="All">How many there were when it began.</param>
internal sealed record ResyncProgress(int Planned, int Looked, int All)
{
    /// <summary>As it is kept.</summary>
    public string Said => string.Create(CultureInfo.InvariantCulture, $"{Planned} {Looked} {All}");

    /// <summary>What is kept; one that an earlier version has begun says the first number alone.</summary>
    public static ResyncProgress Parse(string kept)
    {
        var numbers = kept.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(number => int.TryParse(number, CultureInfo.InvariantCulture, out var said) ? said : 0)
            .ToList();
        return new ResyncProgress(At(0), At(1), At(2));

        int At(int place) => place < numbers.Count ? numbers[place] : 0;
    }

    /// <summary>When the last one will have been looked at, if it goes on as before; null where that cannot be said.</summary>
    public DateTimeOffset? End(DateTimeOffset began, DateTimeOffset now) =>
        Looked > 0 && All > Looked ? now + ((now - began) / Looked * (All - Looked)) : null;
}
