using System.Globalization;
using System.Text.Json;
using ScimGateway.Host.Scim;
using ScimGateway.Host.Tests.Reads;
using ScimGateway.Protocol.Bounds;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Filters;
using ScimGateway.Protocol.Messages;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using ScimGateway.Provisioning.Reads;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Sqlite;

namespace ScimGateway.Benchmarks;

/// <summary>
/// Reads of 1,000 and of 100,000 users, from the question to the bytes of the answer without HTTP, measured in turn:
/// what has to be flat, and what has to be short. The figures are CPU, since the machine may have other work.
/// </summary>
internal static class ReadRun
{
    private const int Few = 1_000;
    private const int Many = 100_000;
    private const int Rounds = 11;
    private const string Base = "https://gateway.example/demo/scim/v2";

    private static readonly Caller _caller = new(
        new TenantId(1),
        1,
        "benchmark",
        new Preferences(),
        Dialect.Everything
    );

    public static async Task<int> PrintAsync()
    {
        var folder = Directory.CreateTempSubdirectory("scimgateway-reads-").FullName;
        try
        {
            await using var few = await OpenAsync(folder, Few);
            await using var many = await OpenAsync(folder, Many);
            return Print(new Readings(few), new Readings(many)) ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static bool Print(Readings few, Readings many)
    {
        Console.WriteLine($"{"", -44}{Few, 12:N0}{Many, 12:N0}      ratio");
        var kept = true;
        // What must not grow with the number of users (at most 1.3 times), and what must be answered within 20 ms.
        kept &= Flat("by id", r => r.Find(r.Middle));
        kept &= Flat("eq userName, a hit", r => r.List($"userName eq \"user{r.Count / 2}@crew.example\""));
        kept &= Flat("eq userName, nobody", r => r.List("userName eq \"nobody\""));
        kept &= Flat("eq externalId, a hit", r => r.List($"externalId eq \"ext-{r.Count / 2}\""));
        kept &= Flat(
            "emails[type eq work].value eq, a hit",
            r => r.List($"emails[type eq \"work\"].value eq \"vera{r.Count / 2}@crew.example\"")
        );
        kept &= Flat("first page of 100", r => r.List(null, 100));
        kept &= Flat("page of 100 by a cursor in the middle", r => r.List(null, 100, cursor: r.Cursor));
        kept &= Short("last page of 100 by startIndex", r => r.List(null, 100, r.Count - 99));
        Told("the same, sortBy id", r => r.List(null, 100, r.Count - 99, "id"));
        kept &= Short("total of active eq true", r => r.List("active eq true", 0));
        kept &= Short("total of userName co", r => r.List("userName co \"9@crew\"", 0));
        kept &= Short("total of userName sw, most meet", r => r.List("userName sw \"user\"", 0));
        kept &= Short("total of emails ew, nobody", r => r.List("emails ew \"@else.example\"", 0));
        kept &= Short("total of meta.lastModified gt", r => r.List("meta.lastModified gt \"2023-11-15T12:00:00Z\"", 0));
        kept &= Short("total of link state settled", r => r.List($"{LinkSchema.Id}:state eq \"settled\"", 0));
        kept &= Short("link state failed, page of 100", r => r.List($"{LinkSchema.Id}:state eq \"failed\"", 100));
        kept &= Short("displayName co, page of 100", r => r.List("displayName co \"holm 99\"", 100));
        Told("sortBy id, page of 100", r => r.List(null, 100, sortBy: "id"));
        Told("sortBy userName, page of 100", r => r.List(null, 100, sortBy: "userName"));
        Told("sortBy displayName, page of 100", r => r.List(null, 100, sortBy: "displayName"));
        Told("sortBy meta.lastModified, page of 100", r => r.List(null, 100, sortBy: "meta.lastModified"));
        return kept;

        bool Flat(string name, Action<Readings> read)
        {
            var (small, large) = InTurn(name, read);
            return Line(name, small, large, large <= small * 1.3);
        }

        bool Short(string name, Action<Readings> read) => Within(name, read, 20_000);

        bool Within(string name, Action<Readings> read, double micros)
        {
            var (small, large) = InTurn(name, read);
            return Line(name, small, large, large <= micros);
        }

        void Told(string name, Action<Readings> read)
        {
            var (small, large) = InTurn(name, read);
            Line(name, small, large, true);
        }

        (double, double) InTurn(string name, Action<Readings> read)
        {
            List<double> smalls = [],
                larges = [];
            var (fewTimes, manyTimes) = (Times(() => read(few)), Times(() => read(many)));
            for (var round = 0; round < Rounds; round++)
            {
                smalls.Add(Measure(() => read(few), fewTimes));
                larges.Add(Measure(() => read(many), manyTimes));
            }
            return (Median(smalls), Median(larges));
        }
    }

    private static bool Line(string name, double small, double large, bool kept)
    {
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{name, -44}{small, 9:0.0} us{large, 9:0.0} us  {large / small, 8:0.00} x{(kept ? "" : "  NOT KEPT")}"
            )
        );
        return kept;
    }

