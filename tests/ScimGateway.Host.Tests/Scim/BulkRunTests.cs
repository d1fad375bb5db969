using System.Net;
using System.Text;
using ScimGateway.Host.Scim;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Messages;
using ScimGateway.Provisioning.Model;
using Xunit;

namespace ScimGateway.Host.Tests.Scim;

/// <summary>What runs beside what in a bulk request, and what is not begun at all.</summary>
public class BulkRunTests
{
    [Fact]
    public async Task Operations_on_different_users_run_side_by_side_and_their_number_is_bounded()
    {
        var begun = 0;
        var gate = new TaskCompletionSource();
        var run = Run(
            Enumerable.Range(0, 200).Select(i => Post($"u{i}")),
            async operation =>
            {
                begun++;
                await gate.Task;
                return Done(operation);
            }
        );

        var outcomes = run.CompleteAsync();

        Assert.Equal(64, begun);
        gate.SetResult();
        Assert.Equal(200, (await outcomes).Count);
    }

    [Fact]
    public async Task Who_refers_to_a_POST_gets_the_id_that_it_really_has()
    {
        var claimed = new ResourceId(Guid.NewGuid());
        var referred = new List<string?>();
        var run = Run(
            [Post("lee", manager: "kim"), Post("kim"), Delete("bulkId:kim")],
            operation =>
            {
                referred.Add(operation.BulkId == "lee" ? (string?)operation.Data!["manager"] : operation.Id);
                return Task.FromResult(operation.BulkId == "kim" ? Done(operation, claimed) : Done(operation));
            }
        );

        await run.CompleteAsync();

        Assert.Equal([claimed.ToString(), claimed.ToString()], referred.Skip(1));
        Assert.NotEqual(claimed.ToString(), referred[0]); // what the POST itself was given
    }

    [Fact]
    public async Task In_a_circle_one_goes_ahead_with_the_id_that_the_other_is_given()
    {
        var managers = new Dictionary<string, string?>();
        var ids = new Dictionary<string, string?>();
        var run = Run(
            [Post("kim", manager: "lee"), Post("lee", manager: "kim")],
            operation =>
            {
                (managers[operation.BulkId!], ids[operation.BulkId!]) = (
                    (string?)operation.Data!["manager"],
                    operation.Id
                );
                return Task.FromResult(Done(operation));
            }
        );

        await run.CompleteAsync();

        Assert.Equal((ids["lee"], ids["kim"]), (managers["kim"], managers["lee"]));
    }

    [Fact]
    public async Task What_one_is_tried_again_for_nobody_takes_who_begins_after_it()
    {
        SynchronizationContext.SetSynchronizationContext(null); // whoever waited goes on at once, and not in a queue
        var (begun, made, isFree) = (new TaskCompletionSource(), new TaskCompletionSource(), false);
        string? holder = null;
        var run = Run(
            [Post("former"), Post("next"), Post("boss"), Post("late", manager: "boss")],
            async operation =>
            {
                switch (operation.BulkId)
                {
                    case "boss":
                        await made.Task;
                        return Done(operation);
                    case "next" or "late" when !isFree || holder is not null:
                        return Conflict();
                    case "next" or "late":
                        holder = operation.BulkId;
                        return Done(operation);
                    default:
                        await begun.Task;
                        isFree = true;
                        made.SetResult(); // and whoever waited for that begins before this one has ended
                        return Done(operation);
                }
            }
        );

        var running = run.CompleteAsync();
        begun.SetResult();
        var outcomes = await running;

        Assert.Equal(["201", "201", "201", "409"], outcomes.Select(o => Status(o.Item2)));
    }

    [Fact]
    public async Task Who_refers_to_a_POST_that_failed_is_told_so_and_not_carried_out()
    {
        var run = Run(
            [Delete("bulkId:lee"), Post("lee", manager: "kim"), Post("kim"), Post("sue")],
            operation => Task.FromResult(operation.BulkId == "kim" ? Refused() : Done(operation))
        );

        var outcomes = await run.CompleteAsync();

        Assert.Equal(["409", "409", "400", "201"], outcomes.Select(o => Status(o.Item2)));
        Assert.Contains("'lee'", ((BulkOutcome.Failed)outcomes[0].Item2).Error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, new[] { false, true, false, false }, 2)]
    [InlineData(2, new[] { true, false, true, false, false }, 3)]
    [InlineData(3, new[] { true, true, false, false, false }, 5)]
    public async Task After_as_many_errors_as_the_client_accepts_nothing_more_is_begun(
        int most,
        bool[] fails,
        int answered
    )
    {
        var begun = new List<string>();
        var run = Run(
            fails.Select((_, i) => Post($"{i}")),
            async operation =>
            {
                begun.Add(operation.BulkId!);
                await Task.Yield();
                return fails[int.Parse(operation.BulkId!, System.Globalization.CultureInfo.InvariantCulture)]
                    ? Refused()
                    : Done(operation);
            },
            failOnErrors: most
        );

        var outcomes = await run.CompleteAsync();

        Assert.Equal(answered, outcomes.Count);
        Assert.Equal(answered, begun.Count);
    }

    [Fact]
    public async Task As_many_run_side_by_side_as_may_fail_together()
    {
        var begun = 0;
        var gate = new TaskCompletionSource();
        var run = Run(
            Enumerable.Range(0, 10).Select(i => Post($"u{i}")),
            async operation =>
            {
                begun++;
                await gate.Task;
                return Refused();
            },
            failOnErrors: 3
        );

        var outcomes = run.CompleteAsync();

        Assert.Equal(3, begun);
        gate.SetResult();
        Assert.Equal(3, (await outcomes).Count);
    }

