using System.Reflection;
using ScimGateway.Provisioning.Model.Links;
using Xunit;

namespace ScimGateway.Architecture.Tests;

/// <summary>Only a link changes itself: a row that many places may set has no rules.</summary>
public class LinkTests
{
    // The table reads a row, gives it its number and counts its writes.
    private const string Table = "ScimGateway.Provisioning.Storage.Tables.Links";

    private static readonly Arrow[] _calls =
    [
        .. Houses.Projects.Select(Assembly.Load).SelectMany(assembly => ArrowReader.Calls(assembly, SetsALink)),
    ];

    [Fact]
    public void A_link_s_fields_are_set_by_itself_and_by_its_table_alone()
    {
        var others = _calls.Where(call => call.From != typeof(Link) && call.From.FullName != Table);

        Assert.True(!others.Any(), string.Join('\n', others.Distinct()));
    }

    [Fact]
    public void Both_do_set_them()
    {
        Assert.Contains(_calls, call => call.From == typeof(Link) && call.Member == nameof(Link.Wish));
        Assert.Contains(_calls, call => call.From.FullName == Table && call.Member == "Read");
    }

    [Fact]
    public void A_link_that_is_made_is_never_set_again() =>
        Assert.All(
            typeof(Link).GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic),
            property => Assert.True(property.SetMethod is null || ArrowReader.IsInit(property.SetMethod), property.Name)
        );

    private static bool SetsALink(MethodBase method) =>
        method.DeclaringType == typeof(Link) && ArrowReader.IsInit(method);
}
