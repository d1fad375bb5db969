using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using k8s.Models;
using ScimGateway.Host.Serve;
using ScimGateway.Tests;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace ScimGateway.Host.Tests.Guides;

/// <summary>The Helm chart makes what deploy/kubernetes has, and refuses values that cannot be.</summary>
[Trait("speed", "slow")]
public sealed partial class HelmChartTests(HelmChart chart) : IClassFixture<HelmChart>
{
    private const string Init = "init: true";
    private const string Least = "{ image: scimgateway, publicUrl: https://gateway.example.org }";
    private const string Database = "{ postgres: { connection: Host=db.example.org;Passfile=/secrets/pgpass } }";

    [Theory]
    [InlineData("sqlite")]
    [InlineData("cluster")]
    public async Task The_plain_files_are_what_the_chart_makes(string kind)
    {
        var values = await File.ReadAllTextAsync(Path.Combine(HelmChart.Folder, $"{kind}.yaml"));
        var gateway = await chart.RenderAsync("scimgateway", values);
        var init = await chart.RenderAsync("scimgateway", values, Init);

        Assert.Equal(["gateway.yaml", "settings.yaml", "NOTES.txt"], gateway.Keys);
        Assert.Equal(["init.yaml", "settings.yaml", "NOTES.txt"], init.Keys);
        Assert.Equal(gateway["settings.yaml"], init["settings.yaml"]);
        foreach (var (name, text) in gateway.Concat(init).Where(file => file.Key != "NOTES.txt"))
            GeneratedPage.AssertFreshFile($"deploy/kubernetes/{kind}/{name}", ForHelmAlone().Replace(text, ""));
    }

    public static TheoryData<bool, string> Choices =>
        new()
        {
            { false, "{}" },
            { false, "{ image: 'registry.example.org/scimgateway@sha256:0123abcd', secret: theirs }" },
            { false, "{ sqlite: { storage: 1Ti, storageClass: fast, backupEvery: '1.00:00:00' }, resources: null }" },
            {
                false,
                "{ ingress: { enabled: true, className: nginx, annotations: { a.example.org/b: 'true' }, tlsSecret: t } }"
            },
            { false, "{ settings: { Gateway__Log: null, Gateway__Proxies: 10.1.2.0/24 }, secretSettings: mail }" },
            { true, "{ postgres: { replicas: 1 } }" },
            { true, "{ postgres: { replicas: 5 }, ingress: { enabled: true, tlsSecret: t } }" },
            {
                true,
                "{ nodeSelector: { a: b }, tolerations: [{ key: a, operator: Exists }], affinity: { podAntiAffinity: {} } }"
            },
        };

    [Theory]
    [MemberData(nameof(Choices))]
    public async Task What_the_values_choose_is_as_sound_under_any_name(bool cluster, string values)
    {
        string[] all = [Least, cluster ? Database : "{}", values];
        var gateway = await chart.RenderAsync("another", all);
        var init = await chart.RenderAsync("another", [.. all, Init]);

        await KubernetesFiles.AssertSoundAsync(
            cluster,
            KubernetesFiles.Read(gateway["settings.yaml"]),
            KubernetesFiles.Read(init["init.yaml"]),
            KubernetesFiles.Read(gateway["gateway.yaml"])
        );
    }

    [Fact]
    public async Task What_the_values_name_is_where_Kubernetes_looks_for_it()
    {
        var files = await chart.RenderAsync(
            "another",
            """
            image: registry.example.org/scimgateway:1.2.3
            publicUrl: https://scim.example.net
            secret: theirs
            secretSettings: mail
            settings: { Gateway__Notices__Mail__Host: mail.example.net }
            nodeSelector: { disk: fast }
            ingress: { enabled: true, className: nginx, annotations: { one.example.org/two: "3" }, tlsSecret: certificate }
            namespaces: { clients: balancers, prometheus: watchers }
            """
        );
        var gateway = KubernetesFiles.Read(files["gateway.yaml"]);
        var pod = gateway.OfType<V1Deployment>().Single().Spec.Template.Spec;
        var ingress = gateway.OfType<V1Ingress>().Single();
        var told = KubernetesFiles.Read(files["settings.yaml"]).OfType<V1ConfigMap>().Single().Data;

        Assert.Equal("registry.example.org/scimgateway:1.2.3", pod.Containers[0].Image);
        Assert.Equal(["theirs"], pod.Volumes.Select(volume => volume.Secret?.SecretName).OfType<string>());
        Assert.Equal(["mail"], pod.Containers[0].EnvFrom.Select(from => from.SecretRef?.Name).OfType<string>());
        Assert.Equal("fast", pod.NodeSelector["disk"]);
        Assert.Equal("https://scim.example.net", told["Gateway__PublicUrl"]);
        Assert.Equal(("mail.example.net", "json"), (told["Gateway__Notices__Mail__Host"], told["Gateway__Log"]));
        Assert.Equal(
            ("nginx", "3"),
            (ingress.Spec.IngressClassName, ingress.Metadata.Annotations["one.example.org/two"])
        );
        Assert.Equal("scim.example.net", ingress.Spec.Rules[0].Host);
        Assert.Equal(
            ("scim.example.net", "certificate"),
            (ingress.Spec.Tls[0].Hosts[0], ingress.Spec.Tls[0].SecretName)
        );
        Assert.Equal("another", ingress.Spec.Rules[0].Http.Paths[0].Backend.Service.Name);
        Assert.Equal(
            ["balancers", "watchers"],
            gateway
                .OfType<V1NetworkPolicy>()
                .Single()
                .Spec.Ingress.Select(rule => rule.FromProperty[0].NamespaceSelector.MatchLabels.Values.Single())
        );
    }

