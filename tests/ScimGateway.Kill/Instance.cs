using System.Globalization;

namespace ScimGateway.Kill;

/// <summary>One instance of a cluster, which is started again at the same place whenever it has ended.</summary>
internal sealed class Instance(int number, int port, int silo, int metrics, Func<Instance, string[], Service> start)
    : IAsyncDisposable
{
    private Service? _service;
    private string _saidBefore = "";

    /// <summary>Where its clients reach it.</summary>
    public Uri Url { get; } = new($"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}/");

    public int Port => port;

    /// <summary>Where the other instances find it.</summary>
    public string Silo { get; } = $"127.0.0.1:{silo.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Where it tells its figures.</summary>
    public Uri Metrics { get; } = new($"http://127.0.0.1:{metrics.ToString(CultureInfo.InvariantCulture)}/");

    public int Number => number;

    /// <summary>Before this time nobody starts it again.</summary>
    public DateTimeOffset DownUntil { get; set; }

    public bool IsHeld { get; private set; }

    public bool HasEnded => _service is not { HasEnded: false };

    public TimeSpan Processor => _service!.Processor;

    /// <summary>What the last two of its lives said.</summary>
    public string Said => $"{_saidBefore}\n(started again)\n{_service?.Said}";

    public void Start(params string[] more)
    {
        var former = _service;
        _saidBefore = former?.Said ?? "";
        _service = start(this, more);
        _ = former?.DisposeAsync().AsTask();
    }

    public Task KillAsync() => _service!.KillAsync();

    public Task<bool> StopAsync() => _service!.StopAsync(TimeSpan.FromSeconds(40));

    public void Hold(bool isHeld)
    {
        IsHeld = isHeld;
        if (!HasEnded)
            _service!.Hold(isHeld);
    }

    public async ValueTask DisposeAsync()
    {
        if (_service is not null)
            await _service.DisposeAsync();
    }
}
