using System.Net;
using k8s;
using k8s.Models;
using ScimGateway.Host.Serve;
using ScimGateway.Host.Tests.Admin;
using Xunit;

namespace ScimGateway.Host.Tests.Guides;

/// <summary>What holds of the objects that deploy/ has Kubernetes make, whether of files or of the chart.</summary>
internal static class KubernetesFiles
{
    /// <summary>As Kubernetes' own types have them: a word that is none of theirs fails.</summary>
    public static List<IKubernetesObject<V1ObjectMeta>> Read(string text) =>
        [.. KubernetesYaml.LoadAllFromString(text, strict: true).Cast<IKubernetesObject<V1ObjectMeta>>()];

    /// <summary>The gateway has each setting that these variables name.</summary>
    public static void AssertKnown(IEnumerable<string> variables) =>
        Assert.Subset(
            ServeSettings.All.Select(setting => setting.Variable).ToHashSet(),
            variables.Where(name => name.StartsWith(ServeSettings.Prefix, StringComparison.Ordinal)).ToHashSet()
        );

    /// <summary>A pod has what it names, what chooses pods chooses the gateway's, and probes ask what it answers.</summary>
    public static async Task AssertSoundAsync(
        bool cluster,
        IReadOnlyList<IKubernetesObject<V1ObjectMeta>> settings,
        IReadOnlyList<IKubernetesObject<V1ObjectMeta>> init,
        IReadOnlyList<IKubernetesObject<V1ObjectMeta>> gateway
    )
    {
        var first = Assert.IsType<V1Pod>(Assert.Single(init));
        var deployment = Assert.Single(gateway.OfType<V1Deployment>());
        var told = Assert.Single(settings.OfType<V1ConfigMap>());

        Assert.Equal(cluster ? "RollingUpdate" : "Recreate", deployment.Spec.Strategy.Type);
        await using var served = await ServedGateway.StartAsync();
        using var http = new HttpClient { BaseAddress = served.Base };
        foreach (var pod in (V1PodSpec[])[first.Spec, Pod()])
        {
            var container = Assert.Single(pod.Containers);
            Assert.Equal(cluster ? 45 : 30, pod.TerminationGracePeriodSeconds);
            Assert.True(pod.SecurityContext.RunAsNonRoot);
            Assert.Equal(1654, pod.SecurityContext.RunAsUser); // of the base image
            Assert.True(container.SecurityContext.ReadOnlyRootFilesystem);
            Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
            Assert.Contains(container.EnvFrom, from => from.ConfigMapRef?.Name == told.Metadata.Name);
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
            if (cluster)
                Assert.Equal(
                    [$"$(POD_IP):{ports["instances"]}", $"$(POD_IP):{ports["handed-on"] - 1}"],
                    Enumerable.Repeat(variables["Gateway__Cluster__Address"], 2)
                );
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
        Assert.NotEqual(labels, first.Metadata.Labels);
        Assert.Equal(deployment.Spec.Replicas > 1, gateway.OfType<V1PodDisruptionBudget>().Any());
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
}
