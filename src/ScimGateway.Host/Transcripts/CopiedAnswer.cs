using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace ScimGateway.Host.Transcripts;

/// <summary>An answer's body, which is copied as it is written; it goes out as it would without that.</summary>
internal sealed class CopiedAnswer : IHttpResponseBodyFeature
{
    private readonly IHttpResponseBodyFeature _answer;

    public CopiedAnswer(IHttpResponseBodyFeature answer, Copied copied)
    {
        _answer = answer;
        Writer = new CopyingWriter(answer.Writer, copied);
        Stream = Writer.AsStream(leaveOpen: true);
    }

    public Stream Stream { get; }

    public PipeWriter Writer { get; }

    public Task StartAsync(CancellationToken cancellationToken = default) => _answer.StartAsync(cancellationToken);

    public Task CompleteAsync() => _answer.CompleteAsync();

    public void DisableBuffering() => _answer.DisableBuffering();

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        _answer.SendFileAsync(path, offset, count, cancellationToken);

    private sealed class CopyingWriter(PipeWriter answer, Copied copied) : PipeWriter
    {
        private Memory<byte> _given;

        public override bool CanGetUnflushedBytes => answer.CanGetUnflushedBytes;

        public override long UnflushedBytes => answer.UnflushedBytes;

        public override Memory<byte> GetMemory(int sizeHint = 0) => _given = answer.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

        public override void Advance(int bytes)
        {
            if (bytes > 0)
                copied.Add(_given.Span[..bytes]);
            answer.Advance(bytes);
        }

        public override ValueTask<FlushResult> WriteAsync(
            ReadOnlyMemory<byte> source,
            CancellationToken cancellationToken = default
        )
        {
            if (source.Length > 0)
                copied.Add(source.Span);
            return answer.WriteAsync(source, cancellationToken);
        }

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
            answer.FlushAsync(cancellationToken);

        public override void CancelPendingFlush() => answer.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => answer.Complete(exception);
    }
}
