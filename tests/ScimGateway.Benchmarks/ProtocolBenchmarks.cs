using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using BenchmarkDotNet.Attributes;
using ScimGateway.Protocol.Bounds;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Filters;
using ScimGateway.Protocol.Patching;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;

namespace ScimGateway.Benchmarks;

/// <summary>What the library costs: a user in and out, a filter over many, one member more.</summary>
[MemoryDiagnoser]
public class ProtocolBenchmarks
{
    private readonly ArrayBufferWriter<byte> _buffer = new(64 * 1024);
    private readonly byte[] _user = Encoding.UTF8.GetBytes(User(1));
    private readonly List<ScimResource> _users = [];
    private readonly Filter _filter = Filter.Read(
        "userName eq \"user9999@crew.example\"",
        ResourceTypes.User,
        Reading.Everything()
    );
    private ScimResource _group = null!;
    private byte[] _one = [];

    /// <summary>Ten thousand users, a group of 50,000, and the PATCH that adds a member.</summary>
    [GlobalSetup]
    public void Setup()
    {
        for (var i = 0; i < 10_000; i++)
            _users.Add(ScimResource.Read(ResourceTypes.User, Encoding.UTF8.GetBytes(User(i)), ReadLimits.User));
        var members = string.Join(',', Enumerable.Range(0, 50_000).Select(i => $"{{\"value\":\"member-{i}\"}}"));
        var group = $"{{\"schemas\":[\"{Urn.Group}\"],\"displayName\":\"Crew\",\"members\":[{members}]}}";
        _group = ScimResource.Read(ResourceTypes.Group, Encoding.UTF8.GetBytes(group), ReadLimits.Group);
        _one = Encoding.UTF8.GetBytes(
            $$"""{"schemas":["{{Urn.PatchOp}}"],"Operations":[{"op":"add","path":"members","value":[{"value":"m-1"}]}]}"""
        );
    }

    /// <summary>The measure: parse and write, as any server must.</summary>
    [Benchmark(Baseline = true)]
    public void ParseAndWrite() => Write(JsonNode.Parse(_user)!);

    /// <summary>A POST body in, held against the schemas, and out.</summary>
    [Benchmark]
    public void ReadCheckAndWrite()
    {
        var resource = ScimResource.Read(ResourceTypes.User, _user, ReadLimits.User);
        SchemaCheck.Admit(resource, Reading.Everything());
        Write(resource.Json);
    }

    /// <summary>The filter that every provider sends, without an index.</summary>
    [Benchmark]
    public void FilterTenThousand()
    {
        var found = 0;
        foreach (var user in _users)
            if (_filter.Matches(user, new WorkLimit()))
                found++;
        if (found != 1)
            throw new InvalidOperationException($"{found} users found");
    }

    /// <summary>A member into a group, as a change: the list of members is no input.</summary>
    [Benchmark]
    public void AddMemberAsChange()
    {
        var reading = Reading.Everything();
        var request = PatchRequest.Read(ResourceTypes.Group, _one, ReadLimits.Group, reading);
        if (Membership.Split(request, reading).Members.Count != 1)
            throw new InvalidOperationException("one change was expected");
    }

    /// <summary>
    /// The same by patching the document of a group of 50,000, as a server does that keeps members in it.
    /// </summary>
    [Benchmark]
    public void AddMemberToDocument()
    {
        var reading = Reading.Everything();
        var request = PatchRequest.Read(ResourceTypes.Group, _one, ReadLimits.Group, reading);
        Patcher.Apply(_group, request, reading);
    }

    private void Write(JsonNode node)
    {
        _buffer.ResetWrittenCount();
        using var writer = new Utf8JsonWriter(_buffer, ScimJson.WriterOptions);
        node.WriteTo(writer);
    }

    // Some 2 KB, with what Entra ID and PingFederate send of a person.
    private static string User(int i) =>
        $$"""
            {"schemas":["{{Urn.User}}","{{Urn.EnterpriseUser}}"],"externalId":"ext-{{i}}","userName":"user{{i.ToString(
                CultureInfo.InvariantCulture
            )}}@crew.example",
            "name":{"formatted":"Ms. Vera K Holm III","familyName":"Holm","givenName":"Vera","middleName":"Karin","honorificPrefix":"Ms.","honorificSuffix":"III"},
            "displayName":"Vera Holm","nickName":"Vee","profileUrl":"https://login.crew.example/vera","title":"Engineer","userType":"Employee",
            "preferredLanguage":"sv-SE","locale":"sv-SE","timezone":"Europe/Stockholm","active":true,
            "emails":[{"value":"vera{{i}}@crew.example","type":"work","primary":true},{"value":"vera{{i}}@home.example","type":"home"}],
            "phoneNumbers":[{"value":"+46-8-100100","type":"work"},{"value":"+46-70-100100","type":"mobile"},{"value":"+46-8-100101","type":"fax"}],
            "ims":[{"value":"vera.holm","type":"xmpp"}],"photos":[{"value":"https://photos.crew.example/vera/large.jpg","type":"photo"},
            {"value":"https://photos.crew.example/vera/small.jpg","type":"thumbnail"}],
            "addresses":[{"type":"work","streetAddress":"4 Parkgatan","locality":"Lund","region":"Skane","postalCode":"22100","country":"SE",
            "formatted":"4 Parkgatan\n22100 Lund","primary":true},{"type":"home","streetAddress":"7 Kajen","locality":"Malmo","region":"Skane",
            "postalCode":"21100","country":"SE","formatted":"7 Kajen\n21100 Malmo"}],
            "roles":[{"value":"Admin","type":"AppRole","primary":true}],"entitlements":[{"value":"crew-portal"}],
            "{{Urn.EnterpriseUser}}":{"employeeNumber":"70{{i}}","costCenter":"4130","organization":"Crew","division":"North","department":"Tooling",
            "manager":{"value":"26118915-6090-4610-87e4-49d8ca9f808d"} } }
            """;
}
