using System.Net;
using System.Net.Mail;
using System.Net.Mime;
using System.Text;
using ScimGateway.Provisioning.Notices;

namespace ScimGateway.Host.Operations;

/// <summary>Sends notifications as plain text to a mailbox.</summary>
internal sealed class Mail(string name, MailOptions options) : NoticeChannel(name)
{
    public override async Task SendAsync(Notice notice, CancellationToken cancel)
    {
        using var smtp = new SmtpClient(options.Host, options.Port) { EnableSsl = options.Tls };
        if (options.User is not null)
            smtp.Credentials = new NetworkCredential(options.User, options.Password);
        using var message = new MailMessage(options.From, options.To)
        {
            Subject = $"[ScimGateway {notice.Tenant}] {notice.Text}",
            Body = Body(notice),
        };
        // Names alone may have other letters.
        (message.BodyEncoding, message.BodyTransferEncoding) = Ascii.IsValid(message.Body)
            ? (Encoding.ASCII, TransferEncoding.SevenBit)
            : (Encoding.UTF8, TransferEncoding.Base64);
        message.Headers.Add("Message-ID", $"<{notice.Id}@scimgateway>"); // what comes twice is the same message
        try
        {
            await smtp.SendMailAsync(message, cancel);
        }
        catch (SmtpException e)
        {
            throw new NotTakenException($"The mail server did not take it: {e.StatusCode}.");
        }
    }

    private static string Body(Notice notice)
    {
        var body = new StringBuilder(notice.InFull).Append("\r\n\r\n");
        body.Append($"Tenant {notice.Tenant}, since {notice.Since:u}\r\n");
        foreach (var about in notice.About)
            body.Append($"link {about.Link}{(about.Name is { } name ? $" ({name})" : "")}")
                .Append(about.Operation is { } operation ? $", operation {operation}\r\n" : "\r\n");
        return body.Append($"\r\nNotification {notice.Id}\r\n").ToString();
    }
}
