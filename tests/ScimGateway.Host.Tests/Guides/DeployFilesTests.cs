using System.Net;
using k8s;
using k8s.Models;
using ScimGateway.Host.Serve;
using ScimGateway.Host.Tests.Admin;
using ScimGateway.Tests;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace ScimGateway.Host.Tests.Guides;

/// <summary>The files of deploy/ for compose and Kubernetes name what there is: settings, files, ports, probes.</summary>
public class DeployFilesTests
{
    private static readonly string _root = Path.Combine(GeneratedPage.Root(), "deploy");

    [Theory]
    [InlineData("sqlite", "Recreate", 30)]
    [InlineData("cluster", "RollingUpdate", 45)]
    public async Task Kubernetes_understands_each_word_and_a_pod_has_what_it_names(
        string kind,
        string strategy,
        int grace
    )
    {
        var settings = await ReadAsync(kind, "settings");
        var init = Assert.Single(await ReadAsync(kind, "init"));
        var gateway = await ReadAsync(kind, "gateway");
        var deployment = Assert.Single(gateway.OfType<V1Deployment>());
        var told = Assert.Single(settings.OfType<V1ConfigMap>());

        Assert.Equal((strategy, (long?)grace), (deployment.Spec.Strategy.Type, Pod().TerminationGracePeriodSeconds));
        foreach (var pod in (V1PodSpec[])[Assert.IsType<V1Pod>(init).Spec, Pod()])
        {
            var container = Assert.Single(pod.Containers);
            Assert.True(pod.SecurityContext.RunAsNonRoot);
            Assert.Equal(1654, pod.SecurityContext.RunAsUser); // of the base image
            Assert.True(container.SecurityContext.ReadOnlyRootFilesystem);
            Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
            Assert.Equal(told.Metadata.Name, Assert.Single(container.EnvFrom).ConfigMapRef.Name);
            Assert.Equal(pod.Volumes.Select(volume => volume.Name), container.VolumeMounts.Select(mount => mount.Name));
            Assert.Equal(288, pod.Volumes.Single(volume => volume.Secret is not null).Secret.DefaultMode); // 0440
            Assert.Subset(
                settings.OfType<V1PersistentVolumeClaim>().Select(claim => claim.Metadata.Name).ToHashSet(),
                pod.Volumes.Select(volume => volume.PersistentVolumeClaim?.ClaimName).OfType<string>().ToHashSet()
            );
            var variables = told
                .Data.Concat(
                    (container.Env ?? [])
                        .Where(variable => variable.Value is not null)
                        .Select(variable => KeyValuePair.Create(variable.Name, variable.Value))
                )
                .ToDictionary();
            AssertKnown(variables.Keys);
            // What a file is named by lies where a volume is, and nothing is written anywhere else.
            Assert.All(
                variables.Values.SelectMany(value => value.Split(';', '=')).Where(part => part.StartsWith('/')),
                path =>
                    Assert.Contains(
                        container.VolumeMounts,
                        mount => path.StartsWith(mount.MountPath + "/", StringComparison.Ordinal)
                    )
            );
            Assert.Equal(
                9464,
                new Uri(variables["Gateway__Metrics__Url"].Replace("+", "any", StringComparison.Ordinal)).Port
            );
            var ports = container.Ports.ToDictionary(port => port.Name, port => port.ContainerPort);
            Assert.Equal((8080, 9464), (ports["http"], ports["metrics"]));
            if (kind == "cluster")
                Assert.Equal(
                    [$"$(POD_IP):{ports["instances"]}", $"$(POD_IP):{ports["handed-on"] - 1}"],
                    Enumerable.Repeat(variables["Gateway__Cluster__Address"], 2)
                );
            await using var served = await ServedGateway.StartAsync();
            using var http = new HttpClient { BaseAddress = served.Base };
            foreach (
                var probe in (V1Probe[])[container.StartupProbe, container.LivenessProbe, container.ReadinessProbe]
            )
            {
                Assert.Equal(
                    HttpStatusCode.OK,
                    (await http.GetAsync(new Uri(probe.HttpGet.Path, UriKind.Relative))).StatusCode
                );
                Assert.Contains(probe.HttpGet.Port.Value, ports.Keys);
            }
        }

        // All that chooses pods chooses these, and none of it the one that makes the first key.
        var labels = deployment.Spec.Template.Metadata.Labels;
        IEnumerable<IDictionary<string, string>> choosing =
        [
            deployment.Spec.Selector.MatchLabels,
            .. gateway.OfType<V1Service>().Select(service => service.Spec.Selector),
            .. gateway.OfType<V1NetworkPolicy>().Select(policy => policy.Spec.PodSelector.MatchLabels),
            .. gateway.OfType<V1PodDisruptionBudget>().Select(budget => budget.Spec.Selector.MatchLabels),
        ];
        Assert.All(choosing, chosen => Assert.Equal(labels, chosen));
        Assert.NotEqual(labels, init.Metadata.Labels);
        Assert.Equal(kind == "cluster", gateway.OfType<V1PodDisruptionBudget>().Any());
        var named = Pod().Containers[0].Ports.Select(port => port.Name).ToHashSet();
        Assert.Subset(
            named,
            Assert
                .Single(gateway.OfType<V1NetworkPolicy>())
                .Spec.Ingress.SelectMany(rule => rule.Ports)
                .Select(port => port.Port.Value)
                .Append(Assert.Single(gateway.OfType<V1Service>()).Spec.Ports[0].TargetPort.Value)
                .ToHashSet()
        );

        V1PodSpec Pod() => deployment.Spec.Template.Spec;
    }

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
        AssertKnown(variables.Keys);
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

    private static void AssertKnown(IEnumerable<string> variables) =>
        Assert.Subset(
            ServeSettings.All.Select(setting => setting.Variable).ToHashSet(),
            variables.Where(name => name.StartsWith(ServeSettings.Prefix, StringComparison.Ordinal)).ToHashSet()
        );

    // As Kubernetes' own types have them: a word that is none of theirs fails.
    private static async Task<List<IKubernetesObject<V1ObjectMeta>>> ReadAsync(string kind, string file) =>
        [
            .. KubernetesYaml
                .LoadAllFromString(
                    await File.ReadAllTextAsync(Path.Combine(_root, "kubernetes", kind, $"{file}.yaml")),
                    strict: true
                )
                .Cast<IKubernetesObject<V1ObjectMeta>>(),
        ];

    private static async Task<YamlMappingNode> YamlAsync(params string[] path)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(await File.ReadAllTextAsync(Path.Combine([_root, .. path]))));
        return (YamlMappingNode)stream.Documents[0].RootNode;
    }
}
