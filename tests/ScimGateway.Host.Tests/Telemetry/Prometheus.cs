using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using ScimGateway.Kill;
using ScimGateway.Tests;
using Xunit;

namespace ScimGateway.Host.Tests.Telemetry;

/// <summary>Debian's Prometheus with the rules of the repository, which asks one gateway for metrics each second.</summary>
internal sealed class Prometheus : IAsyncDisposable
{
    private readonly string _folder;
    private readonly Process _process;
    private readonly HttpClient _http;

    private Prometheus(string folder, Process process, Uri url)
    {
        (_folder, _process) = (folder, process);
        _http = new HttpClient { BaseAddress = url };
    }

    /// <summary>Starts it, and waits until it has asked once.</summary>
    public static async Task<Prometheus> StartAsync(Uri gateway)
    {
        var folder = Directory.CreateTempSubdirectory("scimgateway-prometheus-").FullName;
        var programs = await Said.ByAsync("bash", Path.Combine(GeneratedPage.Root(), "tests", "prometheus.sh"), folder);
        var rules = Path.Combine(GeneratedPage.Root(), "deploy", "prometheus", "alerts.yml");
        await Said.ByAsync(Path.Combine(programs, "promtool"), "check", "rules", rules);
        var configuration = Path.Combine(folder, "prometheus.yml");
        await File.WriteAllTextAsync(
            configuration,
            $$"""
            global: { scrape_interval: 1s, evaluation_interval: 1s }
            rule_files: ["{{rules}}"]
            scrape_configs: [{ job_name: scimgateway, static_configs: [{ targets: ["{{gateway.Authority}}"] }] }]
            """
        );
        var url = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Service.FreePort(Random.Shared)}");
        var process = Process.Start(
            Path.Combine(programs, "prometheus"),
            [
                $"--config.file={configuration}",
                $"--storage.tsdb.path={Path.Combine(folder, "data")}",
                $"--web.listen-address={url}",
                "--log.level=error",
            ]
        )!;
        var started = new Prometheus(folder, process, new Uri($"http://{url}"));
        await Gateway.UntilAsync(async () =>
        {
            try
            {
                return (await started.AskAsync("""up{job="scimgateway"} == 1""")).Count == 1;
            }
            catch (HttpRequestException)
            {
                return false; // it does not listen yet
            }
        });
        return started;
    }

    /// <summary>What it answers to an expression now; what it cannot evaluate fails the test.</summary>
    public async Task<JsonArray> AskAsync(string expression)
    {
        var answer = await _http.GetStringAsync($"/api/v1/query?query={Uri.EscapeDataString(expression)}");
        return JsonNode.Parse(answer)!["data"]!["result"]!.AsArray();
    }

    /// <summary>The rules that it has read: their names, expressions and pages.</summary>
    public async Task<List<(string Alert, string Expression, string Page)>> RulesAsync()
    {
        var answer = JsonNode.Parse(await _http.GetStringAsync("/api/v1/rules"))!;
        return
        [
            .. answer["data"]!["groups"]!
                .AsArray()
                .SelectMany(group => group!["rules"]!.AsArray())
                .Select(rule =>
                    ((string)rule!["name"]!, (string)rule["query"]!, (string)rule["annotations"]!["runbook"]!)
                ),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
