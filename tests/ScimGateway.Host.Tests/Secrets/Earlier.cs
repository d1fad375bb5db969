namespace ScimGateway.Host.Tests.Secrets;

/// <summary>What a build of 2026-11-22 has kept: an entry of the ring, wrapped by a master key, and a secret.</summary>
internal static class Earlier
{
    public const string MasterKey = "4cbwQLsZl1ZOsxfNNDoBF9fd90utGWOVeDxzxehdKNc=";

    public const string Name = "key-459f8493-f96c-4dc5-8989-2329e1ebc9cf";

    // As it was written, but for the line breaks.
    public const string Xml = """
        <key id="459f8493-f96c-4dc5-8989-2329e1ebc9cf" version="1">
        <creationDate>2026-11-22T02:00:06.4708356Z</creationDate>
        <activationDate>2026-11-22T02:00:06.4708356Z</activationDate>
        <expirationDate>2027-02-20T02:00:06.4708356Z</expirationDate>
        <descriptor deserializerType="Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption.ConfigurationModel.AuthenticatedEncryptorDescriptorDeserializer, Microsoft.AspNetCore.DataProtection, Version=10.0.0.0, Culture=neutral, PublicKeyToken=adb9793829ddae60">
        <descriptor>
        <encryption algorithm="AES_256_CBC" />
        <validation algorithm="HMACSHA256" />
        <encryptedSecret decryptorType="ScimGateway.Host.Secrets.RingDecryptor, ScimGateway.Host, Version=1.0.0.0, Culture=neutral, PublicKeyToken=null" xmlns="http://schemas.asp.net/2015/03/dataProtection">
        <wrapped by="key-984dbb69bb70a218" xmlns="">Ks/UkHsUX1H1faL1h+9pWepuF76lbYAte6Qw+4Gs6M+zNokSUlc3GR/yNCV8aAUfeebQFv3ykiNCHvEdPv8I5gAukVZKynBagWqtcffxeAoe/XTdtE2ce/rHURQpikU0n5QVhfyS51z9DZVhG0wqpNEUXYEFgLt+96GMaZcLJi2cOTrDCIBU7ynRJFgBnqoL7tp9jWoI1G1Y84+WTDu8CyekrOnQfBwRDR/lkx8IsvaPRpZcHvxDxUBfijWsA55pbWWbLPssiFoqFGwhn7s1kREhJt7u99XaAwO47vobaQO0bwQwKRujJtmiRhC4BFCFz0SPhU2e6RP2JD73IH7h6A4fmX+hfrAmQohUfP48SGAdubd99LlowBdHTtsHjDH/Dots7hMRKp5FFg==</wrapped>
        </encryptedSecret>
        </descriptor>
        </descriptor>
        </key>
        """;

    public const string Kept =
        "CfDJ8JOEn0Vs+cVNiYkjKeHryc8LobNJRycrX1yzdBicV/fRTdAE3lHqm17z43i3EOjJSOiK9+Mrd/fAA13+y7a2NyRR2wWamfo8"
        + "fqy/L8YTuwAFtZsA0A2arEQxoXsArf+M6M1jnK3qMcfOyH+aDHO4IMQ=";
}
