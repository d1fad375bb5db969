using k8s;
using k8s.Models;
using ScimGateway.Tests;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace ScimGateway.Host.Tests.Guides;

/// <summary>The files of deploy/ for compose and Kubernetes name what there is: settings, files, ports, probes.</summary>
public class DeployFilesTests
{
    private static readonly string _root = Path.Combine(GeneratedPage.Root(), "deploy");

    [Theory]
    [InlineData("sqlite", false)]
    [InlineData("cluster", true)]
    public async Task Kubernetes_understands_each_word_and_a_pod_has_what_it_names(string kind, bool cluster) =>
        await KubernetesFiles.AssertSoundAsync(
            cluster,
            await ReadAsync(kind, "settings"),
            await ReadAsync(kind, "init"),
            await ReadAsync(kind, "gateway")
        );

    [Fact]
    public async Task Compose_names_settings_files_and_services_that_there_are()
    {
        var compose = await YamlAsync("compose", "compose.yaml");
        var services = (YamlMappingNode)compose["services"];
        var gateway = (YamlMappingNode)services["scimgateway"];

        var variables = ((YamlMappingNode)gateway["environment"]).ToDictionary(
            one => $"{one.Key}",
            one => $"{one.Value}"
        );
        KubernetesFiles.AssertKnown(variables.Keys);
        Assert.Contains(
            $"Host={services.Children.Keys.Single(key => $"{key}" == "db")};",
            variables["Gateway__Store"],
            StringComparison.Ordinal
        );
        var secrets = ((YamlMappingNode)compose["secrets"]).Children.Keys.Select(key => $"{key}").ToHashSet();
        foreach (var service in services.Children.Values.Cast<YamlMappingNode>())
            if (service.Children.TryGetValue("secrets", out var used))
                Assert.Subset(secrets, ((YamlSequenceNode)used).Select(one => $"{one}").ToHashSet());
        Assert.All(
            variables
                .Values.SelectMany(value => value.Split(';', '='))
                .Where(part => part.StartsWith("/run/secrets/", StringComparison.Ordinal)),
            file => Assert.Contains(Path.GetFileName(file), secrets)
        );
        // What Prometheus reads is in the repository, and asks where the gateway answers.
        foreach (var mount in (YamlSequenceNode)((YamlMappingNode)services["prometheus"])["volumes"])
            if ($"{mount}".Split(':')[0] is var file && file.StartsWith('.'))
                Assert.True(File.Exists(Path.Combine(_root, "compose", file)), file);
        var asked = await File.ReadAllTextAsync(Path.Combine(_root, "compose", "prometheus.yml"));
        Assert.Contains(
            $"scimgateway:{new Uri(variables["Gateway__Metrics__Url"].Replace("+", "any", StringComparison.Ordinal)).Port}",
            asked,
            StringComparison.Ordinal
        );
        Assert.Contains("job_name: scimgateway", asked, StringComparison.Ordinal); // which the alerts name
    }

    private static async Task<List<IKubernetesObject<V1ObjectMeta>>> ReadAsync(string kind, string file) =>
        KubernetesFiles.Read(await File.ReadAllTextAsync(Path.Combine(_root, "kubernetes", kind, $"{file}.yaml")));

    private static async Task<YamlMappingNode> YamlAsync(params string[] path)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(await File.ReadAllTextAsync(Path.Combine([_root, .. path]))));
        return (YamlMappingNode)stream.Documents[0].RootNode;
    }
}
