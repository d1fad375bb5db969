using ScimGateway.Host.Serve;
using ScimGateway.Host.Tests.CommandLine;
using Xunit;

namespace ScimGateway.Host.Tests.Serve;

/// <summary>What the gateway is told as it starts, and what it says of a setting that is wrong or that there is not.</summary>
public class SettingTests
{
    [Fact]
    public async Task Help_says_each_setting_once()
    {
        var (code, said, _) = await Started.RunAsync(["serve", "--help"]);

        Assert.Equal(0, code);
        foreach (var setting in ServeSettings.All)
            Assert.Equal(1, said.Split('\n').Count(line => line.Trim() == setting.ToString()));
    }

    [Theory]
    [InlineData("There is no argument '--colour'", "--colour", "red")]
    [InlineData("There is no argument '--proxis' (did you mean --proxies?)", "--proxis", "10.0.0.1")]
    [InlineData("--urls wants a value", "--urls")]
    [InlineData("Gateway__Slack", "--slack", "https://slack.example")]
    [InlineData("Gateway__Log", "--log", "xml")]
    [InlineData("Gateway__Metrics__Url", "--metrics-url", "http://127.0.0.1:0")]
    [InlineData("Gateway__Metrics__Url", "--metrics-url", "https://127.0.0.1:9464")]
    [InlineData("Gateway__Metrics__Url", "--metrics-url", "9464")]
    [InlineData("Gateway__Metrics__Tenants", "--metrics-tenants", "-1")]
    [InlineData("say a public URL as well (--public-url)", "--admin-url", "http://127.0.0.1:5081")]
    [InlineData(
        "Gateway__Admin__Url) cannot be so: something else has the port 5080",
        "--admin-url",
        "http://127.0.0.2:5080",
        "--public-url",
        "https://gateway.example.org",
        "--urls",
        "http://127.0.0.1:5080"
    )]
    [InlineData(
        "something else has the port 9464",
        "--health-url",
        "http://127.0.0.2:9464",
        "--metrics-url",
        "http://127.0.0.1:9464"
    )]
    [InlineData("Gateway__Backup__Every", "--backup-every", "6h")]
    [InlineData("Gateway__Backup__Every", "--backup-every", "00:00:10")]
    [InlineData("Gateway__Backup__Every", "--backup-every", "06:00:00", "--store", "Host=127.0.0.1")]
    [InlineData("Gateway__Backup__Keep", "--backup-keep", "0")]
    [InlineData("Gateway__PublicUrl", "--public-url", "gateway.example.org")]
    [InlineData("Gateway__Urls", "--urls", "nowhere")]
    [InlineData("Gateway__Urls", "--urls", "https://127.0.0.1:5080")]
    [InlineData("Gateway__Proxies", "--proxies", "balancer")]
    [InlineData("Gateway__Proxies", "--proxies", "10.1.2.3, 10.1.2.3/8")] // not where the network begins
    [InlineData("Gateway__Proxies", "--proxies", "0.0.0.0/0")] // everybody
    [InlineData("Gateway__HstsDays", "--hsts-days", "-1")]
    [InlineData("Gateway__SlackApp__ClientSecretFile", "--slack-client-id", "1.2")]
    [InlineData("Gateway__SlackApp__ClientId", "--slack-client-secret-file", "nowhere")]
    [InlineData(
        "nowhere, the file of SlackApp:ClientSecretFile, is not there",
        "--slack-client-id",
        "1.2",
        "--slack-client-secret-file",
        "nowhere"
    )]
    [InlineData("Gateway__SignIn__Issuer", "--sign-in-client", "gateway")]
    [InlineData("Gateway__SignIn__Client", "--sign-in-issuer", "https://idp.example")]
    [InlineData("Gateway__SignIn__Issuer", "--sign-in-issuer", "http://idp.example", "--sign-in-client", "gateway")]
    [InlineData("Gateway__SignIn__Issuer", "--sign-in-issuer", "https://idp.example?x", "--sign-in-client", "gateway")]
    [InlineData(
        "Gateway__SignIn__SecretFile",
        "--sign-in-issuer",
        "https://idp.example",
        "--sign-in-client",
        "gateway",
        "--sign-in-roles",
        "owner=owners"
    )]
    [InlineData(
        "nowhere, the file of SignIn:SecretFile, is not there",
        "--sign-in-issuer",
        "https://idp.example",
        "--sign-in-client",
        "gateway",
        "--sign-in-secret-file",
        "nowhere",
        "--sign-in-roles",
        "owner=owners"
    )]
    [InlineData(
        "Gateway__SignIn__ConsoleUrl",
        "--sign-in-issuer",
        "https://idp.example",
        "--admin-url",
        "http://127.0.0.1:5081",
        "--public-url",
        "https://gateway.example.org"
    )]
    [InlineData("Gateway__Store", "--cluster", "one")] // a file is one process's
    [InlineData("Gateway__Store", "--cluster", "one", "--store", "Data Source=gateway.db")]
    [InlineData("Gateway__Cluster__Address", "--cluster", "one", "--store", "Host=127.0.0.1")]
    [InlineData(
        "Gateway__Cluster__Address",
        "--cluster",
        "one",
        "--store",
        "Host=127.0.0.1",
        "--cluster-address",
        "0.0.0.0:11111" // which nobody finds
    )]
    [InlineData(
        "Gateway__Cluster__Certificate",
        "--cluster",
        "one",
        "--store",
        "Host=127.0.0.1",
        "--cluster-address",
        "127.0.0.1:11111"
    )]
    [InlineData("Gateway__Cluster__Name", "--cluster-address", "127.0.0.1:11111")]
    [InlineData("Gateway__Secrets__MasterKeyFile")] // there is none
    public async Task What_is_wrong_is_one_sentence_with_the_settings_name(string says, params string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("scimgateway-serve-");

        var (code, said, error) = await Started.RunAsync(["serve", "--data", folder.FullName, .. arguments]);

        Assert.Equal((2, ""), (code, said));
        Assert.Contains(says, error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
        Assert.Empty(folder.EnumerateFileSystemInfos());
        folder.Delete();
    }

    [Theory]
    [InlineData("owner", "'owner' names no value of the claim")]
    [InlineData("owner=", "'owner=' names no value of the claim")]
    [InlineData("owner=a,", "'' names no value of the claim")]
    [InlineData("admin=a", "'admin' is no role: there are viewer, operator, owner")]
    [InlineData("1=a", "'1' is no role")]
    [InlineData("owner:Acme Inc=a", "'Acme Inc' is no tenant's word in the path")]
    [InlineData("owner:=a", "'' is no tenant's word in the path")]
    public void Who_has_which_role_is_said_as_the_sentence_says(string roles, string says)
    {
        var wrong = Assert.Throws<SettingException>(() =>
            ServeSettings.Parse(
                ServeSettings.Read([
                    "--sign-in-issuer",
                    "https://idp.example",
                    "--sign-in-client",
                    "gateway",
                    "--sign-in-roles",
                    roles,
                ])
            )
        );

        Assert.Contains("Gateway__SignIn__Roles", wrong.Message, StringComparison.Ordinal);
        Assert.Contains(says, wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ASPNETCORE_HTTP_PORTS", "eighty")]
    [InlineData("ASPNETCORE_URLS", "https://+:8443")]
    public async Task Where_it_listens_may_be_said_as_to_every_program_of_its_kind(string variable, string value)
    {
        var folder = Directory.CreateTempSubdirectory("scimgateway-serve-");

        var (code, _, error) = await Started.RunAsync(["serve", "--data", folder.FullName], [(variable, value)]);

        Assert.Equal(2, code);
        Assert.Contains("Gateway__Urls", error, StringComparison.Ordinal);
        folder.Delete();
    }

    [Theory]
    [InlineData("Gateway__Prxies", "There is no setting Prxies (Gateway__Prxies) (did you mean Proxies?)")]
    [InlineData("Gateway__Notices__Mail__Hots", "(did you mean Notices:Mail:Host?)")]
    [InlineData("Gateway__Colour", "There is no setting Colour (Gateway__Colour); 'serve --help' says")]
    public async Task A_setting_that_there_is_not_is_refused_with_the_one_that_is_meant(string variable, string says)
    {
        var folder = Directory.CreateTempSubdirectory("scimgateway-serve-");

        var (code, _, error) = await Started.RunAsync(
            ["serve", "--init", "--data", folder.FullName],
            [(variable, "a-secret")]
        );

        Assert.Equal(2, code);
        Assert.Contains(says, error, StringComparison.Ordinal);
        Assert.DoesNotContain("a-secret", error, StringComparison.Ordinal);
        Assert.Empty(folder.EnumerateFileSystemInfos());
        folder.Delete();
    }

    [Theory]
    [InlineData("Gateway__Requests__OfTenant", "0", "(--tenant-requests) can be from 1 to 1000000")]
    [InlineData("Gateway__Requests__Memory", "much", "A setting cannot be read")]
    [InlineData("Gateway__Issuers__LongestToken", "60.00:00:00", "(--longest-token) from 00:01:00 to 30.00:00:00")]
    [InlineData("Gateway__Connections__OfAddress", "0", "(--address-connections) can be from 1 to 10000")]
    [InlineData("Gateway__Journal__Keep", "-1.00:00:00", "(Journal:Keep) can be kept from 1.00:00:00")]
    [InlineData("Gateway__Notices__Mail__Host", "mail.example", "(Gateway__Notices__Mail__Port) is missing")]
    [InlineData("Gateway__Notices__Mail__Password", "secret", "(Gateway__Notices__Mail__Host) is missing")]
    [InlineData("Gateway__Notices__Webhook__Secret", "secret", "(Gateway__Notices__Webhook__Url) is missing")]
    public async Task A_setting_that_cannot_be_so_is_refused_before_anything_is_made(
        string variable,
        string value,
        string says
    )
    {
        var folder = Directory.CreateTempSubdirectory("scimgateway-serve-");

        var (code, _, error) = await Started.RunAsync(
            ["serve", "--init", "--data", folder.FullName],
            [(variable, value)]
        );

        Assert.Equal(2, code);
        Assert.Contains(says, error, StringComparison.Ordinal);
        Assert.Empty(folder.EnumerateFileSystemInfos());
        folder.Delete();
    }

    [Theory]
    [InlineData("""{"Proxies":["10.0.0.1"]}""", "There is no setting Proxies:0")]
    [InlineData("""{"Logging":{"LogLevel":{"Default":"Debug"}},"Log":"xml"}""", "Gateway__Log")] // ASP.NET's own is no mistake
    public async Task What_the_file_says_in_vain_is_refused_too(string file, string says)
    {
        var folder = Directory.CreateTempSubdirectory("scimgateway-serve-");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "appsettings.json"), file);

        var (code, _, error) = await Started.RunAsync(["serve", "--init"], [], folder.FullName);

        Assert.Equal(2, code);
        Assert.Contains(says, error, StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }
}
