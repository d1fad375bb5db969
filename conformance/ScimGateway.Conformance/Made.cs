using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using ScimGateway.Conformance.Providers;

namespace ScimGateway.Conformance;

/// <summary>
/// What was made at a server: it is remembered as it comes back, and removed, also where nobody said that it is there.
/// </summary>
/// <param name="server">The server.</param>
/// <param name="mark">How each name of this run begins.</param>
internal sealed partial class Made(Server server, string mark)
{
    /// <summary>How each name of ours begins, by which it is told from people's.</summary>
    public const string Ours = "scimc";

    // The most pages of leftovers that the end of a run removes.
    private const int MostSweeps = 20;

    private readonly Stack<string> _made = new();
    private readonly List<string> _marks = [];
    private readonly HashSet<string> _doubtful = [];

    private int _removed;
    private bool _isUsed;
    private bool _isInDoubt;

    /// <summary>Something may be made by what is sent now.</summary>
    public void Begin(HttpMethod method) => _isUsed |= method == HttpMethod.Post;

    /// <summary>
    /// Remembers what an answer says was made. A server that refuses, or names nothing, may have made it nonetheless.
    /// </summary>
    public void Note(Exchange exchange)
    {
        if (!Remember(exchange))
            _isInDoubt |= exchange.Method == HttpMethod.Post;
    }

    /// <summary>No answer came to what may have made something.</summary>
    public void Miss(HttpMethod method) => _isInDoubt |= method == HttpMethod.Post;

    /// <summary>Marks the names of everything created from now on: a resource that no answer named is found by this text.</summary>
    public string Mark(string text)
    {
        _marks.Add(text);
        return text;
    }

    /// <summary>Says that what has a mark may have been made without a word.</summary>
    public void Doubt(string text) => _isUsed = _doubtful.Add(text) || _isUsed;

    /// <summary>Has a path be deleted in the end, beside all that was made.</summary>
    public void RemoveLater(string path) => _made.Push(path.TrimStart('/'));

    /// <summary>Removes what was made, the last first, and says what is left.</summary>
    public async Task<IReadOnlyList<string>> CleanUpAsync(int atOnce = 1)
    {
        // Who is stopped cleans up all the same.
        server.GoAt(server.Stop.IsCancellationRequested ? Pace.Hasty : Pace.Full);
        server.Stop = default;
        var left = new ConcurrentQueue<string>();
        IReadOnlyList<string> made = [.. _made.Distinct()];
        _made.Clear();
        await Parallel.ForEachAsync(
            made,
            new ParallelOptions { MaxDegreeOfParallelism = atOnce },
            async (path, _) =>
            {
                if (await RemovedAsync(path) is { } why)
                    left.Enqueue(why);
            }
        );
        server.TakeExchanges();
        if (_isInDoubt)
            _doubtful.UnionWith(_marks);
        _isInDoubt = false;
        _marks.Clear();
        return [.. left];
    }

    /// <summary>Looks for what was made and not said to be, removes it, and says what is left.</summary>
    public async Task<IReadOnlyList<string>> SweepAsync()
    {
        server.Hear(isAnswered: true); // whoever was silent may have come back
        var left = new List<string>();
        // All of our names have the mark of this run, or of a scenario.
        foreach (var one in _isUsed ? _doubtful.Prepend(mark) : [])
        {
            left.AddRange(await SweptAsync("Groups", "displayName", one));
            left.AddRange(await SweptAsync("Users", "userName", one));
        }
        return left;
    }

    /// <summary>Removes what a former run has left that was ended before it could; says how many that were.</summary>
    public async Task<int> SweepFormerAsync()
    {
        var before = _removed;
        await SweptAsync("Groups", "displayName", Ours, OfOurs());
        await SweptAsync("Users", "userName", Ours, OfOurs());
        server.TakeExchanges();
        return _removed - before;
    }

    // Whatever was made by whichever check, also where its answer is wrong in some way; whether it is known where.
    private bool Remember(Exchange exchange)
    {
        if (!exchange.IsFine || exchange.Method != HttpMethod.Post)
            return false;
        var before = _made.Count;
        if (exchange.Json.Strings("schemas").Contains(Words.BulkResponse))
            foreach (var operation in exchange.Json.Objects("Operations"))
                if (
                    operation.At("location").AsText() is { } location
                    && (operation.At("method").AsText() == "POST" || operation.At("status")?.ToString() == "201")
                )
                    _made.Push(Relative(location));
        if (exchange.TextOf("id") is { Length: > 0 } id && exchange["totalResults"] is null)
            _made.Push(
                $"{exchange.Url.AbsolutePath[server.Base.AbsolutePath.Length..].TrimEnd('/')}/{Uri.EscapeDataString(id)}"
            );
        else if (exchange.Status == 201 && exchange.Header("Location") is { } place)
            _made.Push(Relative(place));
        return _made.Count > before;
    }

    // Why a resource is there still; null if it is gone.
    private async Task<string?> RemovedAsync(string path)
    {
        if (server.IsSilent)
            return Plain.Line($"{path}: the server does not answer any more");
        try
        {
            var gone = await server.AskAsync(HttpMethod.Delete, path, null, []);
            server.Hear(isAnswered: true);
            Interlocked.Add(ref _removed, gone.IsFine ? 1 : 0);
            return gone is { IsFine: false, Status: not 404 } ? gone.ToString() : null;
        }
        catch (Exception e) when (e is NotPossibleException or NoAnswerException or FormatException)
        {
            if (e is NoAnswerException)
                server.Hear(isAnswered: false);
            return Plain.Line($"{path}: {e.Message}");
        }
    }

    private async Task<IReadOnlyList<string>> SweptAsync(
        string endpoint,
        string name,
        string within,
        Regex? form = null
    )
    {
        for (var i = 0; i < MostSweeps; i++)
            try
            {
                var list = await server.FilterAsync(endpoint, $"{name} co \"{within}\"");
                if (!list.IsFine)
                    list = await server.GetAsync(endpoint);
                var ours = list
                    .Resources.Where(one =>
                        one.At("id").AsText() is { Length: > 0 }
                        && one.At(name).AsText() is { } own
                        && own.Contains(within, StringComparison.OrdinalIgnoreCase)
                        && form?.IsMatch(own) != false
                    )
                    .Select(one => $"{endpoint}/{Server.Id(one)}")
                    .ToList();
                if (ours.Count == 0)
                    return [];
                foreach (var path in ours)
                    if (await RemovedAsync(path) is { } why)
                        return [why];
            }
            catch (Exception e) when (e is NotPossibleException or NoAnswerException or InvalidOperationException)
            {
                return [Plain.Line(e.Message)];
            }
        return [$"{endpoint} of this run are there still: their {name} has {within} in it"];
    }

    private string Relative(string location) =>
        Uri.TryCreate(server.Base, location, out var url) && server.Base.IsBaseOf(url)
            ? server.Base.MakeRelativeUri(url).ToString()
            : location.TrimStart('/');

    // A name of a run, or one of a scenario: nothing else that has the same letters in it.
    [GeneratedRegex("(?<![0-9a-z])scimc([0-9a-f]{6}-[0-9]|[0-9][0-9a-z]{2}(?![0-9a-z]))", RegexOptions.IgnoreCase)]
    private static partial Regex OfOurs();
}
