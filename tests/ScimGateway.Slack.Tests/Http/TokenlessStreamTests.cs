using System.Text;
using ScimGateway.Slack.Http;
using Xunit;

namespace ScimGateway.Slack.Tests.Http;

/// <summary>A token in an answer, wherever the network cuts it.</summary>
public class TokenlessStreamTests
{
    [Theory]
    [InlineData("secret", "******")]
    [InlineData("a secret and a secret.", "a ****** and a ******.")]
    [InlineData("secretsecret", "************")]
    [InlineData("sesecret", "se******")]
    [InlineData("secre", "secre")]
    [InlineData("", "")]
    public async Task However_it_is_cut_the_token_is_not_in_it(string sent, string read)
    {
        foreach (var some in Enumerable.Range(1, 9))
        foreach (var asked in Enumerable.Range(1, 9))
        {
            await using var cut = new TokenlessStream(
                new Pieces(Encoding.UTF8.GetBytes(sent), some),
                Encoding.UTF8.GetBytes("secret")
            );
            var (all, buffer) = (new MemoryStream(), new byte[asked]);
            for (int came; (came = await cut.ReadAsync(buffer, TestContext.Current.CancellationToken)) > 0; )
                all.Write(buffer, 0, came);
            Assert.Equal(read, Encoding.UTF8.GetString(all.ToArray()));
        }
    }

    [Fact]
    public async Task What_is_longer_than_is_held_comes_whole()
    {
        var sent = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{i} secret "));
        await using var cut = new TokenlessStream(
            new Pieces(Encoding.UTF8.GetBytes(sent), 7_001),
            Encoding.UTF8.GetBytes("secret")
        );
        using var text = new StreamReader(cut);

        var read = await text.ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.Equal(string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{i} ****** ")), read);
    }

    // As a network has them.
    private sealed class Pieces(byte[] all, int most) : MemoryStream(all)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(most, buffer.Length)], cancellationToken);
    }
}
