namespace ScimGateway.Kill;

/// <summary>
/// What stands in front of the instances: it asks each twice a second whether it is ready, and sends one request after the
/// other to the next that is.
/// </summary>
internal sealed class Balancer : IAsyncDisposable
{
    private static readonly TimeSpan _every = TimeSpan.FromMilliseconds(500);

    private readonly Uri[] _instances;
    private readonly bool[] _ready;
    private readonly string[] _says;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(1) };
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _watching;
    private int _next;

    public Balancer(IEnumerable<Uri> instances)
    {
        _instances = [.. instances];
        _ready = new bool[_instances.Length];
        _says = new string[_instances.Length];
        _watching = Task.WhenAll(Enumerable.Range(0, _instances.Length).Select(WatchAsync));
    }

    /// <summary>Whether all are ready.</summary>
    public bool AreAllReady => Array.TrueForAll(_ready, ready => ready);

    /// <summary>What an instance said when it was asked last whether it is ready.</summary>
    public string Says(int instance) => _says[instance];

    /// <summary>Where the next request goes; to any where none is ready.</summary>
    public Uri Next()
    {
        for (var tries = 0; tries < _instances.Length; tries++)
            if ((uint)Interlocked.Increment(ref _next) % _instances.Length is var next && _ready[next])
                return _instances[next];
        return _instances[(uint)_next % _instances.Length];
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _http.Dispose();
        _ending.Dispose();
    }

    private async Task WatchAsync(int instance)
    {
        var url = new Uri(_instances[instance], "health/ready");
        while (true)
        {
            try
            {
                using var answer = await _http.GetAsync(url, _ending.Token);
                _says[instance] = await answer.Content.ReadAsStringAsync(_ending.Token);
                _ready[instance] = answer.IsSuccessStatusCode;
            }
            catch (Exception e)
                when (e is HttpRequestException or OperationCanceledException && !_ending.IsCancellationRequested)
            {
                _says[instance] = e.Message;
                _ready[instance] = false;
            }
            await Task.Delay(_every, TimeProvider.System, _ending.Token);
        }
    }
}
