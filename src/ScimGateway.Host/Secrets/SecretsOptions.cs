using System.Text;

namespace ScimGateway.Host.Secrets;

/// <summary>Where what the key ring is wrapped by comes from. No record, which would print its values.</summary>
internal sealed class SecretsOptions
{
    /// <summary>The part of the configuration that it is.</summary>
    public const string Section = "Secrets";

    /// <summary>
    /// 32 bytes in base64. While it is changed the new one and the former, with a comma between: the first wraps, each
    /// unwraps.
    /// </summary>
    public string? MasterKey { get; set; }

    /// <summary>A file with the same, which nobody else may read.</summary>
    public string? MasterKeyFile { get; set; }

    /// <summary>
    /// A file with a certificate and its private RSA key, PFX or PEM. While it is changed the new one and the former, with
    /// a comma between. It wraps where there is a master key, too.
    /// </summary>
    public string? Certificate { get; set; }

    /// <summary>A file with the password of the certificates' files, if they have one.</summary>
    public string? CertificatePasswordFile { get; set; }

    /// <summary>A setting's name, as it stands in files and in the environment.</summary>
    public static string Named(string setting) => $"{Section}:{setting} (Gateway__{Section}__{setting})";

    /// <summary>What the configuration says.</summary>
    public static SecretsOptions Of(IConfiguration configuration) =>
        configuration.GetSection(Section).Get<SecretsOptions>() ?? new SecretsOptions();

    /// <summary>What the key ring is wrapped by.</summary>
    /// <exception cref="MasterKeyException">There is nothing, or it cannot be used.</exception>
    public Wrappings Read()
    {
        List<Wrapping> wrappings =
        [
            .. Certificates(),
            .. Given(MasterKey) is { } text ? Secrets.MasterKey.Parse(text, Named(nameof(MasterKey))) : [],
            .. Given(MasterKeyFile) is { } file ? Secrets.MasterKeyFile.Read(file, Named(nameof(MasterKeyFile))) : [],
        ];
        return wrappings.Count > 0
            ? new Wrappings(wrappings)
            : throw new MasterKeyException(
                $"There is no master key, without which no secret is kept: set {Named(nameof(MasterKeyFile))} to a file with one, as 'serve --init' makes it, or {Named(nameof(MasterKey))}, or {Named(nameof(Certificate))}."
            );
    }

    private IEnumerable<RingCertificate> Certificates()
    {
        if (Given(Certificate) is not { } files)
        {
            return Given(CertificatePasswordFile) is null
                ? []
                : throw new MasterKeyException(
                    $"{Named(nameof(CertificatePasswordFile))} is set, and {Named(nameof(Certificate))} is not: set that, too, or neither."
                );
        }
        var setting = Named(nameof(Certificate));
        var password = Given(CertificatePasswordFile) is { } file
            ? Encoding
                .UTF8.GetString(PrivateFile.Read(file, Named(nameof(CertificatePasswordFile))))
                .TrimEnd('\r', '\n')
            : null;
        return files
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(path => RingCertificate.Read(PrivateFile.Read(path, setting), password, setting));
    }

    private static string? Given(string? setting) => string.IsNullOrWhiteSpace(setting) ? null : setting;
}
