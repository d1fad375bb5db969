using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Model;
using Xunit;

namespace ScimGateway.Host.Tests.Executing;

public class DueLinksTests
{
    private static readonly LinkId _link = new(7);

    [Fact]
    public async Task What_was_planned_is_not_sent_once_somebody_has_the_link_looked_at()
    {
        await using var due = new DueLinks(TimeProvider.System);

        Assert.True(IsPlanGood(() => due.Consider(new LinkId(8))));
        Assert.False(IsPlanGood(() => due.Consider(_link)));

        bool IsPlanGood(Action meanwhile)
        {
            var planned = due.Renew(_link);
            meanwhile();
            return due.Stamp(_link) == planned;
        }
    }
}
