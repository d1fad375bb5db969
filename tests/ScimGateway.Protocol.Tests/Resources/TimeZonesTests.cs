using ScimGateway.Protocol.Resources;
using Xunit;

namespace ScimGateway.Protocol.Tests.Resources;

/// <summary>The names of time zones, wherever the gateway runs (RFC 7643 §4.1.1).</summary>
public class TimeZonesTests
{
    [Theory]
    [InlineData("Europe/Berlin", "Europe/Berlin")]
    [InlineData("EUROPE/BERLIN", "Europe/Berlin")]
    [InlineData("America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires")]
    [InlineData("US/Pacific", "US/Pacific")]
    [InlineData("Etc/GMT+12", "Etc/GMT+12")]
    [InlineData("UTC", "UTC")]
    [InlineData("W-SU", "W-SU")]
    [InlineData("", null)]
    [InlineData("Europe", null)]
    [InlineData("Europe/", null)]
    [InlineData("Europe/Berlin ", null)]
    [InlineData("Mars/Olympus_Mons", null)]
    [InlineData("Europe/../Europe/Berlin", null)]
    [InlineData("/usr/share/zoneinfo/Europe/Berlin", null)]
    [InlineData("W. Europe Standard Time", null)]
    public void A_name_is_found_as_the_database_spells_it(string name, string? found) =>
        Assert.Equal(found, TimeZones.Find(name));

    [Theory]
    [InlineData("W. Europe Standard Time", "Europe/Berlin")]
    [InlineData("tokyo standard time", "Asia/Tokyo")]
    [InlineData("UTC-11", "Etc/GMT+11")]
    [InlineData("Europe/Berlin", null)]
    [InlineData("", null)]
    public void What_Windows_calls_so_has_a_name_in_the_database(string windows, string? found)
    {
        Assert.Equal(found, TimeZones.OfWindows(windows));
        Assert.Equal(found, found is null ? null : TimeZones.Find(found));
    }
}
