using System.Security.Cryptography;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Host.Secrets;

/// <summary>All that the key ring may be wrapped by: the first wraps, each unwraps.</summary>
internal sealed class Wrappings(params IReadOnlyList<Wrapping> wrappings)
{
    // As ASP.NET writes a key to its store, and as we wrap what is secret in it.
    private static readonly XNamespace _ring = "http://schemas.asp.net/2015/03/dataProtection";
    private static readonly XName _secret = _ring + "encryptedSecret";
    private const string Key = "key";
    private const string Wrapped = "wrapped";
    private const string By = "by";

    /// <summary>What is secret in a key, wrapped.</summary>
    public XElement Wrap(XElement secret) =>
        new(
            Wrapped,
            new XAttribute(By, wrappings[0].Name),
            Convert.ToBase64String(
                wrappings[0].Wrap(Encoding.UTF8.GetBytes(secret.ToString(SaveOptions.DisableFormatting)))
            )
        );

    /// <summary>What is secret in a key.</summary>
    /// <exception cref="MasterKeyException">What it was wrapped by is not there, or it is damaged.</exception>
    public XElement Unwrap(XElement wrapped)
    {
        var by = (string?)wrapped.Attribute(By);
        if (wrappings.FirstOrDefault(one => one.Name == by) is not { } its)
            throw new MasterKeyException(
                $"The secrets in the store were kept with {by}, and the gateway was given {string.Join(" and ", wrappings.Select(one => one.Name))}: give it that one, alone or behind the new one. If it is lost for good: 'serve --new-master-key'."
            );
        try
        {
            return XElement.Parse(Encoding.UTF8.GetString(its.Unwrap(Convert.FromBase64String(wrapped.Value))));
        }
        catch (Exception e) when (e is CryptographicException or FormatException or XmlException)
        {
            throw Damaged(e);
        }
    }

    /// <summary>
    /// An entry of the ring, each key in it wrapped. What is not could be read by whoever reads the store; and whoever can
    /// write there would have us keep secrets by a key of his.
    /// </summary>
    /// <exception cref="MasterKeyException">One is not, or it is damaged.</exception>
    public static XElement Read(KeyRingEntry entry)
    {
        try
        {
            var read = XElement.Parse(entry.Xml);
            var secrets = read.Descendants(_secret).ToList();
            return
                read.Name != Key || (secrets.Count > 0 && secrets.TrueForAll(one => one.Element(Wrapped) is not null))
                ? read
                : throw new MasterKeyException(
                    $"The entry {entry.Name} of the store's table key_ring is not wrapped: the gateway did not write it. Find out who did, and restore the table from a backup."
                );
        }
        catch (XmlException e)
        {
            throw Damaged(e);
        }
    }

    /// <summary>
    /// The same entry wrapped by the first; null if it is already. Each key in it can be unwrapped then.
    /// </summary>
    /// <exception cref="MasterKeyException">What it was wrapped by is not there, or it is damaged.</exception>
    public KeyRingEntry? WrapAnew(KeyRingEntry entry)
    {
        var read = Read(entry);
        var isOther = false;
        foreach (var wrapped in read.Descendants(_secret).Elements(Wrapped).ToList())
        {
            var secret = Unwrap(wrapped);
            if ((string?)wrapped.Attribute(By) == wrappings[0].Name)
                continue;
            wrapped.ReplaceWith(Wrap(secret));
            isOther = true;
        }
        return isOther
            ? new KeyRingEntry { Name = entry.Name, Xml = read.ToString(SaveOptions.DisableFormatting) }
            : null;
    }

    private static MasterKeyException Damaged(Exception e) =>
        new("An entry of the store's table key_ring is damaged: restore the table from a backup.", e);
}
