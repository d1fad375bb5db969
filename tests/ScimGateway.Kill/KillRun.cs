using System.Globalization;
using Npgsql;

namespace ScimGateway.Kill;

/// <summary>Some lanes side by side until the rounds are used up, the time is over or something is wrong.</summary>
internal static class KillRun
{
    /// <summary>Runs; what was wrong, or null.</summary>
    public static async Task<string?> RunAsync(KillOptions options, Figures figures)
    {
        var began = TimeProvider.System.GetTimestamp();
        var left = options.Rounds;
        var isWrong = false;
        var ended = await Task.WhenAll(Enumerable.Range(0, options.Lanes).Select(LaneAsync));
        figures.Count("seconds", (long)TimeProvider.System.GetElapsedTime(began).TotalSeconds);
        return ended.OfType<string>().FirstOrDefault();

        async Task<string?> LaneAsync(int number)
        {
            var data = Directory.CreateTempSubdirectory("scimgateway-kill-").FullName;
            var store = options.Postgres is { } server
                ? Database(server, Path.GetFileName(data))
                : $"Data Source={Path.Combine(data, "gateway.db")}";
            try
            {
                if (options.Rolling)
                    await new RollingRestart(options, store, data, figures).RunAsync();
                else if (options.Costs)
                    await new ForwardingCosts(options, store, data, figures).RunAsync();
                else if (options.Instances > 0)
                    await new ClusterLane(number, options, store, data, figures).RunAsync(TakesOne);
                else
                {
                    await using var lane = new Lane(number, options, store, data, figures);
                    await lane.RunAsync(TakesOne);
                }
                Directory.Delete(data, recursive: true);
                return null;
            }
            catch (ViolationException e)
            {
                Volatile.Write(ref isWrong, true);
                if (!options.Keep)
                    Directory.Delete(data, recursive: true);
                return options.Keep ? $"{e.Message}\nThe data is in {store}" : e.Message;
            }
        }

        bool TakesOne() =>
            !Volatile.Read(ref isWrong)
            && TimeProvider.System.GetElapsedTime(began) < options.Limit
            && Interlocked.Decrement(ref left) >= 0;
    }

    // It stays with the server, which is a throwaway one.
    private static string Database(string server, string name)
    {
        using var connection = new NpgsqlConnection($"{server};Database=postgres;Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // a name of our own
        command.CommandText = $"create database \"{name}\"";
#pragma warning restore CA2100
        command.ExecuteNonQuery();
        return $"{server};Database={name}";
    }

    /// <summary>As a program: prints the seed first, then what was found.</summary>
    public static async Task<int> RunAsync(KillOptions? options)
    {
        if (options is null)
        {
            await Console.Error.WriteLineAsync(KillOptions.Usage);
            return 2;
        }
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"seed {options.Seed}, {options.Rounds} rounds in {options.Lanes} lanes"
            )
        );
        var figures = new Figures();
        var wrong = await RunAsync(options, figures);
        Console.WriteLine(figures);
        Console.WriteLine(wrong is null ? "all was as it should be" : $"WRONG: {wrong}");
        return wrong is null ? 0 : 1;
    }
}