    private static int Times(Action action)
    {
        for (var i = 0; i < 30; i++)
            action();
        return Math.Clamp((int)(20_000 / Measure(action, 3)), 1, 5_000);
    }

    private static double Measure(Action action, int times)
    {
        var before = Environment.CpuUsage.TotalTime;
        for (var i = 0; i < times; i++)
            action();
        return Math.Max((Environment.CpuUsage.TotalTime - before).TotalMicroseconds / times, 0.1);
    }

    private static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);

    private static async Task<Store> OpenAsync(string folder, int users)
    {
        var store = await SqliteStore.OpenAsync(
            Path.Combine(folder, $"{users}.db"),
            _ => false,
            CancellationToken.None
        );
        await Crowd.WriteAsync(store, Enumerable.Range(0, users).Select(Crowd.Member));
        return store;
    }

    /// <summary>The reads of one store, with what they need to know of it.</summary>
    private sealed class Readings
    {
        private static readonly Sought _users = new(Kind.User);
        private static readonly Projection _projection = Projection.Default(GatewayTypes.User);
        private readonly Store _store;
        private readonly ResourceReads _reads;

        public Readings(Store store)
        {
            _store = store;
            _reads = new ResourceReads(store, TimeProvider.System);
            Count = Page(new ResourceQuery(Base, 0, _users), _ => { }).Total;
            Page(new ResourceQuery(Base, 1, _users) { StartIndex = Count / 2 }, user => Middle = user.Id);
            for (var passed = 0; passed < Count / 2; passed += 500)
                Cursor = Page(new ResourceQuery(Base, 500, _users) { Cursor = Cursor }, _ => { }).Next!;
        }

        // What is measured has a thread of its own.
        private ResourcePage Page(ResourceQuery query, Action<StoredResource> show) =>
            _reads.ListAsync(_caller, query, show, new WorkLimit()).GetAwaiter().GetResult();

        public int Count { get; }

        public ResourceId Middle { get; private set; }

        public string Cursor { get; } = "";

        public void Find(ResourceId id)
        {
            using var answer = new RentedBuffer();
            new ResourceWriter(Base, _projection).Write(
                answer,
                _reads.Find(_caller, Kind.User, id, Related.Groups)!.Stored
            );
        }

        public void List(
            string? filter,
            int count = 100,
            int startIndex = 1,
            string? sortBy = null,
            string? cursor = null
        )
        {
            var reading = Reading.Everything();
            using var shown = new RentedBuffer();
            var writer = new ResourceWriter(Base, _projection);
            var page = Page(
                new ResourceQuery(
                    Base,
                    count,
                    new Sought(Kind.User)
                    {
                        Filter = filter is null ? null : Filter.Read(filter, GatewayTypes.User, reading),
                        Sort = sortBy is null ? null : SortOrder.Read(sortBy, false, GatewayTypes.User, reading),
                    }
                )
                {
                    Related = Related.Groups,
                    StartIndex = startIndex,
                    Cursor = cursor,
                },
                resource =>
                {
                    if (shown.WrittenCount > 0)
                        shown.Write(","u8);
                    writer.Write(shown, resource);
                }
            );
            using var answer = new RentedBuffer();
            using (var json = new Utf8JsonWriter(answer, ScimJson.WriterOptions))
                ListResponse.Open(json, new Page.ByIndex(startIndex, page.Total), page.Count);
            shown.AppendTo(answer);
        }
    }
}
