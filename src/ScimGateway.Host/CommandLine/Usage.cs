namespace ScimGateway.Host.CommandLine;

/// <summary>What the program can be asked to do.</summary>
internal static class Usage
{
    public static int Print()
    {
        Console.Error.WriteLine(
            """
            usage: [serve] [--init] [--SETTING VALUE ...]
                serves; 'serve --help' says all that can be set
            usage: demo [--urls URL] [--public-url URL] [--slack-urls URL | --slack URL] [--token T] [--admin-key K] [--data DIR] [--seed N] [--slack-time-limit S] [--tenants N] [--dialect rfc]
                gateway and emulator in one process, the tenant "demo" connected and enabled; with --tenants also "demo2" ... "demoN"
            """
        );
        return 2;
    }
}