    [Fact]
    public async Task A_conflict_with_an_operation_under_way_is_tried_again_when_that_has_ended()
    {
        var taken = true;
        var gate = new TaskCompletionSource();
        var run = Run(
            [Post("first"), Post("second")],
            async operation =>
            {
                if (operation.BulkId == "second")
                    return taken ? Conflict() : Done(operation);
                await gate.Task;
                taken = false;
                return Done(operation);
            }
        );

        var outcomes = run.CompleteAsync();
        gate.SetResult();

        Assert.Equal(["201", "201"], (await outcomes).Select(o => Status(o.Item2)));
    }

    [Fact]
    public async Task A_conflict_with_nothing_under_way_is_final()
    {
        var tries = 0;
        var run = Run(
            [Post("only")],
            _ =>
            {
                tries++;
                return Task.FromResult(Conflict());
            }
        );

        Assert.Equal("409", Status(Assert.Single(await run.CompleteAsync()).Item2));
        Assert.Equal(1, tries);
    }

    [Fact]
    public async Task When_the_client_is_gone_the_run_ends_as_cancelled_and_begins_no_more()
    {
        var begun = 0;
        var run = Run(
            Enumerable.Range(0, 200).Select(i => Post($"u{i}")),
            _ =>
            {
                begun++;
                return Task.FromCanceled<CarriedOut>(new CancellationToken(canceled: true));
            }
        );

        await Assert.ThrowsAnyAsync<OperationCanceledException>(run.CompleteAsync);

        Assert.Equal(64, begun);
    }

    [Fact]
    public async Task A_conflict_with_an_operation_that_ended_meanwhile_is_tried_again()
    {
        var (letGo, refused) = (new TaskCompletionSource(), new TaskCompletionSource());
        var tries = 0;
        var run = Run(
            [Post("first"), Post("second")],
            async operation =>
            {
                if (operation.BulkId == "first")
                {
                    await letGo.Task;
                    return Done(operation);
                }
                if (tries++ > 0)
                    return Done(operation);
                await refused.Task; // what is decided now is told after the first has ended
                return Conflict();
            }
        );

        var outcomes = run.CompleteAsync();
        letGo.SetResult();
        refused.SetResult();

        Assert.Equal(["201", "201"], (await outcomes).Select(outcome => Status(outcome.Item2)));
    }

    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    [InlineData(HttpStatusCode.BadRequest)]
    public async Task What_becomes_of_the_PATCH_that_closes_a_circle_is_the_answer_of_its_POST(HttpStatusCode status)
    {
        var run = Run(
            [Group("a", "b"), Group("b", "a")],
            operation =>
                Task.FromResult(
                    operation.Method == BulkMethod.Post
                        ? Done(operation)
                        : new CarriedOut(new BulkOutcome.Failed(ScimException.Of(status, "No."), "of the PATCH"), null)
                )
        );

        var outcomes = (await run.CompleteAsync()).Select(outcome => outcome.Item2).ToList();

        var failed = Assert.Single(outcomes.OfType<BulkOutcome.Failed>());
        Assert.Equal((status, ""), (failed.Error.Status, failed.Location)); // as the POST's
        Assert.Single(outcomes.OfType<BulkOutcome.Done>());
    }

    private static string Group(string bulkId, string member) =>
        $$"""{"method":"POST","path":"/Groups","bulkId":"{{bulkId}}","data":{"members":[{"value":"bulkId:{{member}}"}]} }""";

    private static BulkRun Run(
        IEnumerable<string> operations,
        Func<BulkOperation, Task<CarriedOut>> carryOut,
        int? failOnErrors = null
    ) =>
        new(
            BulkRequest.Read(
                Encoding.UTF8.GetBytes(
                    $$"""{"failOnErrors": {{failOnErrors?.ToString() ?? "null"}}, "Operations": [{{string.Join(',', operations)}}]}"""
                ),
                new BulkLimits(MostOperations: 1_000, MostBytes: 4 << 20),
                Reading.Everything()
            ),
            () => new(Guid.NewGuid()),
            (operation, refusal, _) =>
                refusal is null
                    ? carryOut(operation)
                    : Task.FromResult(new CarriedOut(new BulkOutcome.Failed(refusal, null), null))
        );

    private static CarriedOut Done(BulkOperation operation, ResourceId? id = null) =>
        new(new BulkOutcome.Done(HttpStatusCode.Created, ""), id ?? ResourceId.Parse(operation.Id)!.Value);

    private static CarriedOut Refused() => new(new BulkOutcome.Failed(ScimException.InvalidValue("No."), null), null);

    private static CarriedOut Conflict() => new(new BulkOutcome.Failed(ScimException.Uniqueness("Taken."), null), null);

    private static string Status(BulkOutcome outcome) =>
        outcome switch
        {
            BulkOutcome.Done done => $"{(int)done.Status}",
            BulkOutcome.Failed failed => $"{(int)failed.Error.Status}",
            _ => "",
        };

    private static string Post(string bulkId, string? manager = null) =>
        $$"""{"method":"POST","path":"/Users","bulkId":"{{bulkId}}","data":{"manager":"{{(manager is null ? "" : $"bulkId:{manager}")}}"} }""";

    private static string Delete(string id) => $$"""{"method":"DELETE","path":"/Users/{{id}}"}""";
}
