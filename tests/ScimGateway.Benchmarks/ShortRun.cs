using System.Diagnostics;
using System.Globalization;

namespace ScimGateway.Benchmarks;

/// <summary>
/// The promised ratios, each from measurements taken in turn in one run, so that a busy machine slows both sides alike.
/// </summary>
internal static class ShortRun
{
    private const int Rounds = 15;

    public static int Print()
    {
        var protocol = new ProtocolBenchmarks();
        protocol.Setup();
        var kept = true;

        var (baseline, user) = InTurn(protocol.ParseAndWrite, protocol.ReadCheckAndWrite);
        Line("JsonNode.Parse + write, 2 KB user", baseline);
        kept &= Line("read + check + write, 2 KB user", user, user.Micros / baseline.Micros, 5, "x of JsonNode");

        var (_, filter) = InTurn(protocol.ParseAndWrite, protocol.FilterTenThousand);
        kept &= Line("userName eq over 10,000 users", filter, filter.Micros / 1000, 5, "ms");

        var (change, document) = InTurn(protocol.AddMemberAsChange, protocol.AddMemberToDocument);
        Line("one member into a document of 50,000", document);
        kept &= Line("one member as a change", change, change.Micros / document.Micros, 0.01, "x of that");

        var budget = new SlackBudgetBenchmarks();
        budget.Setup();
        var (taken, vain) = InTurn(budget.Take, budget.TakeInVain);
        kept &= Line("a call taken from the budget", taken, taken.Micros, 1, "us");
        kept &= Line("a call that has to wait", vain, vain.Micros, 1, "us");
        var (next, nobody) = InTurn(budget.NextOfMany, budget.NextInVain);
        Line("next of 100,000, and one more", next);
        Line("nobody's turn among 100,000", nobody);
        var (estimate, _) = InTurn(budget.Estimate, budget.TakeInVain);
        Line("estimated end", estimate);

        var plan = new SlackPlanBenchmarks();
        var (planned, translated) = InTurn(plan.PlanAndWrite, plan.TranslatePlanAndWrite);
        kept &= Line("a user's change planned and written", planned, planned.Micros, 15, "us");
        Line("translated, planned and written", translated);
        return kept ? 0 : 1;
    }

    private static bool Line(string name, Figure figure, double ratio = 0, double limit = 0, string unit = "")
    {
        var kept = limit == 0 || ratio <= limit;
        var promise = limit == 0 ? "" : $"{ratio, 8:0.00} {unit} (at most {limit}){(kept ? "" : "  NOT KEPT")}";
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{name, -36} {figure.Micros, 10:0.00} us {figure.Bytes, 10:0} B  {promise}"
            )
        );
        return kept;
    }

    // Medians of rounds that alternate between the two.
    private static (Figure, Figure) InTurn(Action first, Action second)
    {
        List<Figure> firsts = [],
            seconds = [];
        var (firstTimes, secondTimes) = (Times(first), Times(second));
        for (var round = 0; round < Rounds; round++)
        {
            firsts.Add(Measure(first, firstTimes));
            seconds.Add(Measure(second, secondTimes));
        }
        return (Median(firsts), Median(seconds));
    }

    // As often as makes some 20 ms, warmed up.
    private static int Times(Action action)
    {
        for (var i = 0; i < 200; i++)
            action();
        var watch = Stopwatch.StartNew();
        action();
        return Math.Clamp((int)(TimeSpan.FromMilliseconds(20) / watch.Elapsed), 1, 20_000);
    }

    private static Figure Measure(Action action, int times)
    {
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < times; i++)
            action();
        var micros = watch.Elapsed.TotalMicroseconds / times;
        return new Figure(micros, (GC.GetAllocatedBytesForCurrentThread() - bytes) / (double)times);
    }

    private static Figure Median(List<Figure> figures) => figures.OrderBy(f => f.Micros).ElementAt(figures.Count / 2);

    private readonly record struct Figure(double Micros, double Bytes);
}