    [Fact]
    public async Task Other_settings_make_other_pods_and_the_volume_outlives_an_uninstall()
    {
        var before = await chart.RenderAsync("scimgateway", Least);
        var same = await chart.RenderAsync("scimgateway", Least, "{ namespaces: { clients: others } }");
        var after = await chart.RenderAsync("scimgateway", Least, "{ settings: { Gateway__Log: text } }");

        Assert.Equal(Checksum(before), Checksum(same));
        Assert.NotEqual(Checksum(before), Checksum(after));
        Assert.Equal(
            "keep",
            KubernetesFiles
                .Read(before["settings.yaml"])
                .OfType<V1PersistentVolumeClaim>()
                .Single()
                .Metadata.Annotations["helm.sh/resource-policy"]
        );

        static string Checksum(IReadOnlyDictionary<string, string> files) =>
            KubernetesFiles
                .Read(files["gateway.yaml"])
                .OfType<V1Deployment>()
                .Single()
                .Spec.Template.Metadata.Annotations["checksum/settings"];
    }

    [Theory]
    [InlineData("image: null", "image: name the gateway's image, with its tag or digest")]
    [InlineData("publicUrl: ''", "publicUrl: say how clients reach the gateway, such as https://gateway.example.org")]
    [InlineData("publicUrl: gateway.example.org", "publicUrl: Does not match pattern")]
    [InlineData("replicas: 3", "Additional property replicas is not allowed")]
    [InlineData("postgres: { replicas: 0 }", "postgres.replicas: Must be greater than or equal to 1")]
    [InlineData(
        "ingress: { enabled: true }",
        "ingress.tlsSecret: name the Secret with the certificate of publicUrl's host"
    )]
    [InlineData("settings: { Log: json }", "settings: Additional property Log is not allowed")]
    [InlineData("settings: { Gateway__HstsDays: 1 }", "settings.Gateway__HstsDays: Invalid type. Expected: string")]
    [InlineData("settings: { Gateway__Data: /tmp }", "settings.Gateway__Data: the chart sets this itself")]
    [InlineData(
        "postgres: { connection: Host=db.example.org;Password=secret }",
        "postgres.connection: put the password into a password file of the Secret, and name that: Passfile=/secrets/pgpass"
    )]
    [InlineData("secret: ''", "secret: String length must be greater than or equal to 1")]
    public async Task A_value_that_cannot_be_is_refused_with_its_name(string values, string says) =>
        Assert.Contains(says, await chart.RefusalAsync([], Least, values), StringComparison.Ordinal);

    [Fact]
    public async Task The_first_key_is_made_by_an_installation_alone() =>
        Assert.Contains(
            "init: only helm install makes the first admin key; leave init out",
            await chart.RefusalAsync(["--is-upgrade"], Least, Init),
            StringComparison.Ordinal
        );

    // Those that hold a secret itself, in place of the name of its file; an incoming webhook's address is one, too.
    [Fact]
    public async Task Settings_that_are_secrets_are_not_taken_into_the_chart()
    {
        var secrets = ServeSettings
            .All.Select(setting => setting.Variable)
            .Where(name => SecretName().IsMatch(name))
            .Append("Gateway__Notices__Slack__Url");

        foreach (var name in secrets)
            Assert.Contains(
                $"settings.{name}: this is a secret; put it into the Secret that secretSettings names",
                await chart.RefusalAsync([], Least, $"settings: {{ {name}: x }}"),
                StringComparison.Ordinal
            );
    }

    [Fact]
    public async Task The_schema_has_each_value_and_no_other()
    {
        var folder = Path.Combine(HelmChart.Folder, "scimgateway");
        var schema = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "values.schema.json")))!;
        var values = new YamlStream();
        values.Load(new StringReader(await File.ReadAllTextAsync(Path.Combine(folder, "values.yaml"))));

        Assert.Equal(
            Of((YamlMappingNode)values.Documents[0].RootNode),
            Named(schema).Where(name => name != "global").ToList()
        );

        // What may have any names, as the settings do, counts as one.
        static IEnumerable<string> Named(JsonNode schema, string before = "") =>
            schema["properties"] is JsonObject properties
                ? properties.SelectMany(one =>
                    Named(one.Value!, $"{before}{one.Key}.").DefaultIfEmpty($"{before}{one.Key}")
                )
                : [];
        List<string> Of(YamlMappingNode node, string before = "") =>
            [
                .. node.Children.SelectMany(one =>
                    one.Value is YamlMappingNode inner && Inner($"{before}{one.Key}")
                        ? Of(inner, $"{before}{one.Key}.")
                        : [$"{before}{one.Key}"]
                ),
            ];
        bool Inner(string path) =>
            path.Split('.').Aggregate(schema, (at, name) => at["properties"]![name]!)["properties"] is not null;
    }

    [Fact]
    public async Task The_notes_say_what_the_page_says_of_the_first_key()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(GeneratedPage.Root(), "docs", "deploy.md"));
        var notes = (await chart.RenderAsync("scimgateway", Least, Init))["NOTES.txt"];

        var commands = notes
            .Split('\n')
            .Where(line => line.StartsWith("  kubectl ", StringComparison.Ordinal))
            .ToList();
        Assert.Equal(3, commands.Count);
        Assert.All(
            commands,
            command =>
                Assert.Contains(
                    command.Trim().Replace("-n default ", "", StringComparison.Ordinal),
                    page,
                    StringComparison.Ordinal
                )
        );
    }

    // What only Helm reads says so.
    [GeneratedRegex("^.* # Helm: .*\n", RegexOptions.Multiline)]
    private static partial Regex ForHelmAlone();

    [GeneratedRegex("(Secret|Password|MasterKey)$")]
    private static partial Regex SecretName();
}
