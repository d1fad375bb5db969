using Microsoft.Extensions.DependencyInjection;
using ScimGateway.Host.Cluster;
using ScimGateway.Host.Tests.Admin;
using ScimGateway.Kill;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Storage.Tables;
using Xunit;

namespace ScimGateway.Host.Tests.Cluster;

/// <summary>Two instances of a cluster, as 'serve --cluster' starts them, on one database and beside one pretend Slack.</summary>
internal sealed class Together : IAsyncDisposable
{
    private readonly string _folder;

    private Together(string folder, ServedGateway one, ServedGateway other) =>
        (_folder, One, Other) = (folder, one, other);

    /// <summary>No instance waits for balancers, or for another to stay.</summary>
    public static DrainTime Quick { get; } =
        new(TimeSpan.Zero, TimeSpan.FromSeconds(8), TimeSpan.Zero, TimeSpan.FromSeconds(8));

    public ServedGateway One { get; }

    public ServedGateway Other { get; }

    /// <summary>Both at work.</summary>
    /// <param name="services">What else is in the box of the first.</param>
    /// <param name="before">What is done before the other one starts.</param>
    /// <param name="port">Where the other one's silo is.</param>
    /// <param name="exchanged">Whether each shows a certificate of its own, and knows the other's.</param>
    /// <param name="ofOther">What else is in the box of the other one.</param>
    /// <param name="proxy">The way of the first to the store.</param>
    /// <param name="moreOfOther">What else the other one is started with.</param>
    public static async Task<Together> StartAsync(
        Action<IServiceCollection>? services = null,
        Func<ServedGateway, Task>? before = null,
        Func<ServedGateway, int>? port = null,
        bool exchanged = false,
        Action<IServiceCollection>? ofOther = null,
        StoreProxy? proxy = null,
        string[]? moreOfOther = null
    )
    {
        var folder = Directory.CreateTempSubdirectory("scimgateway-cluster-").FullName;
        var one = await ServedGateway.StartAsync(
            box =>
            {
                box.AddSingleton(Quick);
                services?.Invoke(box);
            },
            more:
            [
                .. Arguments(folder),
                .. proxy is null ? [] : new[] { "--store", proxy.To(TestStore.AsDatabase(folder)) },
            ]
        );
        if (before is not null)
            await before(one);
        if (exchanged)
            Exchange(Path.Combine(folder, "cluster.pem"));
        var other = await ServedGateway.StartAsync(
            box =>
            {
                box.AddSingleton(Quick);
                ofOther?.Invoke(box);
            },
            more:
            [
                .. Arguments(folder, port: port?.Invoke(one)),
                "--slack",
                one.Slack.BaseUrl.ToString(),
                .. moreOfOther ?? [],
            ]
        );
        return new Together(folder, one, other);
    }

    /// <summary>What an instance of the cluster of a folder is started with.</summary>
    public static string[] Arguments(string folder, string name = "one", int? port = null)
    {
        var (certificate, key) = (Path.Combine(folder, "cluster.pem"), Path.Combine(folder, "master.key"));
        if (!File.Exists(key))
        {
            ClusterFiles.WriteOwn(key, ClusterFiles.MasterKey());
            ClusterFiles.WriteOwn(certificate, ClusterFiles.Certificate() + ClusterFiles.Certificate());
        }
        return
        [
            "--store",
            TestStore.AsDatabase(folder),
            "--master-key-file",
            key,
            "--cluster",
            name,
            "--cluster-address",
            $"127.0.0.1:{port ?? Service.FreePort(Random.Shared)}",
            "--cluster-certificate",
            certificate,
        ];
    }

    /// <summary>What one more is started with, at a port.</summary>
    public string[] Arguments(int port) => Arguments(_folder, port: port);

    /// <summary>
    /// Tenants until each instance has one: the word and the token of a source of one that is at the first, and of one that
    /// is at the other.
    /// </summary>
    public async Task<((string Slug, string Token) AtOne, (string Slug, string Token) AtOther)> TenantsAsync()
    {
        (string, string)? atOne = null,
            atOther = null;
        for (var i = 1; atOne is null || atOther is null; i++)
        {
            Assert.True(i < 30, "all tenants are at one instance");
            var slug = $"tenant-{i}";
            var token = await One.SetUpAsync(slug, SlackEmulator.SlackEmulatorServer.TokenOf(i));
            await One.EnableAsync(slug);
            if (await IsAtAsync(One, slug))
                atOne ??= (slug, token);
            else
                atOther ??= (slug, token);
        }
        return (atOne.Value, atOther.Value);
    }

    /// <summary>Whether a tenant's place is at an instance.</summary>
    public static async Task<bool> IsAtAsync(ServedGateway instance, string slug)
    {
        var tenant = await instance.Store.AskAsync(session => Tenants.Of(session, slug)!.Id);
        return instance.Part<Places>().Has(tenant);
    }

    public async ValueTask DisposeAsync()
    {
        await Other.DisposeAsync();
        await One.DisposeAsync();
        TestStore.Drop(_folder);
    }

    // The other certificate comes first, which is the one that is shown.
    private static void Exchange(string file)
    {
        var text = File.ReadAllText(file);
        var other = text.IndexOf("-----BEGIN CERTIFICATE", 1, StringComparison.Ordinal);
        ClusterFiles.WriteOwn(file, text[other..] + text[..other]);
    }
}
