using System.Text.Json;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Lane;

/// <summary>What came of a call of the v1 lane. These three are all there are.</summary>
internal abstract record LaneAnswer
{
    private LaneAnswer() { }

    /// <summary>Slack answered.</summary>
    /// <param name="Status">The HTTP status.</param>
    /// <param name="Body">What it said; empty where that was handed on as it came.</param>
    /// <param name="RetryAfter">How long it wants to see no further call; null if it does not say.</param>
    public sealed record Answered(int Status, ReadOnlyMemory<byte> Body, TimeSpan? RetryAfter) : LaneAnswer
    {
        /// <summary>Whether it is Slack's: what is good says JSON or nothing, and nobody is sent elsewhere.</summary>
        public bool IsSlacks =>
            Status >= 400
            || (Status is >= 200 and < 300 && (Body.IsEmpty || Body.Span.TrimStart(" \r\n\t"u8) is [(byte)'{', ..]));

        /// <summary>Whether Slack has done it.</summary>
        public bool IsDone => Status < 400 && IsSlacks;

        /// <summary>Whether it may be done, or land yet: Slack failed, or it was not Slack that answered.</summary>
        public bool MayBeDone => !IsSlacks || Status is >= 500 or 408;

        /// <summary>The account that it shows; null if it shows none.</summary>
        public SlackUser? User() => Read(SlackUser.Read);

        /// <summary>The group that it shows; null if it shows none.</summary>
        public SlackGroup? Group() => Read(SlackGroup.Read);

        private T? Read<T>(Func<JsonElement, T?> read)
            where T : class
        {
            try
            {
                using var document = JsonDocument.Parse(Body);
                return read(document.RootElement);
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }

    /// <summary>Slack has not got it.</summary>
    public sealed record NotSent(string Why) : LaneAnswer;

    /// <summary>Slack may have done it, or do it yet.</summary>
    public sealed record Lost(string Why) : LaneAnswer;
}
