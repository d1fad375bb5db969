using System.Runtime.CompilerServices;
using System.Text;

namespace ScimGateway.Cli;

/// <summary>Lines of a stream that has no end; one that is too long ends it.</summary>
internal static class BoundedLines
{
    private const int MostLetters = 1 << 20;

    /// <summary>Each line as it comes.</summary>
    /// <exception cref="IOException">A line is longer than any that the gateway writes.</exception>
    public static async IAsyncEnumerable<string> ReadAsync(
        Stream stream,
        [EnumeratorCancellation] CancellationToken gone,
        int mostLetters = MostLetters
    )
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var (line, some) = (new StringBuilder(), new char[4096]);
        while (await reader.ReadAsync(some, gone) is > 0 and var count)
            for (var i = 0; i < count; i++)
                if (some[i] == '\n')
                {
                    yield return line.ToString().TrimEnd('\r');
                    line.Clear();
                }
                else if (line.Append(some[i]).Length > mostLetters)
                    throw new IOException("it sent a line without an end");
    }
}
