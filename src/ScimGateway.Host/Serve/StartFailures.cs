using System.Net.Sockets;
using Microsoft.Extensions.Options;
using ScimGateway.Host.Secrets;
using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Host.Serve;

/// <summary>What keeps a command from its work, as one sentence with the remedy.</summary>
internal static class StartFailures
{
    /// <summary>Runs a command, and says what went wrong: 2, if something else has to be set; else 1.</summary>
    public static async Task<int> TellAsync(Func<Task<int>> command)
    {
        try
        {
            return await command();
        }
        catch (Exception e)
            when (e is SettingException or MasterKeyException or StoreAddressException or OptionsValidationException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 2;
        }
        catch (Exception e)
            when (e
                    is StoreInUseException
                        or StoreUnknownException
                        or StoreServerException
                        or StoreAwayException
                        or StoreNotCopiedException
            )
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
        catch (Exception e)
            when (e is FormatException or InvalidOperationException or InvalidDataException or NotSupportedException)
        {
            await Console.Error.WriteLineAsync(
                $"A setting cannot be read: {e.Message} 'serve --help' says what each is."
            );
            return 2;
        }
        catch (Exception e) when (e is IOException or SocketException or UnauthorizedAccessException) // as when the port is taken
        {
            await Console.Error.WriteLineAsync($"{e.Message} Choose another place with --urls or --data.");
            return 1;
        }
    }
}
