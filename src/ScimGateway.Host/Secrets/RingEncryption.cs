using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;

namespace ScimGateway.Host.Secrets;

/// <summary>Wraps each key that ASP.NET adds to the ring.</summary>
internal sealed class RingEncryptor(Wrappings wrappings) : IXmlEncryptor
{
    /// <inheritdoc/>
    public EncryptedXmlInfo Encrypt(XElement plaintextElement) =>
        new(wrappings.Wrap(plaintextElement), typeof(RingDecryptor));
}

/// <summary>
/// Unwraps a key of the ring. ASP.NET makes it, by the name of the type, which stands in each key: another name or
/// namespace would leave the keys of before unread.
/// </summary>
internal sealed class RingDecryptor(IServiceProvider services) : IXmlDecryptor
{
    /// <inheritdoc/>
    public XElement Decrypt(XElement encryptedElement) =>
        services.GetRequiredService<Wrappings>().Unwrap(encryptedElement);
}
